//! A type that is copied out of the generated file, and written first.

use topika::event::Event;

/// What stands in the generated file of the case `properties`, copied, its bindings to the file taken off.
#[allow(missing_docs, reason = "a test's types")]
pub mod types {
    /// A thing.
    ///
    /// From `schemas/said/thing-said.avsc`.
    #[derive(Clone, PartialEq, topika::Record)]
    #[event(name = "said.ThingSaid")]
    #[event(
        alias = "old.ThingTold",
        alias = "said.Spoken",
        properties = json("{\"owner\":\"team \\\"a\\\"\",\"x-list\":[1,{\"a\":null}]}")
    )]
    pub struct ThingSaid {
        #[event(order = "descending", properties = json("{\"x-index\":true}"))]
        pub id: String,
        /// What else.
        #[event(alias = "remark", default, order = "ignore")]
        pub note: Option<String>,
        #[event(personal)]
        pub email: String,
        #[event(properties = json("{\"confluent:tags\":[\"PII\"],\"x-mask\":\"last4\"}"))]
        #[event(personal)]
        pub phone: String,
        #[event(default = json("\"B\""))]
        pub kind: Kind,
        pub sum: Sum,
        #[event(default = json("0.5"))]
        pub rate: f64,
        #[event(default = json("\"\u{ff}\\u0000\""))]
        pub raw: topika::types::Bytes,
        #[event(default = json("{\"a\":\"b\"}"))]
        pub names: std::collections::HashMap<String, String>,
        #[event(type_properties(json("{\"avro.java.string\":\"String\"}")))]
        pub title: String,
        #[event(
            default,
            type_properties("/1", json("{\"java-class\":\"java.util.List\"}")),
            type_properties("/1/items", json("{\"avro.java.string\":\"String\"}"))
        )]
        pub lines: Option<Vec<String>>,
        #[event(type_properties("/values", json("{\"connect.version\":1}")))]
        pub at: std::collections::HashMap<String, topika::types::TimestampMillis>,
        #[event(
            type_properties("/0", json("{\"connect.type\":\"int16\"}")),
            type_properties("/2", json("{\"x-use\":\"again\"}"))
        )]
        pub choice: ThingSaidChoice,
    }

    /// From `schemas/said/thing-said.avsc`.
    #[derive(Clone, PartialEq, topika::Union)]
    pub enum ThingSaidChoice {
        Int(i32),
        String(String),
        Kind(Kind),
    }

    /// Its kind.
    ///
    /// From `schemas/said/thing-said.avsc`.
    #[derive(Clone, Copy, PartialEq, topika::Enum)]
    #[event(name = "said.Kind")]
    #[event(alias = "said.Sort", properties = json("{\"x-ui\":\"radio\"}"))]
    pub enum Kind {
        #[event(default)]
        A,
        B,
    }

    /// From `schemas/said/thing-said.avsc`.
    #[derive(Clone, PartialEq, topika::Fixed)]
    #[event(name = "said.Sum")]
    #[event(alias = "other.Hash", properties = json("{\"x-hex\":true}"))]
    pub struct Sum(pub [u8; 4]);
}

#[test]
fn a_type_that_is_copied_says_the_schema_that_it_came_from() {
    let mut text = topika::codec::SchemaText::new();
    <types::ThingSaid as topika::codec::AvroValue>::describe(&mut text);
    let said: serde_json::Value = serde_json::from_str(&text.into_string()).unwrap();
    let file = crate::properties::said::ThingSaid::DESCRIPTOR.file.unwrap();
    let mut written: serde_json::Value = serde_json::from_str(file.text).unwrap();
    // The same names, written in full.
    written["aliases"] = serde_json::json!(["old.ThingTold", "said.Spoken"]);
    for (at, alias) in [(4, "said.Sort"), (5, "other.Hash")] {
        written["fields"][at]["type"]["namespace"] = "said".into();
        written["fields"][at]["type"]["aliases"] = serde_json::json!([alias]);
    }
    written["fields"][12]["type"][2]["type"] = "said.Kind".into();
    assert_eq!(said, written);
}

/// What stands in the generated files of the cases `references` and `frozen_json`, copied as it is: types of another namespace, and a type
/// within another.
#[allow(missing_docs, reason = "a test's types")]
pub mod elsewhere {
    /// From `schemas/a/order-paid.avsc`.
    #[derive(Clone, Debug, PartialEq, ::topika::Event, ::topika::Builder, ::topika::Borrowed)]
    #[event(schema = "a/order-paid.avsc", tables = crate::references)]
    pub struct OrderPaid {
        /// From `schemas/a/order-paid.avsc`.
        pub amount: crate::references::types::Money,
        /// From `schemas/a/order-paid.avsc`.
        pub fees: Vec<crate::references::types::Money>,
        /// From `schemas/a/order-paid.avsc`.
        #[event(default)]
        pub shop: Option<crate::references::types::deep::Shop>,
        /// From `schemas/a/order-paid.avsc`.
        pub inline: crate::references::other::place::Line,
        /// From `schemas/a/order-paid.avsc`.
        pub again: crate::references::other::place::Line,
    }

    /// From `schemas/kitchen/ticket-ready.schema.json`.
    #[derive(Clone, Debug, PartialEq, ::topika::Object, ::topika::Event, ::topika::Validate)]
    #[serde(crate = "::topika::serde", deny_unknown_fields)]
    #[event(schema = "kitchen/ticket-ready.schema.json", tables = crate::frozen_json)]
    pub struct TicketReady {
        /// From `schemas/kitchen/ticket-ready.schema.json`.
        #[serde(rename = "ticketId")]
        pub ticket_id: String,
        /// From `schemas/kitchen/ticket-ready.schema.json`.
        pub station: crate::frozen_json::types::Station,
        /// From `schemas/kitchen/ticket-ready.schema.json`.
        pub dish: Dish,
        /// From `schemas/kitchen/ticket-ready.schema.json`.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
        pub note: Option<String>,
    }

    /// From `schemas/kitchen/ticket-ready.schema.json`.
    #[derive(Clone, Debug, PartialEq, ::topika::Object, ::topika::Validate)]
    #[serde(crate = "::topika::serde", deny_unknown_fields)]
    pub struct Dish {
        /// From `schemas/kitchen/ticket-ready.schema.json`.
        pub n: i64,
    }
}

#[test]
fn a_type_that_is_copied_finds_the_types_of_other_namespaces() {
    let text = br#"{"ticketId":"T","station":{"name":"fry"},"dish":{"n":1}}"#;
    let there = crate::frozen_json::kitchen::TicketReady::decode(text);
    let here = <elsewhere::TicketReady as Event>::decode(text);
    assert_eq!(there.map(|event| event.dish.n).ok(), here.map(|event| event.dish.n).ok());
    let (there, here) = (crate::references::a::OrderPaid::DESCRIPTOR, elsewhere::OrderPaid::DESCRIPTOR);
    assert_eq!(there.file.unwrap().text, here.file.unwrap().text);
}
