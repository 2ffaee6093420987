//! Types that are written first: the schema they give and the file that a derived test keeps.

#![allow(missing_docs, dead_code, clippy::unwrap_used, clippy::panic)] // Helpers of tests are tests too.
#![allow(deprecated)] // As in resolution.rs.

use topika::event::Event;
use topika::types::{Bytes, Date, Decimal, TimestampMillis, Uuid};

/// A user signed up.
#[derive(Clone, Debug, PartialEq, topika::Event)]
#[event(name = "user.user-created", project = "tests/code-first")]
struct UserCreated {
    /// Who.
    user_id: Uuid,
    #[event(default = "web", alias = "source")]
    channel: String,
    #[event(default = -1)]
    rank: i32,
    #[event(default)]
    invited_by: Option<Uuid>,
    #[event(null_last, default = 0.5)]
    score: Option<f64>,
    level: Level,
    address: Address,
    addresses: Vec<Address>,
    contact: Contact,
    digest: Md5,
    balance: Decimal<12, 2>,
    born: Date,
    at: TimestampMillis,
    raw: Bytes,
    #[event(default = json("{}"))]
    tags: std::collections::BTreeMap<String, bool>,
}

/// How far.
#[derive(Clone, Copy, Debug, PartialEq, topika::Enum)]
#[event(name = "user.Level")]
enum Level {
    #[event(default)]
    New,
    Old,
}

#[derive(Clone, Debug, PartialEq, topika::Record)]
#[event(namespace = "types", name = "Address")]
struct Address {
    #[event(personal)]
    street: String,
}

#[derive(Clone, Debug, PartialEq, topika::Union)]
enum Contact {
    Mail(String),
    Address(Address),
    Nobody,
}

#[derive(Clone, Copy, Debug, PartialEq, topika::Fixed)]
#[event(name = "types.Md5")]
struct Md5([u8; 16]);

/// A user left.
#[derive(
    Clone,
    Debug,
    PartialEq,
    topika::__private::serde::Serialize,
    topika::__private::serde::Deserialize,
    schemars::JsonSchema,
    topika::Event,
)]
#[serde(crate = "topika::__private::serde")]
#[event(name = "user.user-left", format = "json", project = "tests/code-first")]
struct UserLeft {
    user_id: Uuid,
    #[event(personal)]
    #[serde(default)]
    reason: Option<String>,
    at: TimestampMillis,
    balance: Decimal<12, 2>,
    seal: Bytes,
}

#[test]
fn the_text_is_a_schema_that_holds_its_own_data() {
    let text = (UserCreated::DESCRIPTOR.text)();
    let source = topika_contract::text::Source::new("user-created.avsc", text);
    let schema = topika_contract::avro::Schema::from_texts(&source, &[]).unwrap_or_else(|_| panic!("{text}"));
    assert_eq!(schema.definitions().count(), 4);
    let other = apache_avro::Schema::parse_str(text).unwrap();
    let address = Address { street: "s".into() };
    let event = UserCreated {
        user_id: Uuid::from_bytes([7; 16]),
        channel: "app".into(),
        rank: 3,
        invited_by: None,
        score: None,
        level: Level::Old,
        address: address.clone(),
        addresses: vec![address.clone()],
        contact: Contact::Address(address),
        digest: Md5([1; 16]),
        balance: "1.50".parse().unwrap(),
        born: Date::new(1),
        at: TimestampMillis::new(2),
        raw: Bytes(vec![1]),
        tags: [("a".to_owned(), true)].into(),
    };
    let mut out = Vec::new();
    event.encode(&mut out).unwrap();
    apache_avro::from_avro_datum(&other, &mut out.as_slice(), None).unwrap();
    assert_eq!(UserCreated::decode(&out).unwrap(), event);
}

#[test]
fn what_a_writer_lacks_is_filled_from_the_defaults() {
    let text = (UserCreated::DESCRIPTOR.text)();
    let schema = |text: &str| {
        let source = topika_contract::text::Source::new("a.avsc", text);
        topika_contract::avro::Schema::from_texts(&source, &[]).unwrap_or_else(|_| panic!("{text}"))
    };
    let mut older: serde::Value = serde::from_str(text).unwrap();
    let fields = older["fields"].as_array_mut().unwrap();
    fields.retain(|field| field.get("default").is_none());
    fields.push(serde::json!({ "name": "source", "type": "string" }));
    let resolution = topika::codec::Resolution::compile(&schema(&older.to_string()), &schema(text)).unwrap();
    let mut out = Vec::new();
    let mut sink = topika::codec::Sink::new(&mut out);
    topika::codec::AvroValue::encode(&Uuid::default(), &mut sink);
    sink.long(1);
    sink.string("s");
    sink.long(0);
    sink.long(2);
    sink.fixed(&[0; 16]);
    sink.fixed(&[0, 0, 0, 0]);
    sink.string("app");
    let read = UserCreated::decode_resolved(&out, &resolution).unwrap();
    assert_eq!((read.channel.as_str(), read.rank, read.invited_by, read.score), ("app", -1, None, Some(0.5)));
    assert_eq!(read.tags.len(), 0);
    assert_eq!(read.contact, Contact::Nobody);
}

#[test]
fn a_json_event_gives_the_schema_of_schemars() {
    let text = (UserLeft::DESCRIPTOR.text)();
    assert!(
        text.starts_with(
            "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": \"UserLeft\""
        ),
        "{text}"
    );
    assert!(text.contains("\"format\": \"date-time\""), "{text}");
    assert_eq!(UserLeft::DESCRIPTOR.record, "UserLeft");
}

#[test]
fn bytes_in_json_are_what_the_schema_says_of_them() {
    let left = UserLeft {
        user_id: Uuid::default(),
        reason: None,
        at: TimestampMillis::new(0),
        balance: Decimal::ZERO,
        seal: Bytes(vec![0, 255]),
    };
    let mut out = Vec::new();
    left.encode(&mut out).unwrap();
    assert_eq!(UserLeft::decode(&out).unwrap(), left);
    let validator = jsonschema::validator_for(&serde::from_str((UserLeft::DESCRIPTOR.text)()).unwrap()).unwrap();
    let mut json: serde::Value = serde::from_slice(&out).unwrap();
    assert_eq!(json["seal"], serde::json!([0, 255]));
    assert!(validator.is_valid(&json), "{json}");
    for no_bytes in [serde::json!([256]), serde::json!([-1]), serde::json!([0.5]), serde::json!("AAE=")] {
        json["seal"] = no_bytes;
        assert!(!validator.is_valid(&json), "{json}");
        assert!(UserLeft::decode(json.to_string().as_bytes()).is_err(), "{json}");
    }
}

#[test]
fn what_is_personal_carries_the_tag_by_which_others_mask_it() {
    let tags = |text: &str, pointer: &str| serde::from_str::<serde::Value>(text).unwrap().pointer(pointer).cloned();
    let avro = (UserCreated::DESCRIPTOR.text)();
    let pii = Some(serde::json!(["PII"]));
    assert_eq!(tags(avro, "/fields/6/type/fields/0/confluent:tags"), pii, "{avro}");
    assert_eq!(tags(avro, "/fields/0/confluent:tags"), None);
    let json = (UserLeft::DESCRIPTOR.text)();
    assert_eq!(tags(json, "/properties/reason/confluent:tags"), pii, "{json}");
    assert_eq!(tags(json, "/properties/user_id/confluent:tags"), None);
}

use topika::__private::serde_json as serde;
