//! Documents of JSON Schemas, drawn here and judged by the crate jsonschema.

mod documents;
mod draw;
mod mutate;
mod opinion;
mod same;
mod walk;

pub(super) use opinion::Opinion;
pub(super) use same::difference;
