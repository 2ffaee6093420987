//! The keys of topics: their types, and the paths of Rust names that lead to their fields.

use std::collections::BTreeSet;

use topika_contract::avro::{Definition, Kind};
use topika_contract::project::{EventSchema, KeySpec};
use topika_contract::rules::TOPIC_KEY_TYPE;
use topika_contract::schema::KeyType;
use topika_contract::text::{Location, Span};

use super::files::File;
use super::types::Lowering;
use crate::ir::{Body, Code, Extra, Field, KeyIs, KeyPart, KeyRecord, Struct, Ty, TypeId, Way, Wire};
use crate::names::{Ident, Scope, snake, upper_camel};

/// The type of a topic's key. The record of several fields takes its name in the module of the topics. What its schema says follows from the
/// topic and its key alone: no other topic, and no word of Rust, may rename what is registered.
pub(super) fn key_is(name: &str, key: Option<&KeySpec>, topic: &Ident, scope: &mut Scope) -> KeyIs {
    let Some(key) = key else { return KeyIs::None };
    if key.schema.is_some() {
        return KeyIs::Schema(None);
    }
    if key.fields.len() < 2 {
        return key.types.first().map_or(KeyIs::None, |ty| KeyIs::Plain(plain(*ty)));
    }
    let schema_name = format!("{}Key", upper_camel(name));
    let (name, _) = scope.claim(&format!("{}Key", topic.text()));
    let (mut idents, mut wires) = (Scope::default(), BTreeSet::new());
    let types = key.types.iter().copied().chain(std::iter::repeat(KeyType::String));
    let part = |(path, ty): (&String, KeyType)| KeyPart {
        name: idents.claim(&snake(path)).0,
        schema_name: distinct(&mut wires, &avro_name(path)),
        ty: plain(ty),
    };
    let fields = key.fields.iter().zip(types).map(part).collect();
    KeyIs::Record(KeyRecord { name, schema_name, fields })
}

/// `base`, or `base2`, `base3` ... where it is taken.
fn distinct(taken: &mut BTreeSet<String>, base: &str) -> String {
    let (mut name, mut number) = (base.to_owned(), 2_u64);
    while !taken.insert(name.clone()) {
        name = format!("{base}{number}");
        number += 1;
    }
    name
}

/// The type of the schema file that is a topic's key, which says so itself. Where it is made of fields of the events, it has as many of the
/// same types.
pub(super) fn of_schema(lowering: &mut Lowering<'_>, key: &KeySpec) -> Option<TypeId> {
    let schema = key.schema.as_ref()?;
    let is_key = |file: &File<'_>| file.event().is_some_and(|event| event.name == *schema && event.frozen.is_none());
    let at = lowering.files.iter().position(is_key)?;
    let (id, file) = (*lowering.roots.get(&at)?, *lowering.files.get(at)?);
    let def = lowering.types.get_mut(id.0)?;
    let why = match &mut def.body {
        Body::Struct(body) => {
            if key.fields.is_empty() || takes(body, &key.types) {
                let derive = Code::path("::topika::Key").filter(|derive| !def.look.derive.contains(derive));
                def.look.derive.extend(derive);
                return Some(id);
            }
            "cannot be made of the fields of the events"
        }
        _ => "gives no struct, which the key of a topic is",
    };
    let finding = TOPIC_KEY_TYPE.at(file.source.at(Span::new(0, 1)), format!("`{schema}` {why}"));
    lowering.refuse(&finding.help(
        "make it a record of strings, numbers, uuids or decimals, in JSON closed and all required; or take `key` out and give the key beside the event",
    ));
    None
}

/// Whether a struct has fields of these types, each such that a field of an event gives it, and nothing else.
fn takes(body: &mut Struct, types: &[KeyType]) -> bool {
    let closed = matches!(body.extra, Extra::None | Extra::Refused);
    for field in &mut body.fields {
        if let Some(ours) = ours(&field.ty) {
            field.ty = ours;
        }
    }
    closed
        && body.fields.len() == types.len()
        && body.fields.iter().zip(types).all(|(field, ty)| is_plain(&field.ty, *ty))
}

