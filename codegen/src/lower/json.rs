use topika_contract::json_schema::Schema;
use topika_contract::lint::personal_node;
use topika_contract::text::json::Json;

use super::files::File;
use super::job::{Form, Job, JsonJob, User};
use super::json_checks;
use super::json_default::{constant, default_of};
use super::json_discriminator::discriminator;
use super::json_docs;
use super::json_group::{Group, Types};
use super::json_names::{branches, is_name, is_root, key, own_name, within};
use super::json_object::{Additional, PropertyOf, additional, properties};
use super::json_place::{place_name, place_name_of_all};
use super::json_shape::{Shape, ShapeKind, shape};
use super::json_tuple::{fixed, tuple_body};
use super::json_type::{group_ty, shape_ty, tell_patterns, tell_shape};
use super::renamed::Renaming;
use super::types::{Declaration, Key, Lowering};
use crate::ir::{
    Body, Checks, Default, Enum, Extra, Field, Literal, OneOf, OneOfVariant, Role, Struct, Ty, TypeId, Variant, Wire,
};
use crate::names::{Ident, Scope, claim_all, snake, upper_camel};

/// Names the root type of a file.
pub(super) fn declare_root<'a>(lowering: &mut Lowering<'a>, file: usize, schema: &'a Schema, role: Option<Role>) {
    let group = Group::of(schema, &[schema.root()]);
    let user = User { file, schema };
    let typed = is_typed(schema, &group);
    // A shared file may hold nothing but `$defs`; an event always is a type.
    if role.is_some() || typed {
        let title = lowering.files.get(file).and_then(|f| f.event()).map(|event| event.record.clone());
        let title = title.filter(|title| is_name(title));
        let form = if role.is_some() { Form::Event } else { Form::Plain };
        let id = declare(lowering, user, &group, title.as_deref().unwrap_or_default(), form, role);
        lowering.roots.insert(file, id);
        return;
    }
    // What it defines is what it is there for.
    let defined =
        schema.own_nodes().filter(|(_, node)| node.around == Some(schema.root()) && key(schema, node).is_some());
    for (id, _) in defined {
        let group = Group::of(schema, &[id]);
        if is_typed(schema, &group) {
            declare(lowering, user, &group, "", Form::Plain, None);
        }
    }
}

/// Whether a group is a type of its own wherever it stands.
fn is_typed(schema: &Schema, group: &Group) -> bool {
    let kind = shape(schema, group).kind;
    matches!(kind, ShapeKind::Object | ShapeKind::Enum(_) | ShapeKind::Literal(_) | ShapeKind::Union(_))
}

/// Names the type of a group; `hint` is its name where the schema has none for it.
pub(super) fn declare<'a>(
    lowering: &mut Lowering<'a>,
    user: User<'a>,
    group: &Group,
    hint: &str,
    form: Form,
    role: Option<Role>,
) -> TypeId {
    let User { file: from, schema } = user;
    let Some(node) = schema.node(group.head) else { return TypeId(usize::MAX) };
    let mut owner = if role.is_some() { from } else { lowering.home(from, node.at.source.path()) };
    // What a frozen text took from an older text of another file is its own, so that it says what was said then.
    if lowering.files.get(owner).is_some_and(|file| file.source.text() != node.at.source.text()) {
        owner = from;
    }
    let is_plain = group.is_plain(schema);
    let mut place = node.pointer.clone();
    if !is_plain {
        let parts: Vec<String> = group.set().0.iter().map(|part| format!("{part:?}")).collect();
        place = format!("{} {:?}", parts.join(" "), group.only);
    }
    let key = Key::Json(owner, if is_plain { node.at.source.path().to_owned() } else { String::new() }, place);
    if let Some(id) = lowering.known(&key) {
        return id;
    }
    let file = lowering.files.get(owner).copied();
    let own = |file: &File<'_>| file.source.path() == node.at.source.path();
    let stem = file.filter(|file| is_root(node) && own(file)).map(|file| file.stem());
    let hint = Some(hint).filter(|hint| !hint.is_empty());
    let own = own_name(schema, node);
    // A part of a shared type is called as its own place is, whoever uses it first.
    let is_part = role.is_none() && is_plain && own.is_none() && stem.is_none();
    let place = is_part.then(|| place_name(lowering, user, owner, group.head)).flatten();
    let name = match role {
        Some(_) => hint.or(stem),
        None if is_plain => own.as_deref().or(stem).or(place.as_deref()).or(hint),
        None => hint,
    };
    let said = name.unwrap_or("Value");
    let name = upper_camel(said);
    let module = lowering.module(owner, file.iter().flat_map(|f| f.folder.iter().map(String::as_str)), &node.at);
    let declaration = Declaration {
        owner,
        module,
        name: &name,
        doc: json_docs::of_type(node, &name),
        wire: Wire::Json,
        role: role.unwrap_or(Role::Unnamed),
        at: &node.at,
    };
    let id = lowering.declare(Some(key), declaration);
    lowering.tell_type(id, said, &node.at);
    lowering.later(Job::Json(JsonJob { id, file: from, schema, group: group.clone(), form }));
    id
}

