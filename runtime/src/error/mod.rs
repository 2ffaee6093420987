//! The one error of the runtime: opaque, with a [`kind`](Error::kind) to match on and a text that says what to do next.

mod fault;
mod kind;

pub use fault::{BoxError, Error};
pub use kind::ErrorKind;
