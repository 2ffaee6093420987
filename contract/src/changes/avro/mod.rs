//! Avro: what differs, place by place.

mod attributes;
mod definitions;
mod fields;
mod place;
mod types;
mod unions;
mod walk;

pub(super) use walk::changes;
