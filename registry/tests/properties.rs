//! What holds for every run of requests, and for every text.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Helpers of tests fail by panicking, as tests do.

use std::collections::HashMap;

use proptest::prelude::*;
use topika_registry::api::{ConfigUpdate, Guid, NewSchema, SchemaType};
use topika_registry::store::{Format, Listed, Page, Store, VersionSpec};

#[derive(Clone, Debug)]
enum Request {
    Register(usize, usize),
    DeleteVersion(usize, u32, bool),
    DeleteSubject(usize, bool),
}

const SUBJECTS: [&str; 3] = ["a", "b", "c-value"];

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        4 => (0..SUBJECTS.len(), 0..5_usize).prop_map(|(subject, text)| Request::Register(subject, text)),
        2 => (0..SUBJECTS.len(), 1..5_u32, any::<bool>()).prop_map(|(s, v, permanent)| Request::DeleteVersion(s, v, permanent)),
        1 => (0..SUBJECTS.len(), any::<bool>()).prop_map(|(s, permanent)| Request::DeleteSubject(s, permanent)),
    ]
}

fn text(number: usize) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"fixed","name":"F{number}","size":{number}}}"#))
}

proptest! {
    #[test]
    fn an_id_means_one_text_for_ever_and_every_version_has_its_schema(requests in prop::collection::vec(request(), 1..60)) {
        let mut store = Store::new();
        store.set_config(None, &ConfigUpdate { compatibility: Some("NONE".into()), ..ConfigUpdate::default() }).unwrap();
        let mut meaning: HashMap<u32, usize> = HashMap::new();
        for request in requests {
            match request {
                Request::Register(subject, number) => {
                    let registered = store.register(SUBJECTS[subject], &text(number), false).unwrap();
                    prop_assert_eq!(*meaning.entry(registered.id).or_insert(number), number);
                    let found = store.lookup(SUBJECTS[subject], &text(number), false, false, Format::Kept).unwrap();
                    prop_assert_eq!(Some(found.version), registered.version);
                }
                // Refusals are part of the play.
                Request::DeleteVersion(subject, version, permanent) => {
                    drop(store.delete_version(SUBJECTS[subject], VersionSpec::Number(version), permanent));
                }
                Request::DeleteSubject(subject, permanent) => drop(store.delete_subject(SUBJECTS[subject], permanent)),
            }
            for version in store.schemas(&Listed { deleted: true, ..Listed::default() }, Page::default()) {
                prop_assert_eq!(&store.schema(version.id).unwrap().schema, &version.schema);
                prop_assert_eq!(&version.schema, &text(meaning[&version.id]).schema);
                prop_assert!(version.id <= store.max_id(None));
            }
        }
    }

    #[test]
    fn any_text_is_taken_or_refused(text in "\\PC{0,80}", shape in "[\\[\\]{}\":,a-z0-9 ]{0,60}", json in any::<bool>()) {
        let schema_type = if json { SchemaType::Json } else { SchemaType::Avro };
        let mut store = Store::new();
        for text in [text, shape] {
            let new = NewSchema::new(schema_type.clone(), text);
            for normalize in [false, true] {
                if let Ok(registered) = store.register("s", &new, normalize) {
                    prop_assert!(store.lookup("s", &new, normalize, false, Format::Kept).is_ok_and(|found| found.id == registered.id));
                    store.delete_subject("s", false).unwrap();
                }
            }
        }
    }

    #[test]
    fn a_guid_survives_its_text(bytes in any::<[u8; 16]>()) {
        prop_assert_eq!(Guid::parse(&Guid(bytes).to_string()), Some(Guid(bytes)));
    }
}

#[test]
fn a_deeply_nested_text_is_refused_without_a_crash() {
    let deep = "[".repeat(200_000);
    let mut store = Store::new();
    for new in
        [NewSchema::avro(&deep), NewSchema::json(&deep), NewSchema::avro(format!("{deep}{}", "]".repeat(200_000)))]
    {
        assert!(store.register("s", &new, true).is_err());
    }
}
