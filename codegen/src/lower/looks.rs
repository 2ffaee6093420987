//! How the types are to look, once their fields are known.

use std::collections::BTreeMap;

use topika_contract::rules::MANIFEST_VALUE;

use super::carried;
use super::foreign::own;
use super::types::Lowering;
use crate::ir::{Body, Checks, FieldLook, Look, Ty, TypeDef, TypeId, Wire};
use crate::names::Ident;

impl Lowering<'_> {
    /// Marks a field as personal: the schema says so.
    pub(super) fn mark_personal(&mut self, id: TypeId, field: &str) {
        self.personal.insert((id, field.to_owned()));
    }
}

/// What a borrowed type holds is borrowed too.
fn spread_borrowed(types: &mut [TypeDef]) {
    let mut waiting: Vec<TypeId> = (0..types.len()).map(TypeId).collect();
    while let Some(id) = waiting.pop() {
        let Some(def) = types.get(id.0).filter(|def| def.look.borrowed) else { continue };
        let mut held = Vec::new();
        match &def.body {
            Body::Struct(body) => body.fields.iter().for_each(|field| named(&field.ty, &mut held)),
            Body::Union(body) => body.variants.iter().filter_map(|v| v.ty.as_ref()).for_each(|ty| named(ty, &mut held)),
            _ => {}
        }
        for id in held {
            if let Some(def) = types.get_mut(id.0).filter(|def| !def.look.borrowed) {
                def.look.borrowed = true;
                waiting.push(id);
            }
        }
    }
}

/// The types of ours that a type is made of.
fn named(ty: &Ty, found: &mut Vec<TypeId>) {
    match ty {
        Ty::Named(id) | Ty::Boxed(id) => found.push(*id),
        Ty::Option(inner)
        | Ty::NullLast(inner)
        | Ty::Vec(inner)
        | Ty::HashMap(inner)
        | Ty::BTreeMap(inner)
        | Ty::VecMap(inner) => named(inner, found),
        _ => {}
    }
}

/// Whether the derive makes another type beside it: what holds nothing that could be borrowed is its own twin, and JSON is not borrowed.
fn has_twin(def: &TypeDef) -> bool {
    let holds = match &def.body {
        Body::Struct(body) => !body.fields.is_empty(),
        Body::Union(body) => body.variants.iter().any(|variant| variant.ty.is_some()),
        _ => false,
    };
    def.look.borrowed && def.wire == Wire::Avro && holds
}

/// The names of twins are made by the derive, so nothing else may have them.
fn free_of_twins(lowering: &mut Lowering<'_>) {
    let names: BTreeMap<(&[Ident], &str), usize> =
        lowering.types.iter().enumerate().map(|(id, def)| ((def.module.as_slice(), def.name.text()), id)).collect();
    let twin = |(index, def): (usize, &TypeDef)| {
        if !has_twin(def) {
            return None;
        }
        let twin = format!("{}Ref", def.name.text());
        let other = names.get(&(def.module.as_slice(), twin.as_str()))?;
        Some((index, *other))
    };
    let taken: Vec<(usize, usize)> = lowering.types.iter().enumerate().filter_map(twin).collect();
    for (index, other) in taken {
        let Some(def) = lowering.types.get(index) else { continue };
        let path = def.module.iter().chain(std::iter::once(&def.name)).map(Ident::text).collect::<Vec<_>>().join("::");
        let message = format!("`{path}` is to be borrowed as `{}Ref`, which is the name of another type", def.name);
        let place = |index: usize| lowering.places.get(index).cloned().flatten();
        let finding = match place(index) {
            Some(at) => MANIFEST_VALUE.at(at, message),
            None => MANIFEST_VALUE.finding(message),
        };
        let finding = match place(other) {
            Some(at) => finding.related(at, "the other type"),
            None => finding,
        };
        let help = "say `borrowed = false` for it and for what holds it, or rename one of the two in the schema";
        lowering.refuse(&finding.help(help));
    }
}

/// The user's own types for fields of JSON: serde reads and writes them. What `validate()` asks of a value is theirs to say, too.
fn own_types(lowering: &mut Lowering<'_>) {
    for index in 0..lowering.types.len() {
        let Some(def) = lowering.types.get(index).filter(|def| def.wire == Wire::Json) else { continue };
        let names: Vec<String> = fields(def).into_iter().map(str::to_owned).collect();
        for name in names {
            let Some(rust) = lowering.field_choice(TypeId(index), &name).rust else { continue };
            let body = lowering.types.get_mut(index).map(|def| &mut def.body);
            let Some(Body::Struct(body)) = body else { continue };
            for field in body.fields.iter_mut().filter(|field| field.schema_name == name) {
                let ty = std::mem::replace(&mut field.ty, Ty::Unit);
                field.ty = own(ty, &rust, None);
                field.checks = Checks::default();
            }
        }
    }
}

/// Gives every type its look, and says which rows speak of what does not exist.
pub(super) fn set(lowering: &mut Lowering<'_>) {
    own_types(lowering);
    carried::check(lowering);
    for index in 0..lowering.types.len() {
        let look = look(lowering, TypeId(index));
        if let Some(def) = lowering.types.get_mut(index) {
            def.look = look;
        }
    }
    spread_borrowed(&mut lowering.types);
    free_of_twins(lowering);
    let types: Vec<_> = lowering.choices_of.iter().cloned().zip(lowering.types.iter().map(fields)).collect();
    let unused = lowering.choices.unused(&types);
    let rows = lowering.choices_of.iter().zip(&lowering.types).enumerate();
    let types: Vec<_> = rows.map(|(id, (of, def))| (TypeId(id), of, def)).collect();
    let misplaced = lowering.choices.misplaced(&types, &lowering.concerned);
    lowering.problems.extend(unused.into_iter().chain(misplaced));
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
        origin: def.look.origin.clone(),
        derive: choice.derive,
        attributes: choice.attributes,
        field_names: choice.field_names,
        builder: choice.builder,
        borrowed: choice.borrowed,
        ..Look::default()
    };
    for name in fields(def) {
        let choice = lowering.field_choice(id, name);
        let personal = lowering.personal.contains(&(id, name.to_owned()));
        let field = FieldLook {
            attributes: choice.attributes,
            redacted: choice.redact.unwrap_or(personal),
            carries: lowering.part_of(id, name),
        };
        if field.redacted || field.carries.is_some() || !field.attributes.is_empty() {
            look.fields.insert(name.to_owned(), field);
        }
    }
    look
}
