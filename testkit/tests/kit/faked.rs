//! Events that are drawn from their schemas.

use serde_json::Value;
use topika::codec::{DecodeError, EncodeError, Resolution};
use topika::event::Event;
use topika::schema::{Descriptor, Format};
use topika::types::{Date, Decimal, TimeMicros, TimestampMicros, Uuid};
use topika::{Enum, Record};
use topika_testkit::{Fake, fake};

use crate::orders::{InvoiceMade, OrderPlaced};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[event(name = "shop.Size")]
enum Size {
    Small,
    Large,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[event(name = "shop.Comment")]
struct Comment {
    text: String,
    answers: Vec<Comment>,
    before: Option<Box<Comment>>,
}

#[derive(Clone, Debug, PartialEq, topika::Event)]
#[event(name = "shop.everything-said", project = "tests/kit")]
struct EverythingSaid {
    customer_id: String,
    email: String,
    quantity: i32,
    rate: f64,
    price: Decimal<10, 2>,
    tiny: Decimal<2, 2>,
    session: Uuid,
    day: Date,
    opens: TimeMicros,
    at: TimestampMicros,
    size: Size,
    note: Option<String>,
    tags: std::collections::BTreeMap<String, Vec<bool>>,
    comment: Comment,
}

/// Events of any JSON Schema, as JSON.
macro_rules! json_events {
    ($($name:ident = $text:literal),+ $(,)?) => {$(
        #[derive(Clone, Debug, PartialEq)]
        struct $name(Value);

        impl Event for $name {
            const DESCRIPTOR: &'static Descriptor = &Descriptor {
                event: "shop.any",
                record: stringify!($name),
                format: Format::Json,
                file: None,
                rust: stringify!($name),
                fields: None,
                text: || $text,
            };

            fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                out.extend(self.0.to_string().bytes());
                Ok(())
            }

            fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
                serde_json::from_slice(payload).map(Self).map_err(|error| DecodeError::json(stringify!($name), 0, &error))
            }

            fn decode_resolved(payload: &[u8], _: &Resolution) -> Result<Self, DecodeError> {
                <Self as Event>::decode(payload)
            }
        }
    )+};
}

json_events! {
    Ticket = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["ticket_id", "dishes", "ready_at", "station", "price", "grade"],
        "additionalProperties": false,
        "minProperties": 7,
        "properties": {
            "ticket_id": {"type": "string", "pattern": "^TKT-[0-9]{5}$"},
            "dishes": {"type": "array", "minItems": 2, "maxItems": 4, "uniqueItems": true, "items": {"$ref": "#/$defs/dish"}},
            "ready_at": {"type": "string", "format": "date-time"},
            "station": {"enum": ["grill", "oven", 3, null]},
            "price": {"type": "number", "minimum": 0.5, "exclusiveMaximum": 20, "multipleOf": 0.05},
            "grade": {"type": "integer", "exclusiveMinimum": 0, "maximum": 3},
            "cook": {"type": ["string", "null"], "minLength": 12, "maxLength": 14},
            "mail": {"type": "string", "format": "email"},
            "server": {"anyOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "hostname"}]}
        },
        "$defs": {
            "dish": {
                "type": "object",
                "required": ["name", "sides"],
                "properties": {"name": {"type": "string", "minLength": 1}, "sides": {"type": "array", "items": {"$ref": "#/$defs/dish"}}}
            }
        }
    }"##,
    Payment = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["kind", "id"],
        "properties": {"id": {"type": "string", "format": "uuid"}, "kind": {"enum": ["card", "cash"]}},
        "oneOf": [
            {"properties": {"kind": {"const": "card"}, "number": {"type": "string", "pattern": "^[0-9]{16}$"}}, "required": ["number"]},
            {"properties": {"kind": {"const": "cash"}, "given": {"type": "integer", "minimum": 1}}, "required": ["given"]}
        ],
        "if": {"required": ["given"]},
        "then": {"required": ["till"], "properties": {"till": {"type": "integer"}}},
        "dependentRequired": {"number": ["holder"]},
        "not": {"required": ["secret"]}
    }"##,
    Prices = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "minProperties": 2,
        "maxProperties": 4,
        "patternProperties": {"^[a-z]{2}-[A-Z]{2}$": {"type": "number", "minimum": 0, "maximum": 1}},
        "additionalProperties": false
    }"##,
    Point = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema","type": "array", "prefixItems": [{"type": "number"}, {"type": "boolean"}], "items": {"type": "string"}, "minItems": 3, "contains": {"const": "x"}}"##,
    Impossible = r##"{"type": "object", "required": ["n"], "properties": {"n": {"type": "array", "items": {"type": "object", "required": ["m"], "properties": {"m": {"type": "integer", "minimum": 3, "maximum": 2}}}, "minItems": 1}}}"##,
    Unknown = r##"{"type": "object", "required": ["n"], "properties": {"n": {"type": "string", "pattern": "^(?=x)x$"}}}"##,
    Endless = r##"{"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}"##,
}

