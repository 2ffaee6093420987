//! The keys of topics: their types, and the paths of Rust names that lead to their fields.

use topika_contract::project::KeySpec;
use topika_contract::schema::KeyType;

use super::types::Lowering;
use crate::ir::{Body, Field, KeyIs, KeyPart, KeyRecord, Ty, TypeId};
use crate::names::{Ident, Scope, snake};

/// The type of a topic's key. The record of several fields takes its name in the module of the topics.
pub(super) fn key_is(key: Option<&KeySpec>, topic: &Ident, scope: &mut Scope) -> KeyIs {
    let Some(key) = key else { return KeyIs::None };
    if key.fields.len() < 2 {
        return key.types.first().map_or(KeyIs::None, |ty| KeyIs::Plain(plain(*ty)));
    }
    let (name, _) = scope.claim(&format!("{}Key", topic.text()));
    let (mut idents, mut wires) = (Scope::default(), Scope::default());
    let types = key.types.iter().copied().chain(std::iter::repeat(KeyType::String));
    let part = |(path, ty): (&String, KeyType)| KeyPart {
        name: idents.claim(&snake(path)).0,
        schema_name: wires.claim(&avro_name(path)).0.text().to_owned(),
        ty: plain(ty),
    };
    let fields = key.fields.iter().zip(types).map(part).collect();
    KeyIs::Record(KeyRecord { name, fields })
}

fn plain(ty: KeyType) -> Ty {
    match ty {
        KeyType::String => Ty::String,
        KeyType::Int => Ty::I32,
        KeyType::Long => Ty::I64,
        KeyType::Boolean => Ty::Bool,
        KeyType::Bytes => Ty::Bytes,
        KeyType::Uuid => Ty::Uuid,
        KeyType::Decimal { precision, scale } if precision > 38 => Ty::BigDecimal { precision, scale },
        KeyType::Decimal { precision, scale } => Ty::Decimal { precision, scale },
    }
}

/// `customer.id` as Avro takes it: `customer_id`.
fn avro_name(path: &str) -> String {
    let name: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// The Rust names on the way to each field of the key. Of a type that is written by hand they are those that Rust wants: snake_case.
pub(super) fn rust_paths(lowering: &Lowering<'_>, ty: TypeId, key: &[String]) -> Vec<Vec<Ident>> {
    key.iter().map(|path| rust_path(lowering, Some(ty), path)).collect()
}

fn rust_path(lowering: &Lowering<'_>, ty: Option<TypeId>, path: &str) -> Vec<Ident> {
    let mut names = Vec::new();
    let (mut ty, mut path) = (ty, path);
    loop {
        let fields = ty.and_then(|ty| fields(lowering, ty));
        let named = |name: &str| fields.and_then(|fields| fields.iter().find(|field| field.schema_name == name));
        // A name of JSON may hold a point itself.
        let (name, rest) = match (named(path), path.split_once('.')) {
            (None, Some((name, rest))) => (name, Some(rest)),
            _ => (path, None),
        };
        let field = named(name);
        // That a field is missing is a finding of the check.
        names.push(field.map_or_else(|| Ident::new(&snake(name)), |field| field.name.clone()));
        let Some(rest) = rest else { return names };
        ty = field.and_then(|field| match &field.ty {
            Ty::Named(id) | Ty::Boxed(id) => Some(*id),
            _ => None,
        });
        path = rest;
    }
}

fn fields<'l>(lowering: &'l Lowering<'_>, ty: TypeId) -> Option<&'l [Field]> {
    match &lowering.types.get(ty.0)?.body {
        Body::Struct(body) => Some(&body.fields),
        _ => None,
    }
}

/// The path as attributes write it.
pub(super) fn spelled(path: &[Ident]) -> String {
    path.iter().map(Ident::text).collect::<Vec<_>>().join(".")
}
