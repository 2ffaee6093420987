//! A topic as a person would write it without a build: two JSON events, keyed by customer, on three partitions.

#![allow(dead_code)] // Each test takes what it needs.

use serde::{Deserialize, Serialize};
use topika::codec::{DecodeError, EncodeError, Resolution};
use topika::event::{Event, Whole};
use topika::schema::{Descriptor, Format, SchemaFile};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) customer: String,
    pub(crate) number: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cancelled {
    pub(crate) customer: String,
    pub(crate) number: u32,
    pub(crate) reason: String,
}

#[derive(Clone, Debug, PartialEq, topika::Topic)]
#[topic(name = "orders", key = "customer", partitions = 3, retention = "7d")]
pub(crate) enum Orders {
    Placed(Placed),
    Cancelled(Cancelled),
}

pub(crate) fn placed(customer: &str, number: u32) -> Placed {
    Placed { customer: customer.to_owned(), number }
}

const PLACED_TEXT: &str = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Placed","type":"object","properties":{"customer":{"type":"string"},"number":{"type":"integer"}},"required":["customer","number"]}"#;
const CANCELLED_TEXT: &str = r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Cancelled","type":"object","properties":{"customer":{"type":"string"},"number":{"type":"integer"},"reason":{"type":"string"}},"required":["customer","number","reason"]}"#;

const fn file(
    path: &'static str,
    event: &'static str,
    record: &'static str,
    text: &'static str,
    subject: &'static str,
) -> SchemaFile {
    SchemaFile {
        path,
        format: Format::Json,
        event,
        record,
        text,
        references: &[],
        version: None,
        topic: "orders",
        subject,
        types: &[],
    }
}

static PLACED_FILE: SchemaFile =
    file("schemas/shop/placed.schema.json", "shop.placed", "Placed", PLACED_TEXT, "orders-Placed");
static CANCELLED_FILE: SchemaFile =
    file("schemas/shop/cancelled.schema.json", "shop.cancelled", "Cancelled", CANCELLED_TEXT, "orders-Cancelled");

static PLACED: Descriptor = Descriptor {
    event: "shop.placed",
    record: "Placed",
    format: Format::Json,
    file: Some(&PLACED_FILE),
    rust: "Placed",
    fields: None,
    text: || PLACED_TEXT,
};
static CANCELLED: Descriptor = Descriptor {
    event: "shop.cancelled",
    record: "Cancelled",
    format: Format::Json,
    file: Some(&CANCELLED_FILE),
    rust: "Cancelled",
    fields: None,
    text: || CANCELLED_TEXT,
};

macro_rules! json_event {
    ($event:ident, $descriptor:ident) => {
        impl Whole for &$event {}

        impl Event for $event {
            const DESCRIPTOR: &'static Descriptor = &$descriptor;

            fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                serde_json::to_writer(out, self).map_err(|e| EncodeError::json(stringify!($event), &e))
            }

            fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
                serde_json::from_slice(payload).map_err(|e| DecodeError::json(stringify!($event), e.column(), &e))
            }

            fn decode_resolved(payload: &[u8], _resolution: &Resolution) -> Result<Self, DecodeError> {
                <Self as Event>::decode(payload)
            }
        }
    };
}

json_event!(Placed, PLACED);
json_event!(Cancelled, CANCELLED);

impl Orders {
    pub(crate) fn number(&self) -> u32 {
        match self {
            Self::Placed(event) => event.number,
            Self::Cancelled(event) => event.number,
        }
    }

    pub(crate) fn customer(&self) -> &str {
        match self {
            Self::Placed(event) => &event.customer,
            Self::Cancelled(event) => &event.customer,
        }
    }
}