fn are_valid<E: Event + PartialEq + std::fmt::Debug>(value: impl Fn(&E) -> &Value) {
    let schema: Value = serde_json::from_str((E::DESCRIPTOR.text)()).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for seed in 0..100 {
        let event: E = fake(seed);
        let errors: Vec<String> = validator.iter_errors(value(&event)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{seed}: {event:?}: {errors:?}");
        assert_eq!(fake::<E>(seed), event, "the same seed gives the same event");
    }
}

#[test]
fn what_is_drawn_of_json_schemas_is_what_a_validator_takes() {
    are_valid::<Ticket>(|event| &event.0);
    are_valid::<Payment>(|event| &event.0);
    are_valid::<Prices>(|event| &event.0);
    are_valid::<Point>(|event| &event.0);
}

#[test]
fn what_is_drawn_of_an_avro_schema_comes_back_from_its_bytes() {
    let mut fake = Fake::seeded(11);
    let all: Vec<EverythingSaid> = fake.many(200);
    for event in &all {
        let mut bytes = Vec::new();
        Event::encode(event, &mut bytes).unwrap();
        assert_eq!(&<EverythingSaid as Event>::decode(&bytes).unwrap(), event);
        assert!(event.customer_id.starts_with("CUST-") && event.email.contains('@'), "{event:?}");
        assert!((1..10).contains(&event.quantity), "{event:?}");
    }
    assert!(all.iter().any(|event| event.note.is_none()) && all.iter().any(|event| event.note.is_some()));
    assert!(all.iter().any(|event| event.size == Size::Small) && all.iter().any(|event| event.size == Size::Large));
    assert!(all.iter().any(|event| !event.comment.answers.is_empty()));
}

#[test]
fn a_seed_gives_the_same_event_on_every_machine() {
    let invoice: InvoiceMade = fake(7);
    let json = topika::view::to_json(&invoice).unwrap();
    assert_eq!(json.to_string(), r#"{"order":"nectar grove","total":"606.88"}"#);
    let ticket: Prices = fake(7);
    assert_eq!(ticket.0.to_string(), r#"{"to-WH":0.53,"ai-GP":0.01,"um-BY":0.66}"#);
}

#[test]
fn many_are_drawn_and_changed() {
    let mut fake = Fake::seeded(1);
    let many: Vec<OrderPlaced> = fake.many(3);
    assert!(many[0] != many[1] && many[1] != many[2]);
    let bob = fake.with(|order: &mut OrderPlaced| order.customer = "bob".to_owned());
    assert_eq!(bob.customer, "bob");
}

#[test]
fn what_cannot_be_drawn_is_told_with_its_field_and_keyword() {
    let mut fake = Fake::seeded(1);
    let error = fake.try_one::<Impossible>().unwrap_err();
    assert_eq!((error.field(), error.keyword()), ("n[0].m", "minimum"));
    let text = error.to_string();
    assert!(
        text.starts_with("no fake `Impossible` was found: the field `n[0].m` does not come to meet `minimum`"),
        "{text}"
    );
    let error = fake.try_one::<Unknown>().unwrap_err();
    assert_eq!((error.field(), error.keyword()), ("n", "pattern"));
    let error = fake.try_one::<Endless>().unwrap_err();
    assert_eq!(error.keyword(), "$ref");
    assert!(error.field().starts_with("next.next.next"), "{error}");
}
