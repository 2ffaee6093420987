use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::draft::draft;
use crate::json_schema::parsed::{Parsed, Resource};
use crate::json_schema::uri;
use crate::report::{Finding, Report};
use crate::rules::JSON_SCHEMA_SHAPE;
use crate::syntax::{Comments, Sink, parse_json};
use crate::text::json::Json;
use crate::text::{Location, Source, Span};

/// How many subschemas one file may hold. A hostile file would otherwise take many times its own size.
const MOST_SUBSCHEMAS: usize = 100_000;

/// How long the pointer of a subschema may be, for the same reason.
const LONGEST_POINTER: usize = 2_000;

/// Reads a JSON Schema file without following `$ref`s. Everything wrong is a finding; the result is absent where the text is no JSON.
///
/// ```
/// use topika_contract::{json_schema, report::Report, text::Source};
///
/// let mut report = Report::default();
/// let file = Source::new("a.schema.json", r#"{ "type": "object", "properties": { "id": { "type": "string" } } }"#);
/// let parsed = json_schema::parse(&file, &mut report);
/// let schemas = json_schema::resolve(parsed.into_iter().collect(), &mut report);
/// let schema = schemas[0].as_ref().unwrap();
/// assert_eq!(schema.node(schema.root()).unwrap().properties[0].name, "id");
/// ```
pub fn parse(source: &Source, report: &mut Report) -> Option<Parsed> {
    parse_as(source, source.path(), report)
}

/// As [`parse`], for a text that `$ref`s lead to and from as if it stood at `path`: a frozen version stands elsewhere than the
/// file it was.
pub fn parse_as(source: &Source, path: &str, report: &mut Report) -> Option<Parsed> {
    let json = Arc::new(parse_json(source, Comments::Refused, report)?);
    let before = report.findings().len();
    let draft = draft(&json, source, report);
    let base = path.to_owned();
    let mut parsed = Parsed {
        source: source.clone(),
        path: base.clone(),
        json: Arc::clone(&json),
        draft,
        nodes: Vec::new(),
        pointers: HashMap::new(),
        references: Vec::new(),
        resources: Vec::new(),
        anchors: Vec::new(),
        broken: report.findings().iter().skip(before).any(|finding| finding.rule.id == JSON_SCHEMA_SHAPE.id),
        refused: BTreeSet::new(),
    };
    parsed.resources.push(Resource { uri: base.clone(), pointer: "#".to_owned(), at: source.at(json.span) });
    Reader { parsed: &mut parsed, report: &mut Sink::new(report), full: false }.subschema(&json, "#", &base);
    Some(parsed)
}

/// Reads the subschema at a pointer that no keyword leads to, but a `$ref` does (`#/x-types/id`).
pub(in crate::json_schema) fn read_at(parsed: &mut Parsed, pointer: &str, report: &mut Sink<'_>) -> Option<usize> {
    if let Some(node) = parsed.pointers.get(pointer) {
        return Some(*node);
    }
    let steps = uri::steps(pointer.strip_prefix('#')?)?;
    let whole = Arc::clone(&parsed.json);
    let mut json = whole.as_ref();
    for step in &steps {
        json = match json.as_array() {
            // RFC 6901: no leading zeros, so that a place has one pointer.
            Some(items) if step == "0" || !step.starts_with(['0', '+']) => items.get(step.parse::<usize>().ok()?)?,
            Some(_) => return None,
            None => json.get(step)?,
        };
    }
    let base = parsed.path.clone();
    Reader { parsed, report, full: false }.subschema(json, pointer, &base)
}

/// What one walk over a file collects.
pub(super) struct Reader<'a, 'r> {
    pub(super) parsed: &'a mut Parsed,
    pub(super) report: &'a mut Sink<'r>,
    /// Whether it was said that the file holds too much.
    full: bool,
}

impl Reader<'_, '_> {
    pub(super) fn at(&self, span: Span) -> Location {
        self.parsed.source.at(span)
    }

    /// Tells what makes the file unusable.
    pub(super) fn refuse(&mut self, finding: Finding) {
        self.parsed.refuse_at(finding.pointer.as_deref().unwrap_or_default());
        self.report.push(finding);
    }

    /// Tells that a keyword has a value of the wrong kind.
    pub(super) fn wrong(&mut self, keyword: &str, found: &Json, wanted: &str, pointer: &str) {
        let message = format!("`{keyword}` is {wanted}, not {}", found.kind());
        let finding = JSON_SCHEMA_SHAPE.at(self.at(found.span), message).pointer(pointer);
        self.refuse(finding.help(format!("write {wanted}")));
    }

    /// Whether there is room for another subschema; where there is none, that is said once.
    pub(super) fn has_room(&mut self, json: &Json, pointer: &str) -> bool {
        let message = if pointer.len() > LONGEST_POINTER {
            format!("the names on the way to this subschema are longer than {LONGEST_POINTER} bytes")
        } else if self.parsed.nodes.len() >= MOST_SUBSCHEMAS {
            format!("more than {MOST_SUBSCHEMAS} subschemas in one file")
        } else {
            return true;
        };
        if !std::mem::replace(&mut self.full, true) {
            let finding = JSON_SCHEMA_SHAPE.at(self.at(json.span), message);
            self.refuse(finding.help("split the file"));
        }
        self.parsed.refuse_at(pointer);
        false
    }
}
