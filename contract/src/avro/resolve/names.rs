use std::collections::{HashMap, HashSet};

use super::same::same;
use crate::avro::parsed::Parsed;
use crate::avro::schema::{FullName, Named};
use crate::report::Finding;
use crate::rules::{AVRO_DEFINITION_REPEATED, AVRO_NAME_DUPLICATE};
use crate::syntax::Sink;
use crate::text::{Location, Span, shortened};

/// Where every name of the files is defined.
pub(super) struct Names {
    places: HashMap<FullName, Place>,
    /// The first definition in each file of a name that is defined more than once.
    own: HashMap<(usize, FullName), usize>,
}

/// Where a name is defined.
#[derive(Clone)]
pub(super) struct Place {
    /// The index of the file.
    pub(super) file: usize,
    /// How many names the file defines before it.
    pub(super) index: usize,
    pub(super) at: Location,
    /// Whether it refers to what is not defined to its end there.
    unfinished: bool,
}

impl Place {
    /// Tells the place from all others.
    fn id(&self) -> (usize, Span) {
        (self.file, self.at.span)
    }
}

impl Names {
    /// Collects the names. A second definition that says the same is told and taken for the first. One that says something else is told
    /// and makes both files unusable: which of them is meant nobody knows, and what is judged of the wrong one would bury the finding.
    pub(super) fn of(files: &mut [Parsed], report: &mut Sink<'_>) -> Self {
        let mut names = Self { places: HashMap::new(), own: HashMap::new() };
        let (mut order, mut repeated): (Vec<FullName>, HashMap<FullName, Vec<Place>>) = (Vec::new(), HashMap::new());
        for (file, parsed) in files.iter().enumerate() {
            for (index, declared) in parsed.declared.iter().enumerate() {
                let place = Place { file, index, at: declared.at.clone(), unfinished: declared.unfinished };
                let Some(first) = names.places.get(&declared.name) else {
                    names.places.insert(declared.name.clone(), place);
                    continue;
                };
                let places = repeated.entry(declared.name.clone()).or_insert_with(|| {
                    order.push(declared.name.clone());
                    vec![first.clone()]
                });
                places.push(place);
            }
        }
        if !order.is_empty() {
            names.settle(&order, &repeated, files, report);
        }
        names
    }

    fn settle(
        &mut self,
        order: &[FullName],
        repeated: &HashMap<FullName, Vec<Place>>,
        files: &mut [Parsed],
        report: &mut Sink<'_>,
    ) {
        let (mut broken, mut left_out) = (HashSet::new(), HashSet::new());
        let mut definitions: HashMap<(usize, Span), &Named> = HashMap::new();
        for (number, file) in files.iter().enumerate() {
            let doubtful = file.definitions.iter().filter(|named| repeated.contains_key(&named.name));
            definitions.extend(doubtful.map(|named| ((number, named.at.span), named)));
        }
        for name in order {
            let places = repeated.get(name).map_or(&[][..], Vec::as_slice);
            let is_root = |place: &Place| files.get(place.file).and_then(Parsed::root_name) == Some(name);
            // A file of the type's own is its home, wherever else it is written out.
            let Some(kept) = places.iter().find(|place| is_root(place)).or_else(|| places.first()) else { continue };
            for place in places.iter().filter(|place| (place.file, place.index) != (kept.file, kept.index)) {
                self.own.entry((place.file, name.clone())).or_insert(place.index);
                let says_the_same = match (definitions.get(&kept.id()), definitions.get(&place.id())) {
                    (Some(kept), Some(other)) => same(kept, other),
                    _ => false,
                };
                let one_file = kept.file == place.file;
                // Java cannot compare what it has not read to the end; and two files of one type are two events, or none.
                let apart =
                    if one_file { kept.unfinished || place.unfinished } else { is_root(kept) && is_root(place) };
                if says_the_same && !apart {
                    left_out.insert(place.id());
                    report.push(told_again(name, place, kept));
                } else {
                    broken.extend([kept.file, place.file]);
                    report.push(told_twice(name, place, kept));
                }
            }
            self.own.insert((kept.file, name.clone()), kept.index);
            self.places.insert(name.clone(), kept.clone());
        }
        for (number, file) in files.iter_mut().enumerate() {
            file.broken |= broken.contains(&number);
            if !left_out.is_empty() {
                file.definitions.retain(|named| !left_out.contains(&(number, named.at.span)));
            }
        }
    }

    pub(super) fn get(&self, name: &FullName) -> Option<&Place> {
        self.places.get(name)
    }

    /// How many names a file defines before a name of its own that is defined elsewhere too.
    pub(super) fn own(&self, file: usize, name: &FullName) -> Option<usize> {
        // Most contracts define each name once, and need no copy of the name.
        if self.own.is_empty() { None } else { self.own.get(&(file, name.clone())).copied() }
    }

    /// All names, with their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&FullName, &Place)> {
        self.places.iter()
    }
}

fn told_again(name: &FullName, place: &Place, kept: &Place) -> Finding {
    let name = shortened(name.as_str());
    let finding = AVRO_DEFINITION_REPEATED
        .at(place.at.clone(), format!("`{name}` is defined again, in the same words"))
        .related(kept.at.clone(), "the definition that counts");
    finding.help(if kept.file == place.file {
        format!(
            "refer to the first definition by its name, as readers older than Java 1.12 want it: `\"type\": \"{name}\"`"
        )
    } else {
        format!("define it once, in a file of its own, and refer to it as `\"{name}\"`; an edit here alone is refused")
    })
}

fn told_twice(name: &FullName, place: &Place, first: &Place) -> Finding {
    let name = shortened(name.as_str());
    let finding = AVRO_NAME_DUPLICATE
        .at(place.at.clone(), format!("`{name}` is defined twice"))
        .related(first.at.clone(), "the first definition");
    finding.help(if first.file == place.file {
        format!("refer to the first definition by its name: `\"type\": \"{name}\"`")
    } else {
        format!("rename one of them, or define it once in a file of its own and refer to it as `\"{name}\"`")
    })
}