fn is_plain(ty: &Ty, key: KeyType) -> bool {
    match (ty, key) {
        (Ty::String, KeyType::String)
        | (Ty::I32, KeyType::Int)
        | (Ty::I64, KeyType::Long)
        | (Ty::Bool, KeyType::Boolean)
        | (Ty::Bytes, KeyType::Bytes)
        | (Ty::Uuid, KeyType::Uuid) => true,
        (Ty::Decimal { precision, scale } | Ty::BigDecimal { precision, scale }, key) => {
            key == KeyType::Decimal { precision: *precision, scale: *scale }
        }
        (Ty::Foreign(foreign), key) => matches!((&foreign.way, key), (Way::Type(Ty::Uuid), KeyType::Uuid)),
        _ => false,
    }
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

/// Fields of the key stay types of ours where another crate's was chosen: only ours say which bytes they have as a key. The user's own types
/// can say so, by an impl of `KeyField`.
pub(super) fn keep_ours(lowering: &mut Lowering<'_>, ty: TypeId, key: &[String], schema: &EventSchema) {
    for path in key {
        let Some((id, at)) = place(lowering, ty, path) else { continue };
        let Some(field) = field_mut(lowering, id, at) else { continue };
        let name = field.schema_name.clone();
        if let Ty::Named(of) = field.ty {
            if within(lowering, of) {
                tell(lowering, schema, path);
            }
            continue;
        }
        let Some(ours) = ours(&field.ty) else { continue };
        if lowering.field_choice(id, &name).rust.is_some() {
            continue;
        }
        if let Some(field) = field_mut(lowering, id, at) {
            field.ty = ours;
        }
        tell(lowering, schema, path);
    }
}

fn tell(lowering: &mut Lowering<'_>, schema: &EventSchema, path: &str) {
    if let Some(at) = said_at(schema, path) {
        let why = format!(
            "`{path}` is in the key of the topic, and no type of another crate says the bytes of a key, so it stays topika's own"
        );
        lowering.warn(&at, why);
    }
}

/// Makes a named type one that gives a key: an enum of JSON by its text, a fixed by a type of ours. Says whether another crate's stood there.
fn within(lowering: &mut Lowering<'_>, id: TypeId) -> bool {
    let Some(def) = lowering.types.get_mut(id.0) else { return false };
    match (&mut def.body, def.wire) {
        (Body::Enum(_), Wire::Json) => {
            let derive = Code::path("::topika::Key").filter(|derive| !def.look.derive.contains(derive));
            def.look.derive.extend(derive);
            false
        }
        (Body::Fixed(_, Some(of)), _) => match ours(of) {
            Some(ty) => {
                *of = ty;
                true
            }
            None => false,
        },
        _ => false,
    }
}

/// Our type, where one of another crate stands for it that gives no key.
fn ours(ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Foreign(foreign) => match &foreign.way {
            // The crate uuid has one type for one form.
            Way::Type(Ty::Uuid) => None,
            Way::Type(ty) => Some(ty.clone()),
            Way::Itself | Way::Code(_) => None,
        },
        _ => None,
    }
}

/// The last field of a path: its type, and its place in it.
fn place(lowering: &Lowering<'_>, ty: TypeId, path: &str) -> Option<(TypeId, usize)> {
    let (mut ty, mut names) = (ty, path.split('.').peekable());
    loop {
        let name = names.next()?;
        let fields = fields(lowering, ty)?;
        let at = fields.iter().position(|field| field.schema_name == name)?;
        match fields.get(at).map(|field| &field.ty) {
            _ if names.peek().is_none() => return Some((ty, at)),
            Some(Ty::Named(id) | Ty::Boxed(id)) => ty = *id,
            _ => return None,
        }
    }
}

fn field_mut<'l>(lowering: &'l mut Lowering<'_>, ty: TypeId, at: usize) -> Option<&'l mut Field> {
    match &mut lowering.types.get_mut(ty.0)?.body {
        Body::Struct(body) => body.fields.get_mut(at),
        _ => None,
    }
}

/// Where the type of a key's field stands. Other crates' types are Avro's alone.
fn said_at(schema: &EventSchema, path: &str) -> Option<Location> {
    let EventSchema::Avro(schema) = schema else { return None };
    let mut ty = schema.root();
    for name in path.split('.') {
        let Kind::Named(record) = &ty.kind else { return None };
        let Definition::Record(fields) = &schema.named(record)?.definition else { return None };
        ty = &fields.iter().find(|field| field.name == name)?.ty;
    }
    Some(ty.at.clone())
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
