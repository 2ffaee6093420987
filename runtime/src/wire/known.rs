//! The schemas that an event type brings along, as the registry wants them: its own and those that it refers to.

use topika_contract::report::Report;
use topika_contract::text::Source;
use topika_registry::api::{NewSchema, Reference, SchemaType};

use super::parsed;
use crate::schema::{Descriptor, Format, Reference as SchemaReference};

/// A text to look up or register, with the subject it stands under.
pub(super) struct Known {
    /// The name by which others refer to it.
    pub(super) name: &'static str,
    /// Its subject.
    pub(super) subject: String,
    /// Its text.
    pub(super) text: &'static str,
    /// What it refers to itself.
    pub(super) uses: Vec<Use>,
}

/// A reference as one text makes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The reference's name in the contract.
    pub(super) reference: &'static str,
    /// Its name in the registry. For JSON that is `$ref` as this text writes it: other clients look for nothing else.
    pub(super) name: String,
}

/// What an event's schema refers to, a text before what refers to it.
pub(super) fn references(event: &'static Descriptor) -> Vec<Known> {
    let all = event.file.map_or(&[][..], |file| file.references);
    let known = |r: &'static SchemaReference| {
        let named = parsed::named_by(event.format, r.name, r.text, all);
        let used = all.iter().filter(|other| r.uses.contains(&other.name));
        let uses =
            used.map(|other| Use { reference: other.name, name: name_in(other, event.format, named.as_deref()) });
        Known { name: r.name, subject: r.subject.to_owned(), text: r.text, uses: uses.collect() }
    };
    all.iter().map(known).collect()
}

/// The event's own schema, with the references that its own text names.
pub(super) fn own(event: &'static Descriptor, subject: String) -> Known {
    let text = (event.text)();
    let all = event.file.map_or(&[][..], |file| file.references);
    // A text that we cannot read is sent with all of them: the registry says then what is wrong with it.
    let named = parsed::named_by(event.format, crate::schema::parsed::path(event), text, all);
    let used =
        all.iter().filter(|r| named.as_ref().is_none_or(|named| named.iter().any(|n| is_named(r, event.format, n))));
    let uses = used.map(|r| Use { reference: r.name, name: name_in(r, event.format, named.as_deref()) });
    Known { name: event.record, subject, text, uses: uses.collect() }
}

/// The name of a reference in the registry, for a text that names `named`.
fn name_in(reference: &SchemaReference, format: Format, named: Option<&[String]>) -> String {
    let written = named.into_iter().flatten().find(|name| format == Format::Json && is_named(reference, format, name));
    written.map_or_else(|| reference.name.to_owned(), Clone::clone)
}

/// Whether a name in a text means this reference: its own name, or that of a type that its text defines.
fn is_named(reference: &SchemaReference, format: Format, name: &str) -> bool {
    match format {
        Format::Avro => name == reference.name || defines(reference, name),
        // `../types/station.json`, seen from the file, is `types/station.json`, seen from the schema folder.
        Format::Json => {
            let below = name.trim_start_matches("../").trim_start_matches("./");
            below == reference.name || reference.name.strip_suffix(below).is_some_and(|folder| folder.ends_with('/'))
        }
    }
}

fn defines(reference: &SchemaReference, name: &str) -> bool {
    let mut report = Report::default();
    let parsed = topika_contract::avro::parse(&Source::new(reference.name, reference.text), &mut report);
    parsed.is_some_and(|parsed| parsed.defines().any(|defined| defined.as_str() == name))
}

