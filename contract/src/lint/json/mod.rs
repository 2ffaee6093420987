//! Lint of JSON Schemas.

mod alike;
mod branches;
mod check;
mod default;
mod docs;
mod meaning;
mod names;
mod objects;
mod values;

pub(super) use check::check;
