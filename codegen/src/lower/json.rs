use topika_contract::json_schema::{Node, NodeId, Property, Schema};
use topika_contract::lint::personal_node;

use super::files::File;
use super::job::{Job, JsonJob};
use super::json_shape::{Additional, DEEPEST, Shape, ShapeKind, additional, is_required, own_name, shape};
use super::types::{Declaration, Key, Lowering};
use crate::ir::{Body, Default, Enum, Extra, Field, Role, Struct, Ty, TypeId, Variant, Wire};
use crate::names::{Scope, claim_all, snake, upper_camel};

/// Names the root type of a file.
pub(super) fn declare_root<'a>(lowering: &mut Lowering<'a>, file: usize, schema: &'a Schema, role: Option<Role>) {
    let Some((_, node)) = schema.target(schema.root()) else { return };
    let kind = shape(schema, node).kind;
    let event = role.is_some();
    let typed = matches!(kind, ShapeKind::Object | ShapeKind::Enum(_));
    if event && !typed && !matches!(kind, ShapeKind::Map(_) | ShapeKind::Any(_)) {
        lowering.warn(&node.at, "an event is an object, so this file gives no type");
        return;
    }
    // A shared file may hold nothing but `$defs`; an event always is a type, with all of its properties kept in a map if need be.
    if event || typed {
        let title = lowering.files.get(file).and_then(|f| f.event()).map(|event| event.record.clone());
        let id = declare(lowering, file, schema, node, title.as_deref(), role);
        lowering.roots.insert(file, id);
    }
}

fn declare<'a>(
    lowering: &mut Lowering<'a>,
    user: usize,
    schema: &'a Schema,
    node: &'a Node,
    hint: Option<&str>,
    role: Option<Role>,
) -> TypeId {
    let mut owner = lowering.home(user, node.at.source.path());
    // What a frozen text took from an older text of another file is its own, so that it says what was said then.
    if lowering.files.get(owner).is_some_and(|file| file.source.text() != node.at.source.text()) {
        owner = user;
    }
    let key = Key::Json(owner, node.at.source.path().to_owned(), node.pointer.clone());
    if let Some(id) = lowering.known(&key) {
        return id;
    }
    let file = lowering.files.get(owner).copied();
    let at_root = node.pointer.trim_start_matches('#').is_empty();
    let own = |file: &File<'_>| file.source.path() == node.at.source.path();
    let stem = file.filter(|file| at_root && own(file)).map(|file| file.stem());
    let name = match role {
        Some(_) => hint.filter(|hint| !hint.is_empty()).or(stem),
        None => own_name(node).or(stem).or(hint),
    };
    let name = upper_camel(name.unwrap_or("Value"));
    let module = lowering.module(owner, file.iter().flat_map(|f| f.folder.iter().map(String::as_str)));
    let declaration = Declaration {
        owner,
        module,
        name: &name,
        doc: node.description.clone(),
        wire: Wire::Json,
        role: role.unwrap_or(Role::Unnamed),
        at: &node.at,
    };
    let id = lowering.declare(Some(key), declaration);
    lowering.later(Job::Json(JsonJob { id, file: user, schema, node }));
    id
}

/// Makes the body of a subschema.
pub(super) fn define<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>) {
    let body = match shape(job.schema, job.node).kind {
        ShapeKind::Enum(symbols) => Body::Enum(symbols_of(&symbols)),
        _ => Body::Struct(object(lowering, job)),
    };
    lowering.set_body(job.id, body);
}

fn symbols_of(symbols: &[&str]) -> Enum {
    let names = claim_all(&mut Scope::with(&["Self"]), symbols, upper_camel);
    let variants = names.into_iter().zip(symbols).map(|((name, _), symbol)| Variant {
        name,
        symbol: (*symbol).to_owned(),
        default: false,
    });
    Enum { variants: variants.collect() }
}

fn object<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>) -> Struct {
    let mut scope = Scope::default();
    let texts: Vec<&str> = job.node.properties.iter().map(|property| property.name.as_str()).collect();
    let names = claim_all(&mut scope, &texts, snake);
    let mut fields = Vec::new();
    for ((name, free), property) in names.into_iter().zip(&job.node.properties) {
        if !free {
            lowering.warn(&property.name_at, format!("another field is called so in Rust, so this one is `{name}`"));
        }
        if personal_node(job.schema, property.node) {
            lowering.mark_personal(job.id, &property.name);
        }
        let (ty, default) = property_ty(lowering, job, property);
        fields.push(Field {
            name,
            schema_name: property.name.clone(),
            doc: job.schema.node(property.node).and_then(|node| node.description.clone()),
            aliases: Vec::new(),
            ty,
            default,
            null_last: false,
        });
    }
    let extra = match additional(job.schema, job.node) {
        Additional::Refused => Extra::Refused,
        Additional::Any => Extra::Kept(scope.claim("additional").0, Ty::Json),
        Additional::Typed(id) => {
            let hint = format!("{}Value", lowering.type_name(job.id));
            let values = node_ty(lowering, job, id, &hint, &mut Vec::new());
            Extra::Kept(scope.claim("additional").0, values)
        }
    };
    Struct { fields, extra }
}

fn property_ty<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, property: &Property) -> (Ty, Default) {
    let hint = format!("{}{}", lowering.type_name(job.id), upper_camel(&property.name));
    let ty = node_ty(lowering, job, property.node, &hint, &mut Vec::new());
    if is_required(job.node, &property.name) {
        return (ty, Default::None);
    }
    match ty {
        Ty::Option(_) => (ty, Default::Absent),
        other => (Ty::Option(Box::new(other)), Default::Absent),
    }
}

/// `above` holds the arrays and maps that this use stands in: they have no name at which a circle of them could close.
fn node_ty<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, id: NodeId, hint: &str, above: &mut Vec<NodeId>) -> Ty {
    let Some((id, node)) = job.schema.target(id) else { return Ty::Json };
    let Shape { nullable, kind } = shape(job.schema, node);
    let ty = match kind {
        ShapeKind::Any(why) => {
            if let Some(why) = why {
                warn_any(lowering, node, &why);
            }
            Ty::Json
        }
        ShapeKind::Boolean => Ty::Bool,
        ShapeKind::Integer => Ty::I64,
        ShapeKind::Number => Ty::F64,
        ShapeKind::String => Ty::String,
        ShapeKind::Array(_) | ShapeKind::Map(_) if above.contains(&id) || above.len() >= DEEPEST => {
            warn_any(lowering, node, "an array or map within itself");
            Ty::Json
        }
        ShapeKind::Array(items) => {
            above.push(id);
            let items = items.map_or(Ty::Json, |items| node_ty(lowering, job, items, hint, above));
            above.pop();
            Ty::Vec(Box::new(items))
        }
        ShapeKind::Map(values) => {
            above.push(id);
            let values = values.map_or(Ty::Json, |values| node_ty(lowering, job, values, hint, above));
            above.pop();
            Ty::BTreeMap(Box::new(values))
        }
        ShapeKind::Enum(_) | ShapeKind::Object => {
            Ty::Named(declare(lowering, job.file, job.schema, node, Some(hint), None))
        }
    };
    if nullable { Ty::Option(Box::new(ty)) } else { ty }
}

fn warn_any(lowering: &mut Lowering<'_>, node: &Node, why: &str) {
    let message = format!("{why} has no Rust type in this version: the value stays a `serde_json::Value`");
    lowering.warn(&node.at, message);
}
