//! Two Avro events on one topic and a JSON event alone on another, written by hand: what the derives emit, in small.

use serde::{Deserialize, Serialize};
use topika::codec::resolution::{Node, NodeId, Resolution, Step};
use topika::codec::{self, AvroValue, DecodeError, EncodeError, Fault, Reader, SchemaText, Sink};
use topika::event::{Event, On, Payload, Topic};
use topika::schema::{Descriptor, Format, Reference, SchemaFile, TopicDescriptor, TopicSettings, Ty};

pub(crate) const ID: &str = r#"{ "type": "fixed", "name": "Id", "namespace": "types", "size": 1 }"#;

pub(crate) static PLACED_FILE: SchemaFile = SchemaFile {
    path: "schemas/orders/order-placed.avsc",
    format: Format::Avro,
    event: "orders.order-placed",
    record: "orders.OrderPlaced",
    text: r#"{ "type": "record", "name": "OrderPlaced", "namespace": "orders", "aliases": ["orders.OrderMade"], "fields": [
        { "name": "id", "type": "types.Id" }, { "name": "note", "type": "string", "default": "" } ] }"#,
    references: &[Reference { name: "types.Id", subject: "types.Id", text: ID, uses: &[] }],
    version: None,
    topic: "food-orders",
    subject: "food-orders-orders.OrderPlaced",
    types: &[],
};

static CANCELLED_FILE: SchemaFile = SchemaFile {
    path: "schemas/orders/order-cancelled.avsc",
    format: Format::Avro,
    event: "orders.order-cancelled",
    record: "orders.OrderCancelled",
    text: r#"{ "type": "record", "name": "OrderCancelled", "namespace": "orders", "fields": [ { "name": "why", "type": "string" } ] }"#,
    references: &[],
    version: None,
    topic: "food-orders",
    subject: "food-orders-orders.OrderCancelled",
    types: &[],
};

static TICKET_FILE: SchemaFile = SchemaFile {
    path: "schemas/kitchen/ticket-ready.schema.json",
    format: Format::Json,
    event: "kitchen.ticket-ready",
    record: "TicketReady",
    text: r#"{ "title": "TicketReady", "type": "object", "properties": {
        "id": { "type": "string" }, "station": { "$ref": "../types/station.schema.json" } } }"#,
    references: &[Reference {
        name: "types/station.schema.json",
        subject: "types/station.schema.json",
        text: r#"{ "type": "string" }"#,
        uses: &[],
    }],
    version: None,
    topic: "tickets",
    subject: "tickets-value",
    types: &[],
};

const fn descriptor(file: &'static SchemaFile, rust: &'static str, text: fn() -> &'static str) -> Descriptor {
    Descriptor {
        event: file.event,
        record: file.record,
        format: file.format,
        file: Some(file),
        rust,
        fields: None,
        text,
    }
}

