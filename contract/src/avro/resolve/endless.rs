use std::collections::{HashMap, HashSet};

use super::defaults::taken;
use super::table::Table;
use crate::avro::parsed::Parsed;
use crate::avro::schema::{Definition, Field, FullName, Kind, Named, Type};
use crate::graph::circles;
use crate::rules::{AVRO_DEFAULT_ENDLESS, AVRO_ENDLESS_RECORD};
use crate::syntax::Sink;
use crate::text::json::{Json, Value};
use crate::text::shortened;

/// Finds records that hold themselves without a way out, and defaults that need themselves.
pub(super) fn check(files: &mut [Parsed], report: &mut Sink<'_>) {
    let endless = find(files, report);
    if endless.is_empty() {
        return;
    }
    for named in files.iter_mut().flat_map(|file| &mut file.definitions) {
        named.endless = endless.contains(&named.name);
    }
}

/// The records that hold themselves.
fn find(files: &[Parsed], report: &mut Sink<'_>) -> HashSet<FullName> {
    let records: Vec<(&Named, &[Field])> = files
        .iter()
        .flat_map(|file| &file.definitions)
        .filter_map(|named| match &named.definition {
            Definition::Record(fields) => Some((named, fields.as_slice())),
            _ => None,
        })
        .collect();
    let index: HashMap<&FullName, usize> = records.iter().enumerate().map(|(i, (named, _))| (&named.name, i)).collect();
    endless_defaults(&records, &index, report);
    endless_records(&records, &index, report)
}

fn endless_records(
    records: &[(&Named, &[Field])],
    index: &HashMap<&FullName, usize>,
    report: &mut Sink<'_>,
) -> HashSet<FullName> {
    let mut found = HashSet::new();
    let direct = |field: &Field| match &field.ty.kind {
        Kind::Named(name) => index.get(name).copied(),
        _ => None,
    };
    let edges: Vec<Vec<usize>> = records.iter().map(|(_, fields)| fields.iter().filter_map(direct).collect()).collect();
    for circle in circles(&edges) {
        found.extend(circle.iter().filter_map(|index| records.get(*index)).map(|(named, _)| named.name.clone()));
        let Some((named, fields)) = circle.first().and_then(|first| records.get(*first)) else { continue };
        let back = fields.iter().find(|field| direct(field).is_some_and(|target| circle.contains(&target)));
        let at = back.map_or_else(|| named.at.clone(), |field| field.ty.at.clone());
        let finding = AVRO_ENDLESS_RECORD
            .at(at, format!("a value of `{}` would hold another one without end", shortened(named.name.as_str())));
        let help = format!(
            "make the field optional: `[\"null\", \"{}\"]`",
            back.map_or_else(String::new, |field| shortened(field.ty.kind.name()))
        );
        report.push(finding.help(help));
    }
    found
}

/// A default, and the fields whose defaults it needs.
fn endless_defaults(records: &[(&Named, &[Field])], index: &HashMap<&FullName, usize>, report: &mut Sink<'_>) {
    let mut ids: HashMap<(usize, usize), usize> = HashMap::new();
    let mut fields: Vec<&Field> = Vec::new();
    for (r, (_, list)) in records.iter().enumerate() {
        for (f, field) in list.iter().enumerate().filter(|(_, field)| field.default.is_some()) {
            ids.insert((r, f), fields.len());
            fields.push(field);
        }
    }
    let table: Table<'_> = records.iter().map(|(named, _)| (&named.name, *named)).collect();
    let known = Known { records, index, ids: &ids, table: &table };
    let needs = |field: &&Field| {
        let mut out = Vec::new();
        if let Some(default) = &field.default {
            missing(&field.ty, default, &known, &mut out);
        }
        out
    };
    let edges: Vec<Vec<usize>> = fields.iter().map(needs).collect();
    for circle in circles(&edges) {
        let Some(field) = circle.first().and_then(|first| fields.get(*first)) else { continue };
        let finding = AVRO_DEFAULT_ENDLESS
            .at(field.at.clone(), format!("the default of `{}` needs itself", shortened(&field.name)));
        report.push(finding.help("write the missing fields into the default, or let it end in `null`"));
    }
}

/// The records, and their fields that have a default.
struct Known<'k> {
    records: &'k [(&'k Named, &'k [Field])],
    index: &'k HashMap<&'k FullName, usize>,
    ids: &'k HashMap<(usize, usize), usize>,
    table: &'k Table<'k>,
}

fn missing(ty: &Type, value: &Json, known: &Known<'_>, out: &mut Vec<usize>) {
    match (&ty.kind, &value.value) {
        (Kind::Array(inner), Value::Array(items)) => {
            items.iter().for_each(|item| missing(inner, item, known, out));
        }
        (Kind::Map(inner), Value::Object(members)) => {
            members.iter().for_each(|member| missing(inner, &member.value, known, out));
        }
        (Kind::Union(branches), _) => {
            if let Some(branch) = taken(branches, value, known.table) {
                missing(branch, value, known, out);
            }
        }
        (Kind::Named(name), Value::Object(_)) => {
            let Some((r, (_, fields))) =
                known.index.get(name).and_then(|r| known.records.get(*r).map(|record| (*r, record)))
            else {
                return;
            };
            for (f, field) in fields.iter().enumerate() {
                match value.get(&field.name) {
                    Some(inner) => missing(&field.ty, inner, known, out),
                    None => out.extend(known.ids.get(&(r, f))),
                }
            }
        }
        _ => {}
    }
}
