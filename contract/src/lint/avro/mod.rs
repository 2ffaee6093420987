//! Lint of Avro schemas.

mod check;
mod defaults;
mod docs;
mod meaning;
mod names;
mod unions;
mod walk;

pub(super) use check::check;
pub(super) use meaning::tags_of_field;
