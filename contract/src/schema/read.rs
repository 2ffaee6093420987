use std::collections::HashMap;

use super::{EventSchema, Format};
use crate::report::Report;
use crate::text::Source;
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
}

/// A use of another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The full name (Avro), or the `$ref` text before `#` as written (JSON).
    pub name: String,
    /// Which of the texts defines it.
    pub text: usize,
}

/// Parses texts of either format and resolves what they refer to in each other, in any order; one [`Read`] for each.
pub fn read(texts: &[Text], report: &mut Report) -> Vec<Read> {
    let mut reads: Vec<Read> = texts.iter().map(|_| Read { schema: None, uses: Vec::new() }).collect();
    read_avro(texts, &mut reads, report);
    read_json(texts, &mut reads, report);
    reads
}

fn read_avro(texts: &[Text], reads: &mut [Read], report: &mut Report) {
    let mut owners: HashMap<String, usize> = HashMap::new();
    let mut indices = Vec::new();
    let mut files = Vec::new();
    for (index, text) in texts.iter().enumerate().filter(|(_, text)| text.format == Format::Avro) {
        if let Some(parsed) = avro::parse(&text.source, report) {
            for name in parsed.defines() {
                owners.entry(name.as_str().to_owned()).or_insert(index);
            }
            indices.push(index);
            files.push(parsed);
        }
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

fn read_json(texts: &[Text], reads: &mut [Read], report: &mut Report) {
    let mut indices = Vec::new();
    let mut files = Vec::new();
    for (index, text) in texts.iter().enumerate().filter(|(_, text)| text.format == Format::Json) {
        if let Some(parsed) = json_schema::parse_as(&text.source, &text.path, report) {
            indices.push(index);
            files.push(parsed);
        }
    }
    for (index, schema) in indices.into_iter().zip(json_schema::resolve(files, report)) {
        let (Some(schema), Some(read)) = (schema, reads.get_mut(index)) else { continue };
        let text_of = |source: &Source| texts.iter().position(|text| text.source.path() == source.path());
        read.uses = schema
            .external_files()
            .filter_map(|(name, source)| Some(Use { name: name.to_owned(), text: text_of(source)? }))
            .collect();
        read.schema = Some(EventSchema::Json(schema));
    }
}
