use super::loader::Loader;
use super::scope::{Draft, Scope};
use crate::compat::json::loaded::model::Array;
use crate::compat::json::loaded::refusal::Refusal;
use crate::text::json::Value;

impl<'d> Loader<'d> {
    /// The keywords of arrays.
    pub(super) fn array(&mut self, scope: &Scope<'d>, requires_array: bool) -> Result<Array, Refusal> {
        let mut array = Array { requires_array, ..Array::default() };
        array.min_items = scope.get("minItems")?.map(|value| value.integer()).transpose()?;
        array.max_items = scope.get("maxItems")?.map(|value| value.integer()).transpose()?;
        array.unique = scope.get("uniqueItems")?.map(|value| value.boolean()).transpose()?.unwrap_or_default();
        if let Some(value) = scope.get("additionalItems")? {
            match value.json.value {
                Value::Bool(open) => array.closed = !open,
                Value::Object(_) => array.additional = Some(self.schema(&value)?),
                _ => return Err(value.refuse("`additionalItems` is an object, true or false")),
            }
        }
        if let Some(value) = scope.get("items")? {
            match &value.json.value {
                Value::Array(list) => {
                    let mut items = Vec::with_capacity(list.len());
                    for item in list {
                        items.push(self.schema(&value.child(item)?)?);
                    }
                    // A list without schemas is as good as none.
                    array.items = Some(items).filter(|items| !items.is_empty());
                }
                Value::Bool(_) if scope.draft == Draft::Four => {
                    return Err(value.refuse("in draft 4 `items` is an object or an array"));
                }
                _ => array.all_items = Some(self.schema(&value)?),
            }
        }
        array.settle();
        if scope.draft != Draft::Four {
            array.contained = self.member(scope, "contains")?;
        }
        Ok(array)
    }
}
