use topika_contract::avro::{self, Definition, Kind, Logical, Named, Schema};
use topika_contract::lint::personal_field;
use topika_contract::manifest::MapType;
use topika_contract::project::EventSchema;
use topika_contract::rules::{AVRO_ENUM, AVRO_UNION, TEXT_NESTING};
use topika_contract::text::json::{Json, compact};
use topika_contract::text::shortened;

use super::avro_branches::told_apart;
use super::carried;
use super::foreign::{Chosen, Matter, own};
use super::job::{AvroJob, Job};
use super::renamed::Renaming;
use super::same::same;
use super::told::Of;
use super::types::{Declaration, Key, Lowering};
use crate::ir::{
    Body, Checks, Default, Enum, Extra, Field, Role, Struct, Ty, TypeId, Union, UnionVariant, Variant, Way, Wire,
};
use crate::names::{Ident, Scope, claim_all, snake, upper_camel};

/// Where a use of a type stands.
struct Place<'a, 'h> {
    job: &'h AvroJob<'a>,
    /// The name of a union here: parent and field.
    hint: String,
    at: &'h avro::Type,
    /// What stands for a map.
    map: Option<MapType>,
    /// What stands for other types.
    chosen: Chosen,
    /// The field, by its name in the schema; empty for a root.
    field: &'h str,
}

/// Names the root type of a file.
pub(super) fn declare_root<'a>(lowering: &mut Lowering<'a>, file: usize, schema: &'a Schema, role: Option<Role>) {
    let id = match (&schema.root().kind, role) {
        (Kind::Named(name), role) => {
            let Some(named) = schema.named(name) else { return };
            declare(lowering, file, schema, named, role)
        }
        (Kind::Union(branches), Some(_)) if branches.iter().all(|branch| matches!(branch.kind, Kind::Null)) => {
            lowering.warn(
                &schema.root().at,
                "a union without a branch but null holds no value, so this file gives no type",
            );
            return;
        }
        (_, Some(role)) => declare_unnamed(lowering, file, schema, role),
        // Nothing can refer to a shared root without a name, but to the types within it.
        (_, None) => {
            let own = lowering.files.get(file).map(|file| file.source.path());
            for named in schema.definitions().filter(|named| Some(named.at.source.path()) == own) {
                declare(lowering, file, schema, named, None);
            }
            return;
        }
    };
    lowering.roots.insert(file, id);
}

/// The type of an event whose schema has no name: it is called like its file.
fn declare_unnamed<'a>(lowering: &mut Lowering<'a>, file: usize, schema: &'a Schema, role: Role) -> TypeId {
    let of = lowering.files.get(file).copied();
    let said = of.map_or("Value", |file| file.stem());
    let name = upper_camel(said);
    let at = &schema.root().at;
    let module = lowering.module(file, of.iter().flat_map(|file| file.folder.iter().map(String::as_str)), at);
    let declaration = Declaration { owner: file, module, name: &name, doc: None, wire: Wire::Avro, role, at };
    let id = lowering.declare(None, declaration);
    lowering.tell_type(id, said, at);
    lowering.later(Job::Avro(AvroJob { id, file, schema, named: None }));
    id
}

fn declare<'a>(
    lowering: &mut Lowering<'a>,
    user: usize,
    schema: &'a Schema,
    named: &'a Named,
    role: Option<Role>,
) -> TypeId {
    let mut owner = lowering.home(user, named.at.source.path());
    // A frozen text may refer to an older text of a shared file than today's. Where that says another type, the type is the frozen
    // version's own, so that it says what was said then.
    if owner != user && !says_the_same(lowering, owner, schema, named) {
        owner = user;
    }
    let key = Key::Avro(owner, named.name.clone());
    if let Some(id) = lowering.known(&key) {
        return id;
    }
    let module = lowering.module(owner, module_name(lowering, owner, schema, named).split('.'), &named.at);
    let role = role.unwrap_or_else(|| match lowering.files.get(owner) {
        Some(file) => Role::Named { file: file.reference(), name: named.name.to_string() },
        None => Role::Unnamed,
    });
    let name = upper_camel(named.name.short());
    let declaration =
        Declaration { owner, module, name: &name, doc: named.doc.clone(), wire: Wire::Avro, role, at: &named.at };
    let id = lowering.declare(Some(key), declaration);
    lowering.later(Job::Avro(AvroJob { id, file: user, schema, named: Some(named) }));
    id
}

