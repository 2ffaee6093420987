//! How the types are to look, once their fields are known.

use super::types::Lowering;
use crate::ir::{Body, FieldLook, Look, TypeDef, TypeId};

#[allow(dead_code, reason = "the lowering of fields calls it next")]
impl Lowering<'_> {
    /// Marks a field as personal: the schema says so.
    pub(super) fn mark_personal(&mut self, id: TypeId, field: &str) {
        self.personal.insert((id, field.to_owned()));
    }
}

/// Gives every type its look, and says which rows speak of what does not exist.
pub(super) fn set(lowering: &mut Lowering<'_>) {
    for index in 0..lowering.types.len() {
        let look = look(lowering, TypeId(index));
        if let Some(def) = lowering.types.get_mut(index) {
            def.look = look;
        }
    }
    let types: Vec<_> = lowering.choices_of.iter().cloned().zip(lowering.types.iter().map(fields)).collect();
    let unused = lowering.choices.unused(&types);
    lowering.problems.extend(unused);
    lowering.problems.extend(lowering.choices.problems.iter().cloned());
}

/// The names of a type's fields in its schema.
fn fields(def: &TypeDef) -> Vec<&str> {
    match &def.body {
        Body::Struct(body) => body.fields.iter().map(|field| field.schema_name.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn look(lowering: &Lowering<'_>, id: TypeId) -> Look {
    let Some(def) = lowering.types.get(id.0) else { return Look::default() };
    let choice = lowering.choice(id);
    let mut look = Look {
        derive: choice.derive,
        attributes: choice.attributes,
        builder: choice.builder,
        borrowed: choice.borrowed,
        ..Look::default()
    };
    for name in fields(def) {
        let choice = lowering.field_choice(id, name);
        let personal = lowering.personal.contains(&(id, name.to_owned()));
        let field = FieldLook { attributes: choice.attributes, redacted: choice.redact.unwrap_or(personal) };
        if field.redacted || !field.attributes.is_empty() {
            look.fields.insert(name.to_owned(), field);
        }
    }
    look
}
