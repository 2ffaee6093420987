use super::loader::Loader;
use super::scope::{Draft, Scope};
use crate::compat::json::loaded::java::JavaNumber;
use crate::compat::json::loaded::model::Number;
use crate::compat::json::loaded::refusal::Refusal;

impl<'d> Loader<'d> {
    /// The keywords of numbers.
    pub(super) fn number(&mut self, scope: &Scope<'d>) -> Result<Number, Refusal> {
        let read = |name: &str| -> Result<Option<JavaNumber>, Refusal> {
            scope.get(name)?.map(|value| value.number()).transpose()
        };
        let mut number = Number { minimum: read("minimum")?, maximum: read("maximum")?, ..Number::default() };
        if let Some(value) = scope.get("multipleOf")? {
            let divisor = value.number()?;
            let double = divisor.double();
            if double == 0.0 || !double.is_finite() {
                return Err(value.refuse("`multipleOf` is a number other than 0, within the range of a double"));
            }
            number.multiple_of = Some(divisor);
        }
        if scope.draft == Draft::Four {
            let flag = |name: &str| -> Result<bool, Refusal> {
                Ok(scope.get(name)?.map(|value| value.boolean()).transpose()?.unwrap_or_default())
            };
            number.exclusive_minimum = flag("exclusiveMinimum")?;
            number.exclusive_maximum = flag("exclusiveMaximum")?;
        } else {
            number.exclusive_minimum_limit = read("exclusiveMinimum")?;
            number.exclusive_maximum_limit = read("exclusiveMaximum")?;
        }
        Ok(number)
    }
}
