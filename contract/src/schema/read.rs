use std::collections::HashMap;

use super::{EventSchema, Format};
use crate::report::Report;
use crate::syntax::{Comments, parse_json};
use crate::text::Source;
use crate::text::json::{Json, compact};
use crate::threads::in_parallel;
use crate::{avro, json_schema};

/// A schema text among others.
#[derive(Clone, Debug)]
pub struct Text {
    /// The path below the schema folder, by which JSON schemas refer to each other.
    pub path: String,
    /// The format.
    pub format: Format,
    /// The text.
    pub source: Source,
}

/// What came of a [`Text`].
#[derive(Clone, Debug)]
pub struct Read {
    /// The schema; `None` where the text is broken, and then a finding says why.
    pub schema: Option<EventSchema>,
    /// What the text itself refers to in other texts, each once, in the order of first use.
    pub uses: Vec<Use>,
    /// The text without white space and comments, as registries compare it; a text that is no JSON as it is.
    pub compact: String,
}

/// A use of another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The full name (Avro), or the `$ref` text before `#` as written (JSON).
    pub name: String,
    /// Which of the texts defines it.
    pub text: usize,
}

/// How `$ref`s are followed.
type Resolve = fn(Vec<json_schema::Parsed>, &mut Report) -> Vec<Option<json_schema::Schema>>;

/// Parses texts of either format and resolves what they refer to in each other, in any order; one [`Read`] for each.
pub fn read(texts: &[Text], report: &mut Report) -> Vec<Read> {
    read_by(texts, json_schema::resolve, report)
}

/// As [`read`], and of broken JSON Schemas what can be [salvaged](json_schema::salvage()).
pub(crate) fn read_what_can_be(texts: &[Text], report: &mut Report) -> Vec<Read> {
    read_by(texts, json_schema::salvage, report)
}

fn read_by(texts: &[Text], resolve: Resolve, report: &mut Report) -> Vec<Read> {
    let mut reads: Vec<Read> =
        texts.iter().map(|_| Read { schema: None, uses: Vec::new(), compact: String::new() }).collect();
    read_avro(texts, &mut reads, report);
    read_json(texts, &mut reads, resolve, report);
    reads
}

fn read_avro(texts: &[Text], reads: &mut [Read], report: &mut Report) {
    let mut owners: HashMap<String, usize> = HashMap::new();
    let mut indices = Vec::new();
    let mut files = Vec::new();
    let parse = |text: &Text, report: &mut Report| {
        let json = parse_json(&text.source, Comments::Allowed, report);
        (compact_of(text, json.as_ref()), json.map(|json| avro::parse_value(&text.source, &json, report)))
    };
    for (index, parsed) in parsed(texts, Format::Avro, parse, reads, report) {
        for name in parsed.defines() {
            owners.entry(name.as_str().to_owned()).or_insert(index);
        }
        indices.push(index);
        files.push(parsed);
    }
    for (index, schema) in indices.into_iter().zip(avro::resolve(files, report)) {
        let (Some(schema), Some(read)) = (schema, reads.get_mut(index)) else { continue };
        read.uses = schema
            .external()
            .iter()
            .filter_map(|name| {
                owners.get(name.as_str()).map(|text| Use { name: name.as_str().to_owned(), text: *text })
            })
            .collect();
        read.schema = Some(EventSchema::Avro(schema));
    }
}

fn read_json(texts: &[Text], reads: &mut [Read], resolve: Resolve, report: &mut Report) {
    let mut indices = Vec::new();
    let mut files = Vec::new();
    let parse = |text: &Text, report: &mut Report| {
        let parsed = json_schema::parse_as(&text.source, &text.path, report);
        (compact_of(text, parsed.as_ref().map(json_schema::Parsed::json)), parsed)
    };
    for (index, parsed) in parsed(texts, Format::Json, parse, reads, report) {
        indices.push(index);
        files.push(parsed);
    }
    // Of equal paths the first counts.
    let by_path: HashMap<&str, usize> =
        texts.iter().enumerate().rev().map(|(index, text)| (text.source.path(), index)).collect();
    for (index, schema) in indices.into_iter().zip(resolve(files, report)) {
        let (Some(schema), Some(read)) = (schema, reads.get_mut(index)) else { continue };
        let text_of = |source: &Source| by_path.get(source.path()).copied();
        read.uses = schema
            .external_files()
            .filter_map(|(name, source)| Some(Use { name: name.to_owned(), text: text_of(source)? }))
            .collect();
        read.schema = Some(EventSchema::Json(schema));
    }
}

/// The texts of a format, each parsed by itself, on all cores where they are many; those of which nothing came are left out.
fn parsed<P: Send>(
    texts: &[Text],
    format: Format,
    parse: impl Fn(&Text, &mut Report) -> (String, Option<P>) + Sync,
    reads: &mut [Read],
    report: &mut Report,
) -> Vec<(usize, P)> {
    let of_format: Vec<(usize, &Text)> = texts.iter().enumerate().filter(|(_, text)| text.format == format).collect();
    let all = in_parallel(&of_format, |(_, text)| {
        let mut report = Report::default();
        (parse(text, &mut report), report)
    });
    let mut found = Vec::with_capacity(all.len());
    for ((index, _), ((compact, parsed), told)) in of_format.into_iter().zip(all) {
        report.extend(told.into_findings());
        if let Some(read) = reads.get_mut(index) {
            read.compact = compact;
        }
        found.extend(parsed.map(|parsed| (index, parsed)));
    }
    found
}

fn compact_of(text: &Text, json: Option<&Json>) -> String {
    json.map_or_else(|| text.source.text().to_owned(), compact)
}
