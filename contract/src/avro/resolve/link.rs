use std::collections::{HashMap, HashSet};

use super::names::{Names, Place};
use crate::avro::parsed::{Parsed, Use};
use crate::avro::schema::{Definition, FullName, Kind, Type};
use crate::rules::{AVRO_USED_BEFORE_DEFINED, REF_MISSING};
use crate::syntax::Sink;
use crate::text::{closest, shortened};

/// Looks up the names that file `number` uses, and gives those that other files define, in order of first use.
pub(super) fn link(number: usize, file: &mut Parsed, names: &Names, report: &mut Sink<'_>) -> Vec<FullName> {
    let mut external = Vec::new();
    let mut known: HashSet<FullName> = HashSet::new();
    let mut renamed: HashMap<FullName, FullName> = HashMap::new();
    let mut missing: HashSet<FullName> = HashSet::new();
    for used in &mut file.uses {
        let Some((name, place)) = look_up(used, names) else {
            file.broken = true;
            if missing.insert(used.name.clone()) {
                tell_missing(used, names, report);
            }
            continue;
        };
        if name != used.name {
            renamed.insert(used.name.clone(), name.clone());
            used.name = name.clone();
        }
        // What the file defines itself is its own, also where another file is the name's home.
        let index = names.own(number, &name).or((place.file == number).then_some(place.index));
        let Some(index) = index else {
            if known.insert(name.clone()) {
                external.push(name);
            }
            continue;
        };
        if index >= used.seen {
            let finding = AVRO_USED_BEFORE_DEFINED
                .at(used.at.clone(), format!("`{}` is used before it is defined", shortened(name.as_str())))
                .related(place.at.clone(), "defined here");
            report.push(finding.help("write the definition here and the name there"));
        }
    }
    if !renamed.is_empty() {
        rename_all(file, &renamed);
    }
    external
}

/// A name without dot is looked up in the namespace of its place and then, as Java does, in the null namespace.
fn look_up<'n>(used: &Use, names: &'n Names) -> Option<(FullName, &'n Place)> {
    if let Some(place) = names.get(&used.name) {
        return Some((used.name.clone(), place));
    }
    if used.written.contains('.') {
        return None;
    }
    let short = FullName::new(used.written.as_str());
    names.get(&short).map(|place| (short, place))
}

fn tell_missing(used: &Use, names: &Names, report: &mut Sink<'_>) {
    let wanted = shortened(used.name.as_str());
    let finding = REF_MISSING.at(used.at.clone(), format!("no file defines `{wanted}`"));
    // To look for what was meant costs a walk over all names; a hostile file would ask for many.
    if report.count() > 200 {
        report.push(finding.help("mend the findings above first"));
        return;
    }
    let mut elsewhere: Vec<_> = names.iter().filter(|(name, _)| name.short() == used.name.short()).collect();
    elsewhere.sort_by_key(|(name, _)| name.as_str());
    if let Some((name, place)) = elsewhere.first() {
        let path = place.at.source.path();
        report.push(
            finding
                .related(place.at.clone(), format!("`{name}` is defined here"))
                .help(format!("did you mean `{name}`, defined in {path}?")),
        );
        return;
    }
    let mut all: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    all.sort_unstable();
    let primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
    let meant = closest(&used.written, primitives).or_else(|| closest(used.name.as_str(), all.iter().copied()));
    let help = match meant
        .and_then(|meant| names.get(&FullName::new(meant)).map(|place| (meant, Some(place))).or(Some((meant, None))))
    {
        Some((meant, Some(place))) => format!("did you mean `{meant}`, defined in {}?", place.at.source.path()),
        Some((meant, None)) => format!("did you mean `{meant}`?"),
        None => format!("define `{wanted}` in this file or in one of its own below the schema folder"),
    };
    report.push(finding.help(help));
}

fn rename_all(file: &mut Parsed, renamed: &HashMap<FullName, FullName>) {
    if let Some(root) = &mut file.root {
        rename(root, renamed);
    }
    for named in &mut file.definitions {
        if let Definition::Record(fields) = &mut named.definition {
            for field in fields {
                rename(&mut field.ty, renamed);
            }
        }
    }
}

fn rename(ty: &mut Type, renamed: &HashMap<FullName, FullName>) {
    match &mut ty.kind {
        Kind::Named(name) => {
            if let Some(better) = renamed.get(name) {
                *name = better.clone();
            }
        }
        Kind::Array(inner) | Kind::Map(inner) => rename(inner, renamed),
        Kind::Union(branches) => branches.iter_mut().for_each(|branch| rename(branch, renamed)),
        _ => {}
    }
}
