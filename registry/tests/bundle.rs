//! The form of bundles: what is written, what is read, and what is refused with a reason.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use proptest::prelude::*;
use serde_json::json;
use topika_registry::api::{Guid, NewSchema, Reference, SchemaType, SubjectVersion};
use topika_registry::bundle::Bundle;

fn version(subject: &str, version: u32, id: u32) -> SubjectVersion {
    SubjectVersion {
        subject: subject.to_owned(),
        id,
        version,
        guid: None,
        schema_type: SchemaType::Json,
        references: Vec::new(),
        schema: format!("{{\n  \"title\": \"{subject} {version} \\u00e4\"\n}}"),
        ts: None,
        deleted: false,
        aliases: Vec::new(),
        metadata: None,
        rule_set: None,
    }
}

fn whole() -> Vec<SubjectVersion> {
    let mut second = version("orders-value", 2, 9);
    second.references.push(Reference { name: "money.json".into(), subject: "money".into(), version: 1 });
    second.metadata = Some(json!({"properties": {"owner": "orders"}}));
    second.rule_set = Some(json!({"domainRules": []}));
    second.guid = Some(Guid([1; 16]).to_string());
    vec![second, version("orders-value", 1, 7), version("money", 1, 7)]
}

#[test]
fn the_same_versions_in_any_order_are_the_same_bytes_and_come_back_as_they_were() {
    let text = Bundle::new("prod", whole()).unwrap().print();
    let mut other = whole();
    other.rotate_left(1);
    assert_eq!(Bundle::new("prod", other).unwrap().print(), text);
    let read = Bundle::parse(&text).unwrap();
    assert_eq!((read.print(), read.env()), (text, "prod"));
    let mut back: Vec<_> = read.iter().map(|version| SubjectVersion::clone(version)).collect();
    back.sort_by_key(|version| std::cmp::Reverse((version.id, version.subject.clone())));
    assert_eq!(back, whole(), "texts with their white space, references, metadata and rules");
}

#[test]
fn the_ids_of_another_context_are_not_those_of_the_bundles_own() {
    let of = |subject, id| SubjectVersion { schema_type: SchemaType::Avro, ..version(subject, 1, id) };
    let bundle = Bundle::new("prod", vec![of(":.team:a", 1), version("b", 1, 1)]).unwrap();
    assert_eq!(bundle.schema(1).unwrap().schema_type, SchemaType::Json);
}

#[test]
fn a_version_with_metadata_is_found_without_naming_it_where_none_is_without() {
    let with = |number, owner: Option<&str>| SubjectVersion {
        metadata: owner.map(|owner| json!({"properties": {"owner": owner}})),
        schema: "{\"title\":\"T\"}".to_owned(),
        ..version("t-value", number, number)
    };
    let asked = |owner: Option<&str>| NewSchema {
        metadata: with(1, owner).metadata,
        ..NewSchema::json("{ \"title\": \"T\" }")
    };
    let found = |versions: Vec<SubjectVersion>, owner: Option<&str>| {
        Bundle::new("prod", versions).unwrap().lookup("t-value", &asked(owner)).map(|found| found.version)
    };
    let both = || vec![with(1, Some("shop")), with(2, Some("crm"))];
    assert_eq!((found(both(), Some("shop")), found(both(), Some("x"))), (Some(1), None));
    assert_eq!(found(both(), None), Some(2));
    assert_eq!(found(vec![with(1, None), with(2, Some("crm"))], None), Some(1));
}

#[test]
fn the_form_is_the_one_that_is_documented() {
    let value: serde_json::Value = serde_json::from_str(&Bundle::new("prod", whole()).unwrap().print()).unwrap();
    assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["topika-bundle", "env", "sha256", "versions"]);
    assert_eq!(value["topika-bundle"], 1);
    assert_eq!(value["versions"][0]["subject"], "money");
    assert_eq!(value["versions"][2]["references"][0], json!({"name": "money.json", "subject": "money", "version": 1}));
}

#[test]
fn a_file_of_this_form_is_read_for_ever() {
    let text = include_str!("bundle/form-1.json");
    let bundle = Bundle::parse(text).unwrap();
    assert_eq!(bundle.print(), text);
    assert_eq!(bundle.print(), Bundle::new("prod", whole()).unwrap().print());
    let mut later = whole();
    later[0].ts = Some(1);
    later[1].deleted = true;
    let later = Bundle::new("prod", later).unwrap();
    assert_eq!(later.print(), text, "when it was registered is of no interest");
    assert!(later.iter().all(|version| version.ts.is_none() && !version.deleted), "in memory as in the file");
}

