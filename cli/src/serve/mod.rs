//! A registry for local work: who may use it and how much of it, and the project's schemas in it.

mod door;
mod limits;
mod saved;
mod schemas;

pub(crate) use door::users;
pub(crate) use limits::limited;
pub(crate) use saved::Saved;
pub(crate) use schemas::{Served, serve_schemas};