/// Makes the body of a type.
pub(super) fn define<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>) {
    let schema = job.schema;
    let shape = shape(schema, &job.group);
    tell_shape(lowering, schema, &shape);
    let body = match (&shape.kind, job.form) {
        _ if job.form == Form::Event && shape.nullable => {
            let some = job.group.restricted(Types::ALL.without(Types::NULL));
            let hint = format!("{}Value", lowering.type_name(job.id));
            Body::Newtype(Ty::Option(Box::new(group_ty(lowering, job.user(), &some, &hint, &mut Vec::new()))))
        }
        (_, Form::Newtype) => newtype(lowering, job, &shape),
        (ShapeKind::Enum(symbols), _) => Body::Enum(symbols_of(lowering, job, symbols)),
        (ShapeKind::Literal(values), _) => Body::Literal(literal(lowering, job, values)),
        (ShapeKind::Union(of), _) => Body::OneOf(one_of(lowering, job, of, &shape)),
        (ShapeKind::Object | ShapeKind::Map(_), _) => Body::Struct(object(lowering, job, &shape)),
        // One of a fixed length is a tuple of Rust within its type.
        (ShapeKind::Tuple, form) if form == Form::Plain || fixed(schema, &shape.group).is_none() => {
            tuple_body(lowering, job, &shape.group)
        }
        _ => newtype(lowering, job, &shape),
    };
    let checks = match &body {
        Body::Newtype(_) => json_checks::of_newtype(lowering, schema, &shape),
        Body::Struct(_) | Body::Tuple(_) => json_checks::of_struct(lowering, schema, &shape),
        Body::OneOf(_) => json_checks::of_union(lowering, schema, &shape),
        // Elsewhere the place says it, where such a list stands.
        Body::Enum(_) | Body::Literal(_) if job.form == Form::Event => json_checks::of_union(lowering, schema, &shape),
        _ => Checks::default(),
    };
    lowering.set_checks(job.id, checks);
    lowering.set_body(job.id, body);
}

fn newtype<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, shape: &Shape<'a>) -> Body {
    let hint = format!("{}Item", lowering.type_name(job.id));
    Body::Newtype(shape_ty(lowering, job.user(), shape, &hint, &mut Vec::new(), true))
}

fn symbols_of(lowering: &mut Lowering<'_>, job: &JsonJob<'_>, symbols: &[&str]) -> Enum {
    let mut scope = Scope::with(&["Self"]);
    let names = claim_all(&mut scope, symbols, upper_camel);
    if let Some(node) = job.schema.node(job.group.head) {
        lowering.tell_symbols(symbols.iter().zip(&names).map(|(text, (name, free))| Renaming {
            text,
            at: &node.at,
            name,
            free: *free,
        }));
    }
    let variants = names.into_iter().zip(symbols).map(|((name, _), symbol)| Variant {
        name,
        symbol: (*symbol).to_owned(),
        default: false,
    });
    let variants = variants.collect();
    // `const` is one value for good: what a newer schema says there is another message.
    let is_constant = job.group.nodes(job.schema).any(|node| node.constant.is_some());
    let open = lowering.choice(job.id).open && !is_constant;
    Enum { variants, other: open.then(|| super::avro::other(&mut scope)) }
}

fn literal(lowering: &mut Lowering<'_>, job: &JsonJob<'_>, values: &[&Json]) -> Literal {
    let mut scope = Scope::with(&["Self"]);
    let texts: Vec<String> = values.iter().map(|value| topika_contract::text::json::compact(value)).collect();
    let said: Vec<&str> = values.iter().zip(&texts).map(|(value, text)| value.as_str().unwrap_or(text)).collect();
    let names: Vec<(Ident, bool)> = said.iter().map(|text| scope.claim(&upper_camel(text))).collect();
    if let Some(node) = job.schema.node(job.group.head) {
        // That `1` is `N1` surprises nobody: only of two with one name is told.
        let twice = said.iter().zip(&names).filter(|(_, (_, free))| !free);
        lowering.tell_symbols(twice.map(|(text, (name, free))| Renaming { text, at: &node.at, name, free: *free }));
    }
    Literal { variants: names.into_iter().map(|(name, _)| name).zip(texts).collect() }
}

