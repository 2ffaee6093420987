use std::collections::HashMap;
use std::sync::Arc;

use super::names::Names;
use super::{defaults, endless, link, reach, unions};
use crate::avro::parsed::Parsed;
use crate::avro::schema::{FullName, Named, Schema};
use crate::graph::circles;
use crate::report::Report;
use crate::rules::REF_CYCLE;
use crate::syntax::Sink;

/// Looks up every name of `files`, in whatever order they stand, and gives a [`Schema`] for each, in the same order.
///
/// A file gets no schema where a part of it is broken or where a name that it reaches is not defined; the findings say why.
/// Files that refer to each other in a circle get schemas and the finding `ref/cycle`. A default that is no value of its type is a
/// finding and is left out of the schema.
pub fn resolve(files: Vec<Parsed>, report: &mut Report) -> Vec<Option<Schema>> {
    let linked = Linked::new(files, report);
    linked.files.iter().zip(&linked.external).map(|(file, external)| linked.schema(file, external)).collect()
}

/// The schema of the last of `files`, as [`resolve`] would give it. What each of the others reaches is not gathered, which would
/// cost the square of their number where each refers to the one before.
pub(in crate::avro) fn resolve_last(files: Vec<Parsed>, report: &mut Report) -> Option<Schema> {
    let linked = Linked::new(files, report);
    linked.schema(linked.files.last()?, linked.external.last()?)
}

/// Files whose names are looked up, and everything that sound files define.
struct Linked {
    files: Vec<Parsed>,
    external: Vec<Vec<FullName>>,
    defined: HashMap<FullName, Arc<Named>>,
}

impl Linked {
    fn new(mut files: Vec<Parsed>, report: &mut Report) -> Self {
        let report = &mut Sink::new(report);
        let names = Names::of(&mut files, report);
        let external: Vec<Vec<FullName>> =
            files.iter_mut().enumerate().map(|(number, file)| link::link(number, file, &names, report)).collect();
        for file in &mut files {
            unions::check(file, report);
        }
        defaults::check(&mut files, report);
        endless::check(&mut files, report);
        tell_cycles(&files, &external, &names, report);

        let mut defined: HashMap<FullName, Arc<Named>> = HashMap::new();
        // Definitions of a broken file may lack parts; whoever reaches them gets no schema.
        for file in files.iter_mut().filter(|file| !file.broken) {
            for named in std::mem::take(&mut file.definitions) {
                defined.entry(named.name.clone()).or_insert_with(|| Arc::new(named));
            }
        }
        Self { files, external, defined }
    }

    fn schema(&self, file: &Parsed, external: &[FullName]) -> Option<Schema> {
        let root = file.root.as_ref().filter(|_| !file.broken)?;
        let names = reach::closure(root, &self.defined)?;
        Some(Schema { root: root.clone(), names, external: external.to_vec() })
    }
}

fn tell_cycles(files: &[Parsed], external: &[Vec<FullName>], names: &Names, report: &mut Sink<'_>) {
    let edges: Vec<Vec<usize>> = external
        .iter()
        .map(|used| used.iter().filter_map(|name| names.get(name).map(|place| place.file)).collect())
        .collect();
    for circle in circles(&edges) {
        let members: Vec<&Parsed> = circle.iter().filter_map(|index| files.get(*index)).collect();
        let Some(first) = members.first() else { continue };
        let paths: Vec<&str> = members.iter().map(|file| file.source.path()).collect();
        let is_back = |name: &FullName| {
            names.get(name).is_some_and(|place| circle.contains(&place.file) && circle.first() != Some(&place.file))
        };
        let at = first.uses.iter().find(|used| is_back(&used.name)).map(|used| used.at.clone());
        let message = format!("files refer to each other in a circle: {}", paths.join(", "));
        let mut finding = REF_CYCLE
            .finding(message)
            .help("put the types of the circle into one file; a registry takes a schema only after its references");
        finding.at = at;
        report.push(finding);
    }
}
