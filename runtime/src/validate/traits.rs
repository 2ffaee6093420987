use super::checks::Checks;
use super::json;
use super::place::Place;
use super::violation::Violations;

/// A type whose values can be checked against what its schema says beyond the type. By derive:
///
/// | Attribute | On |
/// |---|---|
/// | `min_length = 1`, `max_length = 20`, `pattern = "^a"`, `format = "email"` | strings and [`Text`](crate::types::text::Text) |
/// | `minimum = 0`, `maximum = 9`, `exclusive_minimum = 0`, `exclusive_maximum = 1.5`, `multiple_of = 0.01` | numbers |
/// | `min_items = 1`, `max_items = 9`, `unique_items`, `items(...)` | lists |
/// | `min_properties = 1`, `max_properties = 9`, `keys(...)`, `values(...)` | maps; the first two on a struct too |
/// | `schema = r#"{"not":{"required":["a","b"]}}"#` | anything, types too: what no other attribute says, as JSON Schema |
/// | `one_of` | an enum whose values belong to one branch only |
/// | `skip` | a field whose type is not validated |
///
/// They speak of what is in an `Option` or a `Box` as well. A pattern is one of ECMA-262 and matches anywhere in the text; lengths
/// count characters (code points). Names in messages are serde's.
///
/// The schema of `schema` is one of draft 2020-12 whose formats are asserted, with `$ref`s to `#` and `#/$defs/name`. It looks at the value as
/// JSON, which costs more than the other attributes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be validated",
    note = "derive `topika::Validate` on it, or write `#[validate(skip)]` on the field"
)]
pub trait Validate: serde::Serialize {
    /// Says what is wrong with the value: everything, up to a bound.
    ///
    /// # Errors
    /// When a rule is broken.
    fn validate(&self) -> Result<(), Violations> {
        let mut found = Violations::default();
        self.check(&Place::ROOT, &mut found);
        found.into_result()
    }

    /// Checks what the type itself asks for, and everything in it.
    fn check(&self, at: &Place<'_>, found: &mut Violations);

    /// The same, but for what a union asks of its other branches: that none of them takes the value too.
    #[doc(hidden)]
    fn check_branch(&self, at: &Place<'_>, found: &mut Violations) {
        self.check(at, found);
    }

    /// Checks what the place asks for where the value stands. A type that has no way of its own is looked at as JSON.
    #[doc(hidden)]
    fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
        json::check_serialized(self, checks, at, found);
    }
}
