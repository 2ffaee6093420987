use std::collections::HashMap;

use crate::json_schema::parsed::Parsed;
use crate::rules::JSON_SCHEMA_ANCHOR_DUPLICATE;
use crate::syntax::Sink;
use crate::text::{Location, shortened};

/// A place in the files: the number of a file, and a pointer in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) pointer: String,
}

/// What a `$ref` can name.
pub(super) struct Index {
    /// Files and subschemas with `$id`, by URI.
    pub(super) resources: HashMap<String, Place>,
    /// Anchors, by URI with fragment.
    pub(super) anchors: HashMap<String, Place>,
}

impl Index {
    /// Collects the names; one that stands for two places is told.
    pub(super) fn of(files: &mut [Parsed], report: &mut Sink<'_>) -> Self {
        let mut index = Self { resources: HashMap::new(), anchors: HashMap::new() };
        let mut places: HashMap<String, Location> = HashMap::new();
        for (number, file) in files.iter_mut().enumerate() {
            let resources = file.resources.iter().map(|r| (&r.uri, &r.pointer, &r.at, false));
            let anchors = file.anchors.iter().map(|a| (&a.uri, &a.pointer, &a.at, true));
            for (uri, pointer, at, is_anchor) in resources.chain(anchors) {
                let map = if is_anchor { &mut index.anchors } else { &mut index.resources };
                let place = Place { file: number, pointer: pointer.clone() };
                match map.get(uri) {
                    None => {
                        map.insert(uri.clone(), place);
                        places.insert(uri.clone(), at.clone());
                    }
                    Some(first) if *first == place => {}
                    Some(_) => {
                        let message = format!("`{}` names two subschemas", shortened(uri));
                        let mut finding = JSON_SCHEMA_ANCHOR_DUPLICATE.at(at.clone(), message);
                        if let Some(first) = places.get(uri) {
                            finding = finding.related(first.clone(), "the first one");
                        }
                        report.push(finding.pointer(pointer.clone()).help("rename one of the two"));
                        file.broken = true;
                    }
                }
            }
        }
        index
    }
}