#[test]
fn what_is_in_it_is_found_in_every_way() {
    let bundle = Bundle::new("prod", whole()).unwrap();
    assert_eq!(bundle.schema(9).unwrap().references.len(), 1);
    assert!(bundle.schema(8).is_none());
    assert_eq!(bundle.schema_by_guid(Guid([1; 16])).unwrap().schema, bundle.schema(9).unwrap().schema);
    assert_eq!(bundle.latest("orders-value").unwrap().version, 2);
    assert_eq!(bundle.versions("orders-value"), Some(vec![1, 2]));
    assert_eq!(bundle.versions("nothing"), None);
    let subjects: Vec<_> = bundle.versions_of_id(7).into_iter().map(|version| version.subject).collect();
    assert_eq!(subjects, ["money", "orders-value"]);
    let asked = NewSchema::json("{\"title\":\"orders-value 1 ä\"}");
    assert_eq!(bundle.lookup("orders-value", &asked).unwrap().id, 7);
    assert!(bundle.lookup("money", &asked).is_none());
    assert!(bundle.lookup("orders-value", &NewSchema { schema_type: SchemaType::Avro, ..asked.clone() }).is_none());
    assert!(bundle.lookup("orders-value", &NewSchema { id: Some(8), ..asked.clone() }).is_none());
    assert!(bundle.lookup("orders-value", &NewSchema { metadata: Some(json!({})), ..asked.clone() }).is_none());
    assert!(bundle.lookup("orders-value", &asked.reference("a", "money", 1)).is_none());
}

#[test]
fn contents_that_cannot_be_are_named() {
    let mut open = whole();
    open.pop();
    let mut twice = whole();
    twice.push(version("money", 1, 7));
    let mut two_types = whole();
    two_types[2].schema_type = SchemaType::Avro;
    let mut no_guid = whole();
    no_guid[0].guid = Some("hello".into());
    for (versions, word) in [
        (open, "version 2 of subject \"orders-value\" refers to version 1 of \"money\""),
        (twice, "version 1 of subject \"money\" stands there twice"),
        (two_types, "id 7 stands for"),
        (no_guid, "the GUID \"hello\""),
    ] {
        let error = Bundle::new("prod", versions).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn another_file_a_newer_form_and_an_edit_by_hand_are_told_apart() {
    let text = Bundle::new("prod", whole()).unwrap().print();
    for (text, word) in [
        (String::new(), "ends in the middle"),
        ("<html>".to_owned(), "is no bundle"),
        ("{\"versions\": []}".to_owned(), "no \"topika-bundle\""),
        ("[1]".to_owned(), "not a bundle's"),
        (text.replace("\"topika-bundle\": 1", "\"topika-bundle\": 2"), "version 2"),
        (text.replace("\"id\": 9", "\"id\": 10"), "sha256"),
        (text.replace("\"prod\"", "\"test\""), "sha256"),
        (text.replace("\"version\": 2,", "\"version\": 2, \"extra\": 1,"), "sha256"),
        (text.replace("\"env\"", "\"environment\""), "not a bundle's"),
        (format!("{text}{text}"), "is no bundle"),
    ]
    .into_iter()
    .filter(|(changed, _)| *changed != text || panic!("nothing was changed"))
    {
        let error = Bundle::parse(&text).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let error = Bundle::read("/nowhere/bundle.json").unwrap_err();
    assert!(error.to_string().contains("/nowhere/bundle.json"), "{error}");
}

proptest! {
    #[test]
    fn a_bundle_cut_anywhere_or_with_any_byte_changed_is_refused_or_the_same(at in 0_usize..10_000, byte in any::<u8>()) {
        let text = Bundle::new("prod", whole()).unwrap().print();
        let at = at % (text.len() - 1);
        if text.is_char_boundary(at) {
            prop_assert!(Bundle::parse(&text[..at]).is_err());
        }
        let mut bytes = text.clone().into_bytes();
        bytes[at] = byte;
        if let Ok(Ok(read)) = String::from_utf8(bytes).map(|changed| Bundle::parse(&changed)) {
            // A blank between the parts.
            prop_assert_eq!(read.print(), text);
        }
    }
}
