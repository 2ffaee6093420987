//! Defaults of JSON Schemas: a message without the property stays without it, so the default is told and not written.

use topika_contract::json_schema::Schema;
use topika_contract::text::json::{Json, Value};

use super::json_object::PropertyOf;
use crate::ir::{Constant, Ty};

/// The default of a property that may be absent.
pub(super) fn default_of<'a>(schema: &'a Schema, property: &PropertyOf<'_>) -> Option<&'a Json> {
    let mut nodes = property.group.parts.iter().filter_map(|part| schema.node(part.node));
    let at_site = property.site.and_then(|site| schema.node(site)).and_then(|node| node.default.as_ref());
    at_site.or_else(|| nodes.find_map(|node| node.default.as_ref())).filter(|_| !property.required)
}

/// The default as a constant of Rust, where one says it.
pub(super) fn constant(default: &Json, ty: &Ty) -> Option<Constant> {
    Some(match (ty, &default.value) {
        (Ty::Option(inner), _) => return constant(default, inner),
        (Ty::Bool, Value::Bool(value)) => Constant::Bool(*value),
        (Ty::I64, Value::Number(_)) => Constant::I64(default.as_number()?.parse().ok()?),
        (Ty::U64, Value::Number(_)) => Constant::U64(default.as_number()?.parse().ok()?),
        (Ty::F64, Value::Number(_)) => Constant::F64(default.as_f64().filter(|value| value.is_finite())?),
        (Ty::String | Ty::Text(_), Value::String(_)) => Constant::Text(default.as_str()?.to_owned()),
        (Ty::Named(id), Value::String(_)) => Constant::Symbol(*id, default.as_str()?.to_owned()),
        _ => return None,
    })
}
