use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::arena::{Link, arena};
use super::index::Index;
use super::loss::say_nothing;
use super::target::{missing, target};
use crate::graph::circles;
use crate::json_schema::documents::Document;
use crate::json_schema::parse::read_at;
use crate::json_schema::parsed::Parsed;
use crate::json_schema::schema::{NodeId, Schema};
use crate::json_schema::uri;
use crate::report::Report;
use crate::rules::REF_CYCLE;
use crate::syntax::Sink;
use crate::text::{Location, Source};

/// A file that another one refers to.
struct External {
    written: String,
    file: usize,
    at: Location,
}

/// Follows every `$ref` of `files`, in whatever order they stand, and gives a [`Schema`] for each, in the same order.
///
/// A `$ref` names a file by its path from the referring file, by the `$id` of it, or by the path of its source as it stands. A file
/// gets no schema where a part of it, or of a file that it reaches, is broken; the findings say why. Files that refer to each other
/// in a circle get schemas and the finding `ref/cycle`.
pub fn resolve(files: Vec<Parsed>, report: &mut Report) -> Vec<Option<Schema>> {
    resolved(files, Broken::Refused, report)
}

/// As [`resolve`], for who would rather have less of a schema than none: where something is broken, the schema says nothing, so that any
/// value meets the subschema in question. The findings are the same.
///
/// ```
/// use topika_contract::{json_schema, report::Report, text::Source};
///
/// let mut report = Report::default();
/// let text = r#"{ "properties": { "id": { "type": "string" }, "at": { "type": "instant" } } }"#;
/// let file = Source::new("a.schema.json", text);
/// let parsed = json_schema::parse(&file, &mut report);
/// let schemas = json_schema::salvage(parsed.into_iter().collect(), &mut report);
/// let schema = schemas.into_iter().next().flatten().unwrap();
/// assert_eq!(schema.node(schema.root()).unwrap().properties.len(), 2);
/// assert_eq!(report.findings()[0].message, "`instant` is no JSON type");
/// ```
pub fn salvage(files: Vec<Parsed>, report: &mut Report) -> Vec<Option<Schema>> {
    resolved(files, Broken::AnyValue, report)
}

/// What becomes of a file of which something cannot be understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// No schema.
    Refused,
    /// A schema that says nothing there.
    AnyValue,
}

fn resolved(mut files: Vec<Parsed>, broken: Broken, report: &mut Report) -> Vec<Option<Schema>> {
    let report = &mut Sink::new(report);
    let index = Index::of(&mut files, report);
    let (mut links, external) = follow(&mut files, &index, report);
    tell_endless(&mut files, &links, report);
    if broken == Broken::AnyValue {
        say_nothing(&mut files, &mut links, report);
    }
    let edges: Vec<Vec<usize>> =
        external.iter().map(|list| list.iter().map(|external| external.file).collect()).collect();
    tell_cycles(&files, &external, &edges, report);
    let usable = |file| match broken {
        Broken::Refused => reaches_only_whole(file, &edges, &files),
        Broken::AnyValue => files.get(file).is_some_and(|file| !file.nodes.is_empty()),
    };
    let whole: Vec<bool> = (0..files.len()).map(usable).collect();
    let sources: Vec<Source> = files.iter().map(|file| file.source.clone()).collect();
    let documents: Vec<Vec<Document>> = (0..files.len()).map(|file| documents(file, &files, &external)).collect();
    let (nodes, starts) = arena(&mut files, &links);
    let mut schemas = Vec::with_capacity(files.len());
    let parts = files.iter().zip(whole).zip(starts).zip(external).zip(documents);
    for ((((file, whole), start), external), documents) in parts {
        let external_files = external.iter().filter_map(|external| sources.get(external.file).cloned()).collect();
        schemas.push(whole.then(|| Schema {
            draft: file.draft,
            root: NodeId(start),
            nodes: nodes.clone(),
            external: external.into_iter().map(|external| external.written).collect(),
            external_files,
            documents,
        }));
    }
    schemas
}

/// The texts that a file reaches, itself first.
fn documents(file: usize, files: &[Parsed], external: &[Vec<External>]) -> Vec<Document> {
    let mut reached = vec![file];
    let mut places = HashMap::from([(file, 0)]);
    let mut names: Vec<Vec<String>> = vec![Vec::new()];
    let mut next = 0;
    while let Some(from) = reached.get(next).copied() {
        for used in external.get(from).into_iter().flatten() {
            let place = *places.entry(used.file).or_insert(names.len());
            if place == names.len() {
                names.push(Vec::new());
                reached.push(used.file);
            }
            if let Some(known) = names.get_mut(place).filter(|known| !known.contains(&used.written)) {
                known.push(used.written.clone());
            }
        }
        next += 1;
    }
    let document = |(file, names): (&usize, Vec<String>)| {
        let file: &Parsed = files.get(*file)?;
        Some(Document { names, path: file.path.clone(), source: file.source.clone(), json: Arc::clone(&file.json) })
    };
    reached.iter().zip(names).filter_map(document).collect()
}