/// Whether the file that owns a name today says the same type by it as `schema` does.
fn says_the_same(lowering: &Lowering<'_>, owner: usize, schema: &Schema, named: &Named) -> bool {
    let Some(EventSchema::Avro(today)) = lowering.files.get(owner).map(|file| file.schema) else { return false };
    today.named(&named.name).is_some_and(|other| same(today, other, schema, named))
}

/// The namespace whose module a type stands in. What a frozen version took from another file as it was then stands beside the
/// event: `v1` is the event's version and not that of the other file.
fn module_name<'a>(lowering: &Lowering<'a>, owner: usize, schema: &'a Schema, named: &'a Named) -> &'a str {
    let foreign = lowering.files.get(owner).is_some_and(|file| file.source.path() != named.at.source.path());
    match &schema.root().kind {
        Kind::Named(root) if foreign => root.namespace(),
        _ => named.name.namespace(),
    }
}

/// Makes the body of a type.
pub(super) fn define<'a>(lowering: &mut Lowering<'a>, job: &AvroJob<'a>) {
    let Some(named) = job.named else {
        let body = unnamed(lowering, job);
        lowering.set_body(job.id, body);
        return;
    };
    let body = match &named.definition {
        Definition::Record(fields) => Body::Struct(record(lowering, job, fields)),
        Definition::Enum { symbols, default } => {
            let open = lowering.choice(job.id).open;
            if symbols.is_empty() {
                let message = format!("`{}` has no symbol, so it has no value either", shortened(named.name.as_str()));
                lowering
                    .refuse(&AVRO_ENUM.at(named.at.clone(), message).help("give it a symbol, or leave the enum out"));
            }
            Body::Enum(symbols_of(lowering, symbols, default.as_deref(), open))
        }
        Definition::Fixed(size) => {
            let of = named.logical.as_ref().and_then(on_fixed);
            let chosen = Chosen::of(&lowering.choice(job.id));
            Body::Fixed(*size, of.map(|ty| lowering.instead(job.id, "", chosen, ty, &named.at)))
        }
    };
    lowering.set_body(job.id, body);
    if let Some(def) = lowering.types.get_mut(job.id.0) {
        def.aliases = named.aliases.iter().map(ToString::to_string).collect();
        def.properties = properties(&named.properties);
    }
}

/// What Avro does not know, as it stands in the schema.
fn properties(said: &[(String, Json)]) -> Vec<(String, String)> {
    said.iter().map(|(name, json)| (name.clone(), compact(json))).collect()
}

/// The same of the types that a field is made of, where they stand within its type.
fn type_properties(ty: &avro::Type) -> Vec<(String, Vec<(String, String)>)> {
    let mut said = Vec::new();
    let mut open = vec![(String::new(), ty)];
    while let Some((place, ty)) = open.pop() {
        match &ty.kind {
            Kind::Array(inner) => open.push((format!("{place}/items"), inner)),
            Kind::Map(inner) => open.push((format!("{place}/values"), inner)),
            Kind::Union(branches) => {
                open.extend(branches.iter().enumerate().map(|(number, branch)| (format!("{place}/{number}"), branch)));
            }
            _ => {}
        }
        if !ty.properties.is_empty() {
            said.push((place, properties(&ty.properties)));
        }
    }
    said.sort();
    said
}

/// A union is an enum of its branches; an option and everything else is a newtype.
fn unnamed<'a>(lowering: &mut Lowering<'a>, job: &AvroJob<'a>) -> Body {
    let at = job.schema.root();
    tell_nested(lowering, at);
    let name = lowering.type_name(job.id);
    let hint = match &at.kind {
        Kind::Array(_) => format!("{name}Item"),
        Kind::Map(_) => format!("{name}Value"),
        _ => name.to_owned(),
    };
    let choice = lowering.choice(job.id);
    let place = Place { job, hint, at, map: choice.map, chosen: Chosen::of(&choice), field: "" };
    match &at.kind {
        Kind::Union(branches) if !is_option(branches) && null_last(branches).is_none() => {
            Body::Union(Union { variants: variants(lowering, &place, branches) })
        }
        _ => Body::Newtype(ty(lowering, &place)),
    }
}