pub(crate) static PLACED: Descriptor = descriptor(&PLACED_FILE, "OrderPlaced", || PLACED_FILE.text);
pub(crate) static CANCELLED: Descriptor = descriptor(&CANCELLED_FILE, "OrderCancelled", || CANCELLED_FILE.text);
pub(crate) static TICKET: Descriptor = descriptor(&TICKET_FILE, "TicketReady", || TICKET_FILE.text);

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OrderPlaced {
    pub(crate) id: u8,
    pub(crate) note: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OrderCancelled {
    pub(crate) why: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TicketReady {
    pub(crate) id: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FoodOrders {
    Placed(OrderPlaced),
    Cancelled(OrderCancelled),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tickets(pub(crate) TicketReady);

impl AvroValue for OrderPlaced {
    const TY: Ty = Ty::Named("orders.OrderPlaced");
    const MIN_SIZE: usize = 2;

    fn encode(&self, sink: &mut Sink<'_>) {
        sink.fixed(&[self.id]);
        sink.string(&self.note);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let [id] = reader.array::<1>()?;
        Ok(Self { id, note: reader.string()?.to_owned() })
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        let Node::Record(steps) = resolution.enter(reader, node)?.clone() else {
            return <Self as AvroValue>::decode(reader);
        };
        let mut value = Self::default();
        for step in &steps {
            match step {
                Step::Read { field: 0, .. } => [value.id] = reader.array::<1>()?,
                Step::Read { .. } => reader.string()?.clone_into(&mut value.note),
                Step::Default { .. } => {}
                Step::Skip(_) => return Err(Fault::Unresolved),
            }
        }
        Ok(value)
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("orders.OrderPlaced");
    }
}

impl Event for OrderPlaced {
    const DESCRIPTOR: &'static Descriptor = &PLACED;

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        codec::encode(self, out)
    }

    fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        codec::decode(payload)
    }

    fn decode_resolved(payload: &[u8], resolution: &Resolution) -> Result<Self, DecodeError> {
        codec::decode_resolved(payload, resolution)
    }
}

impl Topic for FoodOrders {
    type Key = topika::event::NoKey;
    const TOPIC: &'static TopicDescriptor = &TopicDescriptor {
        name: "food-orders",
        events: &[&PLACED, &CANCELLED],
        key: &[],
        key_type: "none",
        compact: false,
        settings: TopicSettings::NONE,
        environments: &[],
        dead_letters: None,
        plain: false,
        mixed: false,
        rust: "FoodOrders",
    };

    fn index(&self) -> usize {
        usize::from(matches!(self, Self::Cancelled(_)))
    }

    fn decode_event(index: usize, payload: &[u8], resolution: Option<&Resolution>) -> Result<Self, DecodeError> {
        match (index, resolution) {
            (0, None) => OrderPlaced::decode_event(payload).map(Self::Placed),
            (0, Some(resolution)) => <OrderPlaced as Event>::decode_resolved(payload, resolution).map(Self::Placed),
            _ => codec::decode::<String>(payload).map(|why| Self::Cancelled(OrderCancelled { why })),
        }
    }
}

impl OrderPlaced {
    fn decode_event(payload: &[u8]) -> Result<Self, DecodeError> {
        <Self as Event>::decode(payload)
    }
}

impl On<FoodOrders> for OrderPlaced {
    fn payload(&self) -> Option<&dyn Payload> {
        Some(self)
    }
}

impl Payload for OrderCancelled {
    fn descriptor(&self) -> &'static Descriptor {
        &CANCELLED
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        codec::encode(&self.why, out)
    }
}

impl On<FoodOrders> for OrderCancelled {
    fn payload(&self) -> Option<&dyn Payload> {
        Some(self)
    }
}

impl Topic for Tickets {
    type Key = topika::event::NoKey;
    const TOPIC: &'static TopicDescriptor = &TopicDescriptor {
        name: "tickets",
        events: &[&TICKET],
        key: &[],
        key_type: "none",
        compact: false,
        settings: TopicSettings::NONE,
        environments: &[],
        dead_letters: None,
        plain: false,
        mixed: false,
        rust: "Tickets",
    };

    fn index(&self) -> usize {
        0
    }

    fn decode_event(_: usize, payload: &[u8], _: Option<&Resolution>) -> Result<Self, DecodeError> {
        serde_json::from_slice(payload)
            .map(Tickets)
            .map_err(|error| DecodeError::json("TicketReady", error.column(), &error))
    }
}

impl Payload for TicketReady {
    fn descriptor(&self) -> &'static Descriptor {
        &TICKET
    }

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if self.id == "unwritable" {
            return Err(EncodeError::json("TicketReady", &"it does not want to"));
        }
        serde_json::to_writer(out, self).map_err(|error| EncodeError::json("TicketReady", &error))
    }
}

impl On<Tickets> for TicketReady {
    fn payload(&self) -> Option<&dyn Payload> {
        Some(self)
    }
}