impl Known {
    /// The request that names it, with the versions found for what it uses.
    pub(super) fn request(&self, format: Format, found: &[Reference]) -> NewSchema {
        let references = self.uses.iter().filter_map(|one| {
            let found = found.iter().find(|r| r.name == one.reference)?;
            Some(Reference { name: one.name.clone(), ..found.clone() })
        });
        let references = references.collect();
        let schema_type = match format {
            Format::Avro => SchemaType::Avro,
            Format::Json => SchemaType::Json,
        };
        NewSchema { references, ..NewSchema::new(schema_type, self.text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::SchemaFile;

    const ADDRESS: &str = r#"{"type":"record","name":"types.Address","fields":[
        {"name":"street","type":{"type":"record","name":"Street","fields":[]}},{"name":"id","type":"types.Id"}]}"#;
    const ID: &str = r#"{"type":"fixed","name":"types.Id","size":1}"#;

    static AVRO: [SchemaReference; 2] = [
        SchemaReference { name: "types.Id", subject: "types.Id", text: ID, uses: &[] },
        SchemaReference { name: "types.Address", subject: "types.Address", text: ADDRESS, uses: &["types.Id"] },
    ];
    static JSON: [SchemaReference; 1] = [SchemaReference {
        name: "types/station.schema.json",
        subject: "types/station.schema.json",
        text: r#"{"type":"string"}"#,
        uses: &[],
    }];

    const fn file(format: Format, text: &'static str, references: &'static [SchemaReference]) -> SchemaFile {
        SchemaFile {
            path: "schemas/kitchen/event",
            format,
            event: "kitchen.event",
            record: "Event",
            text,
            references,
            version: None,
            topic: "t",
            subject: "t-value",
            types: &[],
        }
    }

    const fn event(file: &'static SchemaFile, text: fn() -> &'static str) -> Descriptor {
        Descriptor {
            event: file.event,
            record: file.record,
            format: file.format,
            file: Some(file),
            rust: "Event",
            fields: None,
            text,
        }
    }

    fn names(known: &Known) -> Vec<&str> {
        known.uses.iter().map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn a_text_refers_to_what_it_names_itself_and_not_to_what_that_refers_to() {
        static FILE: SchemaFile = file(
            Format::Avro,
            r#"{"type":"record","name":"Event","doc":"Id","fields":[{"name":"a","type":"types.Address"}]}"#,
            &AVRO,
        );
        static EVENT: Descriptor = event(&FILE, || FILE.text);
        assert_eq!(names(&own(&EVENT, "t-value".into())), ["types.Address"]);
        let all = references(&EVENT);
        assert_eq!(names(&all[1]), ["types.Id"]);
        let found = [Reference { name: "types.Id".into(), subject: "types.Id".into(), version: 3 }];
        assert_eq!(all[1].request(Format::Avro, &found).references, found);
    }

    #[test]
    fn a_type_inside_another_file_is_a_reference_to_that_file() {
        static FILE: SchemaFile = file(Format::Avro, r#"{"type":"array","items":"types.Street"}"#, &AVRO);
        static EVENT: Descriptor = event(&FILE, || FILE.text);
        assert_eq!(names(&own(&EVENT, "t-value".into())), ["types.Address"]);
    }

    #[test]
    fn a_json_schema_refers_to_files_seen_from_its_own_folder() {
        static FILE: SchemaFile =
            file(Format::Json, r#"{"properties":{"s":{"$ref":"../types/station.schema.json"}}}"#, &JSON);
        static EVENT: Descriptor = event(&FILE, || FILE.text);
        let own = own(&EVENT, "t-value".into());
        assert_eq!(names(&own), ["../types/station.schema.json"]);
        let found = [Reference { name: JSON[0].name.into(), subject: JSON[0].subject.into(), version: 2 }];
        let sent = own.request(Format::Json, &found).references;
        assert_eq!((sent[0].name.as_str(), sent[0].version), ("../types/station.schema.json", 2));
        static PLAIN: SchemaFile = file(Format::Json, r#"{"type":"object"}"#, &JSON);
        static UNUSED: Descriptor = event(&PLAIN, || PLAIN.text);
        assert_eq!(names(&super::own(&UNUSED, "t-value".into())), [""; 0]);
    }

    #[test]
    fn a_text_that_cannot_be_read_is_sent_with_all_its_references() {
        static FILE: SchemaFile = file(Format::Avro, "{", &AVRO);
        static EVENT: Descriptor = event(&FILE, || FILE.text);
        assert_eq!(names(&own(&EVENT, "t-value".into())), ["types.Id", "types.Address"]);
    }
}