fn is_option(branches: &[avro::Type]) -> bool {
    matches!(branches, [first, second] if matches!(first.kind, Kind::Null) && !matches!(second.kind, Kind::Null))
}

/// The other branch of `[T, null]`.
fn null_last(branches: &[avro::Type]) -> Option<&avro::Type> {
    match branches {
        [first, second] if matches!(second.kind, Kind::Null) && !matches!(first.kind, Kind::Null) => Some(first),
        _ => None,
    }
}

fn symbols_of(lowering: &mut Lowering<'_>, symbols: &[avro::Symbol], default: Option<&str>, open: bool) -> Enum {
    let texts: Vec<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    let mut scope = Scope::with(&["Self"]);
    let names = claim_all(&mut scope, &texts, upper_camel);
    lowering.tell_symbols(symbols.iter().zip(&names).map(|(symbol, (name, free))| Renaming {
        text: &symbol.name,
        at: &symbol.at,
        name,
        free: *free,
    }));
    let variants = names.into_iter().zip(texts).map(|((name, _), symbol)| Variant {
        name,
        symbol: symbol.to_owned(),
        default: default == Some(symbol),
    });
    Enum { variants: variants.collect(), other: open.then(|| other(&mut scope)) }
}

/// The name of the variant for what an enum does not know.
pub(super) fn other(scope: &mut Scope) -> Ident {
    match scope.claim("Unknown") {
        (name, true) => name,
        // A symbol is called so.
        _ => scope.claim("Other").0,
    }
}

fn record<'a>(lowering: &mut Lowering<'a>, job: &AvroJob<'a>, fields: &[avro::Field]) -> Struct {
    let texts: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let names = claim_all(&mut Scope::default(), &texts, snake);
    let mut lowered = Vec::new();
    for ((name, free), field) in names.into_iter().zip(fields) {
        lowering.tell_field(&Renaming { text: &field.name, at: &field.name_at, name: &name, free });
        let hint = match has_union(&field.ty) {
            true => format!("{}{}", lowering.type_name(job.id), upper_camel(&field.name)),
            false => String::new(),
        };
        if personal_field(job.schema, field) {
            lowering.mark_personal(job.id, &field.name);
        }
        let carried = field.properties.iter().find(|(name, _)| name == carried::NAME);
        lowering.mark_carried(job.id, &field.name, carried.map(|(_, part)| part), &field.name_at);
        tell_nested(lowering, &field.ty);
        let choice = lowering.field_choice(job.id, &field.name);
        let chosen = Chosen::of(&choice);
        let place = Place { job, hint, at: &field.ty, map: choice.map, chosen, field: &field.name };
        let (mut ty, null_last) = field_ty(lowering, &place);
        if let Some(rust) = &choice.rust {
            ty = own(ty, rust, choice.way.as_ref());
        }
        let default = match &field.default {
            None => Default::None,
            Some(json) if json.is_null() && matches!(ty, Ty::Option(_)) && !null_last => Default::Null,
            Some(json) => Default::Json(compact(json)),
        };
        lowered.push(Field {
            name,
            schema_name: field.name.clone(),
            doc: field.doc.clone(),
            origin: field.name_at.shown().source.path().to_owned(),
            aliases: field.aliases.clone(),
            ty,
            default,
            constant: None,
            null_last,
            order: match field.order {
                avro::Order::Ascending => None,
                avro::Order::Descending => Some("descending"),
                avro::Order::Ignore => Some("ignore"),
            },
            properties: properties(&field.properties).into_iter().filter(|(name, _)| name != carried::NAME).collect(),
            type_properties: type_properties(&field.ty),
            checks: Checks::default(),
        });
    }
    Struct { fields: lowered, extra: Extra::None }
}

/// Whether a type holds a union that becomes an enum, and needs a name.
fn has_union(ty: &avro::Type) -> bool {
    match &ty.kind {
        Kind::Array(inner) | Kind::Map(inner) => has_union(inner),
        Kind::Union(branches) if is_option(branches) => branches.iter().any(has_union),
        Kind::Union(branches) => null_last(branches).is_none_or(has_union),
        _ => false,
    }
}

/// So deep arrays, maps and unions may stand in each other: `rustc` gives up at about twice that.
const DEEPEST: usize = 32;

