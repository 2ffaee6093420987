//! Values of Avro types, drawn and written by the crate apache-avro.

mod draw;
mod opinion;
mod plain;
mod same;

pub(super) use opinion::Opinion;
