use serde::Serialize;
use serde_json::Value;

use super::checks::Checks;
use super::place::Place;
use super::traits::Validate;
use super::unique;
use super::violation::Violations;

/// Any value: each keyword looks at values of its own type and passes over the others.
impl Validate for Value {
    fn check(&self, _: &Place<'_>, _: &mut Violations) {}

    fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
        checks.schemas.iter().for_each(|schema| schema.check(self, at, found));
        match self {
            Self::Null | Self::Bool(_) => {}
            Self::Number(number) => checks.number(number.into(), at, found),
            Self::String(text) => checks.text(text, at, found),
            Self::Array(items) => {
                checks.list(items.len(), || unique::repeats(items.iter()), at, found);
                if let Some(inner) = checks.items {
                    for (index, item) in items.iter().enumerate() {
                        item.check_with(inner, &at.index(index), found);
                    }
                }
            }
            Self::Object(members) => {
                checks.object(members.len(), members.keys().map(String::as_str), at, found);
                if let Some(inner) = checks.values {
                    for (name, value) in members {
                        value.check_with(inner, &at.key(name), found);
                    }
                }
            }
        }
    }
}

/// Checks a value by what it is as JSON.
pub(super) fn check_serialized<T: Serialize + ?Sized>(
    value: &T,
    checks: &Checks,
    at: &Place<'_>,
    found: &mut Violations,
) {
    match serde_json::to_value(value) {
        Ok(json) => json.check_with(checks, at, found),
        Err(error) => found.push(at, "type", || format!("the value cannot be written as JSON: {error}")),
    }
}