fn follow(files: &mut [Parsed], index: &Index, report: &mut Sink<'_>) -> (Vec<Link>, Vec<Vec<External>>) {
    let mut links = Vec::new();
    let mut external: Vec<Vec<External>> = files.iter().map(|_| Vec::new()).collect();
    let mut known: HashSet<(usize, String)> = HashSet::new();
    let mut done = vec![0_usize; files.len()];
    // A target that no keyword leads to is read when a `$ref` asks for it, and may hold `$ref`s itself: hence the rounds.
    loop {
        let mut idle = true;
        for (number, done) in done.iter_mut().enumerate() {
            while let Some(pending) = files.get(number).and_then(|file| file.references.get(*done)).cloned() {
                *done += 1;
                idle = false;
                // Nobody mends thousands at once, and each look-up may walk over a whole file.
                let place = (report.count() < 5_000).then(|| target(files, number, &pending, index)).flatten();
                let found =
                    place.as_ref().and_then(|place| read_at(files.get_mut(place.file)?, &place.pointer, report));
                let (Some(place), Some(to_node)) = (place, found) else {
                    let looks = report.count() < 200;
                    report.push(missing(files, number, &pending, index, looks));
                    if let Some(file) = files.get_mut(number) {
                        file.broken = true;
                        file.refused.insert(pending.node);
                    }
                    continue;
                };
                links.push(Link {
                    file: number,
                    node: pending.node,
                    to_file: place.file,
                    to_node,
                    joins: pending.joins,
                });
                let written = uri::cut(&pending.written).0.to_owned();
                if place.file != number && known.insert((number, written.clone())) {
                    external.get_mut(number).into_iter().for_each(|list| {
                        list.push(External { written: written.clone(), file: place.file, at: pending.at.clone() })
                    });
                }
            }
        }
        if idle {
            return (links, external);
        }
    }
}

/// `$ref`s that lead only to each other say nothing.
fn tell_endless(files: &mut [Parsed], links: &[Link], report: &mut Sink<'_>) {
    let mut starts = Vec::with_capacity(files.len());
    let mut count = 0;
    for file in files.iter() {
        starts.push(count);
        count += file.nodes.len();
    }
    let mut edges = vec![Vec::new(); count];
    let mut at: Vec<(usize, usize)> = Vec::new();
    for link in links {
        let (Some(from), Some(to)) = (starts.get(link.file), starts.get(link.to_file)) else { continue };
        if let Some(list) = edges.get_mut(from + link.node) {
            list.push(to + link.to_node);
            at.push((from + link.node, link.file));
        }
    }
    for circle in circles(&edges) {
        let first = circle.first().and_then(|first| at.iter().find(|(node, _)| node == first));
        let Some((node, file)) = first.copied() else { continue };
        let Some((parsed, start)) = files.get_mut(file).zip(starts.get(file)) else { continue };
        parsed.broken = true;
        parsed.refused.insert(node - start);
        let Some(node) = parsed.nodes.get(node - start) else { continue };
        let finding = REF_CYCLE.at(node.at.clone(), "this `$ref` leads back to itself").pointer(node.pointer.clone());
        report.push(finding.help("say somewhere on the way what the value is"));
    }
}

fn tell_cycles(files: &[Parsed], external: &[Vec<External>], edges: &[Vec<usize>], report: &mut Sink<'_>) {
    for circle in circles(edges) {
        let members: Vec<&Parsed> = circle.iter().filter_map(|file| files.get(*file)).collect();
        let paths: Vec<&str> = members.iter().map(|file| file.source.path()).collect();
        let message = format!("files refer to each other in a circle: {}", paths.join(", "));
        let mut finding = REF_CYCLE.finding(message);
        // The first `$ref` of the first file that leads into the circle.
        let leads =
            circle.first().and_then(|first| external.get(*first)?.iter().find(|used| circle.contains(&used.file)));
        finding.at = leads.map(|used| used.at.clone());
        report.push(
            finding.help(
                "put the schemas of the circle into one file; a registry takes a schema only after its references",
            ),
        );
    }
}

fn reaches_only_whole(file: usize, edges: &[Vec<usize>], files: &[Parsed]) -> bool {
    let mut seen = HashSet::from([file]);
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        if files.get(file).is_none_or(|file| file.broken) {
            return false;
        }
        open.extend(edges.get(file).into_iter().flatten().copied().filter(|next| seen.insert(*next)));
    }
    true
}
