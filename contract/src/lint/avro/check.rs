use super::walk::Parts;
use super::{defaults, docs, meaning, names, unions};
use crate::avro::Schema;
use crate::lint::text::Lint;

/// Looks at what the file of a schema says itself; types of other files have their own turn.
pub(in crate::lint) fn check(schema: &Schema, lint: &mut Lint<'_>) {
    let parts = Parts::of(schema);
    names::check(&parts, lint);
    docs::check(&parts, lint);
    defaults::check(&parts, lint);
    unions::check(&parts, lint);
    meaning::check(schema, &parts, lint);
}