/// Tells a type in which others stand too deep.
fn tell_nested(lowering: &mut Lowering<'_>, at: &avro::Type) {
    let mut open = vec![(at, 0)];
    while let Some((ty, depth)) = open.pop() {
        if depth > DEEPEST {
            let finding =
                TEXT_NESTING.at(ty.at.clone(), "arrays, maps and unions stand too deep in each other for Rust");
            return lowering.refuse(&finding.help("put a record between them"));
        }
        match &ty.kind {
            Kind::Array(inner) | Kind::Map(inner) => open.push((inner, depth + 1)),
            Kind::Union(branches) => open.extend(branches.iter().map(|branch| (branch, depth))),
            _ => {}
        }
    }
}

/// The type of a field. Of `[T, null]` an attribute of its own says the order of the branches.
fn field_ty<'a>(lowering: &mut Lowering<'a>, place: &Place<'a, '_>) -> (Ty, bool) {
    if let Kind::Union(branches) = &place.at.kind
        && let Some(first) = null_last(branches)
    {
        let inner = ty(lowering, &Place { at: first, hint: place.hint.clone(), ..*place });
        return (Ty::Option(Box::new(inner)), true);
    }
    (ty(lowering, place), false)
}

fn ty<'a>(lowering: &mut Lowering<'a>, place: &Place<'a, '_>) -> Ty {
    if let Some(ty) = place.at.logical.as_ref().and_then(|logical| logical_ty(logical, &place.at.kind)) {
        let (id, at) = (place.job.id, &place.at.at);
        return lowering.instead(id, place.field, place.chosen, ty, at);
    }
    let inner = |lowering: &mut Lowering<'a>, at: &avro::Type| {
        Box::new(ty(lowering, &Place { at, hint: place.hint.clone(), ..*place }))
    };
    match &place.at.kind {
        Kind::Null => Ty::Unit,
        Kind::Boolean => Ty::Bool,
        Kind::Int => Ty::I32,
        Kind::Long => Ty::I64,
        Kind::Float => Ty::F32,
        Kind::Double => Ty::F64,
        Kind::Bytes => Ty::Bytes,
        Kind::String => Ty::String,
        Kind::Array(items) => Ty::Vec(inner(lowering, items)),
        Kind::Map(values) => {
            lowering.concerns(place.job.id, place.field, Matter::Map);
            match place.map {
                None | Some(MapType::Hash) => Ty::HashMap(inner(lowering, values)),
                Some(MapType::BTree) => Ty::BTreeMap(inner(lowering, values)),
                Some(MapType::Vec) => Ty::VecMap(inner(lowering, values)),
            }
        }
        Kind::Union(branches) => match branches.as_slice() {
            [_, second] if is_option(branches) => Ty::Option(inner(lowering, second)),
            [first, _] if null_last(branches).is_some() => Ty::NullLast(inner(lowering, first)),
            branches => Ty::Named(union(lowering, place, branches)),
        },
        Kind::Named(name) => match place.job.schema.named(name) {
            Some(named) => Ty::Named(declare_nested(lowering, place.job, named)),
            // Resolving leaves no name undefined; a null keeps the module legal all the same.
            None => Ty::Unit,
        },
    }
}

fn declare_nested<'a>(lowering: &mut Lowering<'a>, job: &AvroJob<'a>, named: &'a Named) -> TypeId {
    declare(lowering, job.file, job.schema, named, None)
}

fn logical_ty(logical: &Logical, kind: &Kind) -> Option<Ty> {
    Some(match logical {
        Logical::Decimal { precision, scale } if matches!(kind, Kind::Bytes) => decimal(*precision, *scale),
        Logical::Uuid if matches!(kind, Kind::String) => Ty::Uuid,
        Logical::Date => Ty::Date,
        Logical::TimeMillis => Ty::TimeMillis,
        Logical::TimeMicros => Ty::TimeMicros,
        Logical::TimestampMillis => Ty::TimestampMillis,
        Logical::TimestampMicros => Ty::TimestampMicros,
        Logical::TimestampNanos => Ty::TimestampNanos,
        Logical::LocalTimestampMillis => Ty::LocalTimestampMillis,
        Logical::LocalTimestampMicros => Ty::LocalTimestampMicros,
        Logical::LocalTimestampNanos => Ty::LocalTimestampNanos,
        Logical::Decimal { .. } | Logical::Uuid | Logical::Duration => return None,
    })
}

