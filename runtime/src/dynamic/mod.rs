//! Events whose type is known at run time only.

mod event;
mod shape;

pub use event::DynamicEvent;
pub(crate) use shape::Shape;