fn one_of<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, shapes: &[Shape<'a>], shape: &Shape<'a>) -> OneOf {
    let (names, tag) = branches(job.schema, shapes);
    // A tag that the schema itself asks for is stricter.
    let discriminator = if tag.is_none() { discriminator(job.schema, shape, shapes) } else { None };
    let outer = lowering.type_name(job.id).to_owned();
    let mut variants = Vec::with_capacity(shapes.len());
    for (index, (name, shape)) in names.into_iter().zip(shapes).enumerate() {
        tell_shape(lowering, job.schema, shape);
        let checks = json_checks::of_value(lowering, job.schema, shape);
        let ty = shape_ty(lowering, job.user(), shape, &within(&outer, name.text()), &mut Vec::new(), false);
        let told = tag.as_ref().or(discriminator.as_ref());
        let values = told.and_then(|(_, values)| values.get(index).cloned()).unwrap_or_default();
        variants.push(OneOfVariant { name, ty, values, checks });
    }
    // A tag is of one branch only.
    OneOf {
        variants,
        alone: shape.one_of && tag.is_none(),
        tag: tag.map(|(tag, _)| tag),
        discriminator: discriminator.map(|(property, _)| property),
    }
}

fn object<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, shape: &Shape<'a>) -> Struct {
    let mut scope = Scope::default();
    let properties = properties(job.schema, &shape.group);
    let texts: Vec<&str> = properties.iter().map(|property| property.name).collect();
    let names = claim_all(&mut scope, &texts, snake);
    let mut fields = Vec::with_capacity(properties.len());
    for ((name, free), property) in names.into_iter().zip(&properties) {
        lowering.tell_field(&Renaming { text: property.name, at: property.name_at, name: &name, free });
        if property.site.is_some_and(|site| personal_node(job.schema, site)) {
            lowering.mark_personal(job.id, property.name);
        }
        let carried = property.site.and_then(|site| job.schema.node(site)).and_then(|node| node.envelope.as_ref());
        lowering.mark_carried(job.id, property.name, carried, property.name_at);
        fields.push(field(lowering, job, property, name));
    }
    let asked = json_checks::of_extra(lowering, job.schema, shape);
    let extra = match additional(job.schema, &shape.group) {
        Additional::Refused => Extra::Refused,
        Additional::Any => Extra::Kept(scope.claim("additional").0, Ty::Json, Box::new(asked)),
        Additional::Patterned(node) => {
            tell_patterns(lowering, job.schema, node);
            Extra::Kept(scope.claim("additional").0, Ty::Json, Box::new(asked))
        }
        Additional::Typed(group) => {
            let hint = format!("{}Value", lowering.type_name(job.id));
            let values = group_ty(lowering, job.user(), &group, &hint, &mut Vec::new());
            Extra::Kept(scope.claim("additional").0, values, Box::new(asked))
        }
    };
    Struct { fields, extra }
}

fn field<'a>(lowering: &mut Lowering<'a>, job: &JsonJob<'a>, property: &PropertyOf<'_>, name: Ident) -> Field {
    let all = (!property.group.is_plain(job.schema))
        .then(|| place_name_of_all(lowering, job.user(), &property.group))
        .flatten();
    let shape = shape(job.schema, &property.group);
    let hint = match all {
        Some(all) => all,
        None if shape.is_nameless() => String::new(),
        None => within(lowering.type_name(job.id), property.name),
    };
    tell_shape(lowering, job.schema, &shape);
    let checks = json_checks::of_value(lowering, job.schema, &shape);
    let ty = shape_ty(lowering, job.user(), &shape, &hint, &mut Vec::new(), false);
    let ty = if shape.nullable { Ty::Option(Box::new(ty)) } else { ty };
    let said = default_of(job.schema, property);
    let constant = said.and_then(|default| constant(default, &ty));
    let (ty, default) = if property.required {
        (ty, Default::None)
    } else {
        // An optional property that may be null is twice an option: absent and null are two things.
        (Ty::Option(Box::new(ty)), Default::Absent)
    };
    Field {
        name,
        schema_name: property.name.to_owned(),
        doc: doc(property, said),
        origin: property.doc.map_or_else(|| property.name_at.source.path(), |(_, path)| path).to_owned(),
        aliases: Vec::new(),
        ty,
        default,
        constant,
        null_last: false,
        order: None,
        properties: Vec::new(),
        type_properties: Vec::new(),
        checks,
    }
}

/// What the schema says about a property, with its default.
fn doc(property: &PropertyOf<'_>, default: Option<&Json>) -> Option<String> {
    let default = default.map(topika_contract::text::json::compact).filter(|text| text.len() <= 60);
    let default = default.map(|text| format!("Where it is absent, it means `{}`.", text.replace('`', "'")));
    match (property.doc.map(|(text, _)| text.to_owned()), default) {
        (Some(doc), Some(default)) => Some(format!("{doc}\n\n{default}")),
        (doc, default) => doc.or(default),
    }
}