/// 38 digits are what 128 bits hold.
fn decimal(precision: u32, scale: u32) -> Ty {
    if precision <= 38 { Ty::Decimal { precision, scale } } else { Ty::BigDecimal { precision, scale } }
}

/// The logical type that a fixed has.
fn on_fixed(logical: &Logical) -> Option<Ty> {
    match logical {
        Logical::Decimal { precision, scale } => Some(decimal(*precision, *scale)),
        Logical::Uuid => Some(Ty::Uuid),
        Logical::Duration => Some(Ty::Duration),
        _ => None,
    }
}

fn union<'a>(lowering: &mut Lowering<'a>, place: &Place<'a, '_>, branches: &[avro::Type]) -> TypeId {
    let declaration = Declaration {
        owner: lowering.owner(place.job.id),
        module: lowering.module_of(place.job.id),
        name: &place.hint,
        doc: None,
        wire: Wire::Avro,
        role: Role::Unnamed,
        at: &place.at.at,
    };
    let id = lowering.declare(None, declaration);
    let variants = lowering.working_on(Of::Type(id), |lowering| variants(lowering, place, branches));
    lowering.set_body(id, Body::Union(Union { variants }));
    id
}

fn variants<'a>(lowering: &mut Lowering<'a>, place: &Place<'a, '_>, branches: &[avro::Type]) -> Vec<UnionVariant> {
    if branches.is_empty() {
        let finding = AVRO_UNION.at(place.at.at.clone(), "a union without branches has no value");
        lowering.refuse(&finding.help("name a type in it, or leave the field out"));
    }
    let mut lowered = Vec::with_capacity(branches.len());
    for branch in branches {
        // A union within an array or a map of this one has a name of its own.
        let hint = match &branch.kind {
            Kind::Array(_) => format!("{}Item", place.hint),
            Kind::Map(_) => format!("{}Value", place.hint),
            _ => place.hint.clone(),
        };
        lowered.push(ty(lowering, &Place { at: branch, hint, ..*place }));
    }
    let names = lowered.iter().map(|ty| branch_name(lowering, ty)).collect();
    let mut scope = Scope::with(&["Self"]);
    let mut variants = Vec::with_capacity(branches.len());
    for ((branch, wanted), ty) in branches.iter().zip(told_apart(branches, names)).zip(lowered) {
        let (name, free) = scope.claim(&wanted);
        if !free {
            lowering.tell_branch(&wanted, &name, &branch.at);
        }
        let null = matches!(branch.kind, Kind::Null);
        variants.push(UnionVariant { name, ty: (!null).then_some(ty) });
    }
    variants
}

fn branch_name(lowering: &Lowering<'_>, ty: &Ty) -> String {
    let name = match ty {
        Ty::Unit => "Null",
        Ty::Bool => "Boolean",
        Ty::I32 => "Int",
        Ty::I64 | Ty::U64 => "Long",
        Ty::F32 => "Float",
        Ty::F64 => "Double",
        Ty::String => "String",
        Ty::Bytes => "Bytes",
        Ty::Decimal { .. } | Ty::BigDecimal { .. } => "Decimal",
        Ty::Duration => "Duration",
        Ty::Uuid => "Uuid",
        Ty::Date => "Date",
        Ty::TimeMillis => "TimeMillis",
        Ty::TimeMicros => "TimeMicros",
        Ty::TimestampMillis => "TimestampMillis",
        Ty::TimestampMicros => "TimestampMicros",
        Ty::TimestampNanos => "TimestampNanos",
        Ty::LocalTimestampMillis => "LocalTimestampMillis",
        Ty::LocalTimestampMicros => "LocalTimestampMicros",
        Ty::LocalTimestampNanos => "LocalTimestampNanos",
        Ty::Json => "Value",
        Ty::JsonNumber => "Number",
        Ty::Text(format) => format,
        Ty::Tuple(_) => "Tuple",
        Ty::Option(_) | Ty::NullLast(_) => "Option",
        Ty::Foreign(foreign) => match &foreign.way {
            Way::Type(of) => return branch_name(lowering, of),
            Way::Itself | Way::Code(_) => "Value",
        },
        Ty::Vec(_) => "Array",
        Ty::HashMap(_) | Ty::BTreeMap(_) | Ty::VecMap(_) => "Map",
        Ty::Named(id) | Ty::Boxed(id) => lowering.type_name(*id),
    };
    name.to_owned()
}
