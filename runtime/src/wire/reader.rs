//! How a schema of the registry is read into the events of a topic: found out once per schema.

use topika_contract::avro::{Kind, Schema as AvroSchema};
use topika_contract::text::Source;
use topika_contract::text::json::{Comments, read};
use topika_registry::api::{Schema, SchemaType};
use topika_registry::client::Referenced;

use super::subject::SubjectStrategy;
use crate::codec::Resolution;
use crate::schema::{Descriptor, Format, TopicDescriptor, parsed};

/// The way from a schema's bytes to an event.
#[derive(Debug)]
pub(crate) struct Way {
    /// The place of the event in the topic.
    pub(super) index: usize,
    /// How to read it; `None`: its bytes are what the event itself would write.
    pub(super) resolution: Option<Resolution>,
}

/// The way from an Avro schema, with the texts that it refers to.
pub(super) fn avro(topic: &TopicDescriptor, writer: &Schema, references: &[Referenced]) -> Result<Way, String> {
    avro_of(topic, &written(&writer.schema, texts(references))?)
}

/// As [`avro`], of a schema that was read.
pub(super) fn avro_of(topic: &TopicDescriptor, written: &AvroSchema) -> Result<Way, String> {
    let name = match &written.root().kind {
        Kind::Named(name) => name.as_str(),
        other => return Err(format!("its schema is of a type without a name ({other:?}), and events are records")),
    };
    let (index, event) = event_of(topic, name).ok_or_else(|| not_on(topic, name))?;
    Ok(Way { index, resolution: resolution(written, event)? })
}

/// The place of the event that an Avro schema is of, whether its type can read it or not.
#[cfg(feature = "kafka")]
pub(super) fn place(topic: &TopicDescriptor, writer: &Schema, references: &[Referenced]) -> Option<usize> {
    match &written(&writer.schema, texts(references)).ok()?.root().kind {
        Kind::Named(name) => Some(event_of(topic, name.as_str())?.0),
        _ => None,
    }
}

/// The way from an Avro schema to one record, whatever the two are called; `None`: the bytes are what the record itself would write.
pub(super) fn record(
    reader: &'static Descriptor,
    writer: &Schema,
    references: &[Referenced],
) -> Result<Option<Resolution>, String> {
    resolution(&written(&writer.schema, texts(references))?, reader)
}

fn texts(references: &[Referenced]) -> impl Iterator<Item = (&str, &str)> {
    references.iter().map(|r| (r.name.as_str(), r.version.schema.as_str()))
}

/// Reads a schema, with the texts that it refers to by their names.
pub(super) fn written<'a>(
    text: &str,
    references: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<AvroSchema, String> {
    let main = Source::new("the registry", text);
    let others: Vec<Source> = references.map(|(name, text)| Source::new(name, text)).collect();
    AvroSchema::from_texts(&main, &others)
        .map_err(|report| format!("its schema is invalid: {}", parsed::first(&report)))
}

pub(super) fn resolution(written: &AvroSchema, event: &'static Descriptor) -> Result<Option<Resolution>, String> {
    let own = parsed::avro(event)?;
    let resolution = match event.fields {
        Some(fields) => Resolution::compile_fields(written, &own, fields),
        None => Resolution::compile(written, &own),
    }
    .map_err(|error| format!("its schema cannot be read as `{}`: {error}", event.rust))?;
    Ok(Some(resolution).filter(|resolution| !resolution.is_same()))
}

/// The way from a JSON Schema: by its title, else by the subjects it stands under, else as the only event of the topic.
pub(super) fn json(
    topic: &TopicDescriptor,
    writer: &Schema,
    subjects: &[String],
    strategy: SubjectStrategy,
    prefix: &str,
) -> Result<Way, String> {
    let (document, _) = read(&writer.schema, Comments::Refused);
    let title = document.as_ref().and_then(|d| d.get("title")).and_then(|title| title.as_str()).unwrap_or_default();
    // Whoever else writes to the topic may go by the contract, whatever is chosen here.
    let by_subject = || {
        let mut ways = [strategy, SubjectStrategy::Contract].into_iter();
        ways.find_map(|strategy| under(topic, subjects, strategy, prefix))
    };
    let only = || (topic.events.len() == 1).then_some(0);
    let index = topic.event_of_record(title).map(|(index, _)| index).or_else(by_subject).or_else(only);
    let index = index.ok_or_else(|| not_on(topic, title))?;
    match topic.events.get(index) {
        Some(event) if event.format == Format::Json => Ok(Way { index, resolution: None }),
        _ => Err(format!("its schema is JSON Schema, and the event on \"{}\" is Avro", topic.name)),
    }
}

/// The one event whose schemas stand under one of the subjects; none where they may be of several.
fn under(topic: &TopicDescriptor, subjects: &[String], strategy: SubjectStrategy, prefix: &str) -> Option<usize> {
    let mut meant = topic
        .events
        .iter()
        .enumerate()
        .filter(|(_, event)| subjects.contains(&strategy.subject(event, topic, prefix)))
        .map(|(index, _)| index);
    meant.next().filter(|_| meant.next().is_none())
}

/// Whether the schema's subjects are needed to find its event.
pub(super) fn needs_subjects(topic: &TopicDescriptor, writer: &Schema) -> bool {
    let (document, _) = read(&writer.schema, Comments::Refused);
    let title = document.as_ref().and_then(|d| d.get("title")).and_then(|title| title.as_str());
    writer.schema_type == SchemaType::Json && title.is_none_or(|title| topic.event_of_record(title).is_none())
}

/// The event of a record name: by the name itself, by an alias of an event, or as the only event of the topic (whose name the
/// resolution then judges).
fn event_of(topic: &TopicDescriptor, name: &str) -> Option<(usize, &'static Descriptor)> {
    let avro = |event: &&'static Descriptor| event.format == Format::Avro;
    if let Some((index, event)) = topic.event_of_record(name).filter(|(_, event)| avro(event)) {
        return Some((index, event));
    }
    let all = || topic.events.iter().enumerate().map(|(index, event)| (index, *event)).filter(|(_, event)| avro(event));
    let by_alias = all().find(|(_, event)| aliases(event).iter().any(|alias| alias == name));
    by_alias.or_else(|| if topic.events.len() == 1 { all().next() } else { None })
}

fn aliases(event: &'static Descriptor) -> Vec<String> {
    let Ok(schema) = parsed::avro(event) else { return Vec::new() };
    let Kind::Named(name) = &schema.root().kind else { return Vec::new() };
    schema.named(name).map_or_else(Vec::new, |named| named.aliases.iter().map(ToString::to_string).collect())
}

pub(super) fn not_on(topic: &TopicDescriptor, name: &str) -> String {
    let events: Vec<&str> = topic.events.iter().map(|event| event.record).collect();
    format!(
        "its schema is of \"{name}\", which is no event of topic \"{}\"; its events are {}",
        topic.name,
        events.join(", ")
    )
}
