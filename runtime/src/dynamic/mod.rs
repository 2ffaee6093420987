//! Events whose type is known at run time only.

mod avro_write;
mod event;
mod json_fit;
mod shape;
mod texts;

pub use event::DynamicEvent;
pub(crate) use json_fit::json_misfit;
pub(crate) use shape::Shape;
