use super::list::List;
use super::literal::{number, raw};
use crate::ir::Checks;

/// What `#[validate(...)]` says, by which `validate()` is told what to ask; nothing where nothing is asked.
///
/// Checks nest as deep as arrays and maps do, which lowering bounds.
pub(super) fn checks(checks: &Checks) -> List {
    let mut said = List::default();
    for (name, count) in &checks.counts {
        said.code(name, &count.to_string());
    }
    for pattern in &checks.patterns {
        said.text("pattern", pattern);
    }
    for format in &checks.formats {
        said.text("format", format);
    }
    for (name, bound) in &checks.bounds {
        said.code(name, &number(*bound));
    }
    for of in &checks.multiple_of {
        said.code("multiple_of", &number(*of));
    }
    if checks.unique_items {
        said.word("unique_items");
    }
    for (name, inner) in [("items", &checks.items), ("keys", &checks.keys), ("values", &checks.values)] {
        if let Some(inner) = inner {
            said.within(name, &self::checks(inner));
        }
    }
    for schema in &checks.schemas {
        said.code("schema", &raw(schema));
    }
    said
}
