//! The input, read from the syntax tree and ready to be checked and emitted.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Expr, Fields, Type, TypeArray};

use crate::attr::{PartAttrs, Said, TypeAttrs};
use crate::binding::{Binding, Format};
use crate::carries::{self, Carried};
use crate::ctxt::Ctxt;
use crate::key_path::{KeyPath, key_paths};
use crate::serde_attr::{SerdeField, SerdeType};
use crate::way::{Value, argument_of};

/// A field of a record.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The name in the schema.
    pub(crate) wire: String,
    pub(crate) ty: Type,
    pub(crate) attrs: PartAttrs,
    /// The `T` of an `Option<T>`, as far as it is written so.
    pub(crate) option_of: Option<Type>,
    /// The type through which it is written, where that is another one.
    pub(crate) way: Option<Type>,
}

/// A struct with an Avro record.
pub(crate) struct Record {
    pub(crate) ident: Ident,
    pub(crate) binding: Binding,
    pub(crate) said: Said,
    pub(crate) fields: Vec<Field>,
}

/// An event: a record of its own.
pub(crate) struct Event {
    pub(crate) ident: Ident,
    pub(crate) shape: EventShape,
    pub(crate) topic: Option<syn::Path>,
    pub(crate) key: Vec<KeyPath>,
    /// The key of the topic is given beside the event.
    pub(crate) keyed: bool,
    /// It has some of the fields only, to read them.
    pub(crate) partial: bool,
    /// The fields in which it carries parts of its envelope.
    pub(crate) carried: Vec<Carried>,
}

pub(crate) enum EventShape {
    Avro(Record),
    Enum(Enum),
    Fixed(Fixed),
    /// A root without a name: an enum of branches.
    Union(Binding, Union),
    /// A root without a name: a newtype over anything else.
    Newtype(Binding, Box<Value>),
    /// The names on the wire, each with its type, `None` where serde's attributes hide them.
    Json {
        binding: Binding,
        names: Option<Vec<JsonName>>,
        /// The names of the fields that tell about a person.
        personal: Vec<String>,
    },
}

/// An enum of symbols.
pub(crate) struct Enum {
    pub(crate) ident: Ident,
    pub(crate) binding: Binding,
    pub(crate) said: Said,
    pub(crate) symbols: Vec<(Ident, String)>,
    pub(crate) default: Option<String>,
    /// The variant that keeps a symbol which the type does not know.
    pub(crate) other: Option<Ident>,
}

/// A union: variants in the order of the branches; a variant without a type is null.
pub(crate) struct Union {
    pub(crate) ident: Ident,
    pub(crate) branches: Vec<(Ident, Option<Value>)>,
}

/// A fixed: a newtype of bytes.
pub(crate) struct Fixed {
    pub(crate) ident: Ident,
    pub(crate) binding: Binding,
    pub(crate) said: Said,
    pub(crate) size: Expr,
    pub(crate) of: FixedOf,
}

/// What the newtype of a fixed holds.
pub(crate) enum FixedOf {
    /// `[u8; N]`
    Bytes,
    /// `Box<[u8; N]>`: one that is too large for the stack.
    BoxedBytes,
    /// A logical type.
    Value(Box<Value>),
}

pub(crate) fn no_generics(input: &DeriveInput, cx: &mut Ctxt) {
    if !input.generics.params.is_empty() {
        cx.error(input.generics.span(), "a type with a schema has no type parameters and no lifetimes");
    }
}

pub(crate) fn named_fields<'a>(input: &'a DeriveInput, what: &str, cx: &mut Ctxt) -> Option<&'a syn::FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            _ => cx.error(input.ident.span(), format!("{what} is a struct with named fields")),
        },
        Data::Enum(_) => cx.error(
            input.ident.span(),
            format!("{what} is a struct with named fields; an enum derives `Enum` (symbols), `Union` (branches) or `Topic` (events)"),
        ),
        Data::Union(_) => cx.error(input.ident.span(), format!("{what} is a struct with named fields")),
    }
    None
}

/// An identifier as text, without `r#`.
fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

fn option_of(ty: &Type) -> Option<Type> {
    argument_of(ty, "Option")
}

fn fields(named: &syn::FieldsNamed, cx: &mut Ctxt) -> Vec<Field> {
    let mut all = Vec::new();
    for field in &named.named {
        let Some(ident) = &field.ident else { continue };
        let attrs = PartAttrs::read(&field.attrs, cx);
        let wire = attrs.rename.as_ref().map_or_else(|| plain(ident), syn::LitStr::value);
        // An option by another name is one on the wire.
        let option_of = option_of(&field.ty).or_else(|| attrs.way.as_ref().and_then(option_of));
        let Value { ty, way } = Value::of_field(field.ty.clone(), &attrs);
        all.push(Field { ident: ident.clone(), wire, ty, option_of, way, attrs });
    }
    all
}

impl Event {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TypeAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let binding = Binding::of_event(&attrs, &input.ident, cx);
        if let (Some(key), None) = (&attrs.key, &attrs.topic) {
            cx.error(
                key.span(),
                "`key` goes with `topic = path::to::Topic`, which only a frozen version says of itself",
            );
        }
        let Some((binding, format)) = binding else {
            named_fields(input, "an event", cx);
            return None;
        };
        let key = key_paths(attrs.key.as_ref(), cx);
        if let Some(span) = attrs.keyed.filter(|_| attrs.topic.is_none() || attrs.key.is_some()) {
            cx.error(
                span,
                "`keyed` goes with `topic = path::to::Topic` in place of `key`: the key is given beside the event",
            );
        }
        let mut carried = Vec::new();
        let shape = match format {
            Format::Avro => EventShape::read(input, &attrs, binding, cx)?,
            Format::Json => {
                if attrs.said.properties.is_some() || !attrs.said.aliases.is_empty() {
                    cx.error(input.ident.span(), "`alias` and `properties` are for Avro; a JSON Schema says more with `#[schemars(extend(...))]`");
                }
                // A JSON event is whatever its schema says: an object, a list, one of several.
                let (names, personal) = match &input.data {
                    Data::Struct(DataStruct { fields: Fields::Named(named), .. }) => {
                        json_names(input, named, &mut carried, cx)
                    }
                    _ => (None, Vec::new()),
                };
                EventShape::Json { binding, names, personal }
            }
        };
        if let EventShape::Avro(record) = &shape {
            for field in &record.fields {
                if let Some(part) = &field.attrs.envelope {
                    carries::note(&mut carried, &field.ident, &field.ty, part, cx);
                }
            }
        }
        let partial = attrs.partial.is_some();
        if let Some(span) = attrs.partial {
            partial_fits(input, &shape, attrs.topic.is_some(), span, cx);
        }
        Some(Self {
            ident: input.ident.clone(),
            shape,
            topic: attrs.topic,
            key,
            keyed: attrs.keyed.is_some(),
            partial,
            carried,
        })
    }
}

/// A partial event is a struct with some of the fields of a file, and is read only.
fn partial_fits(input: &DeriveInput, shape: &EventShape, on_topic: bool, span: Span, cx: &mut Ctxt) {
    if matches!(shape.binding(), Binding::Code { .. }) {
        cx.error(span, "a partial event has some of the fields of a schema file: say which, `schema = \"orders/order-placed.avsc\"`");
    }
    if on_topic {
        cx.error(span, "a partial event is only read, so it says no `topic` that it may be sent on");
    }
    match shape {
        EventShape::Avro(_) | EventShape::Json { names: Some(_), .. } => {}
        EventShape::Json { names: None, .. }
            if matches!(&input.data, Data::Struct(DataStruct { fields: Fields::Named(_), .. })) =>
        {
            cx.error(span, "a partial event names what it reads, and serde's attributes hide the names");
        }
        _ => cx.error(span, "a partial event is a struct with named fields, some of those of its schema"),
    }
    if SerdeType::read(&input.attrs).deny_unknown {
        cx.error(
            span,
            "a partial event passes over the properties that it does not name: leave out `deny_unknown_fields`",
        );
    }
}

impl EventShape {
    fn read(input: &DeriveInput, attrs: &TypeAttrs, binding: Binding, cx: &mut Ctxt) -> Option<Self> {
        let ident = input.ident.clone();
        match &input.data {
            Data::Enum(data)
                if data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit) || is_other(variant)) =>
            {
                Some(Self::Enum(Enum::of(ident, binding, attrs.said.clone(), data, cx)))
            }
            Data::Enum(_) => Some(Self::Union(binding, Union::read(input, cx)?)),
            Data::Struct(data) => match &data.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let field = fields.unnamed.first()?;
                    if bytes_of(field).is_none() && attrs.size.is_none() {
                        return Some(Self::Newtype(binding, Box::new(held(&field.attrs, &field.ty, cx))));
                    }
                    let (size, of) = fixed_of(input, attrs, cx)?;
                    Some(Self::Fixed(Fixed { ident, binding, said: attrs.said.clone(), size, of }))
                }
                _ => {
                    let fields = fields(named_fields(input, "an event", cx)?, cx);
                    Some(Self::Avro(Record { ident, binding, said: attrs.said.clone(), fields }))
                }
            },
            Data::Union(_) => {
                named_fields(input, "an event", cx);
                None
            }
        }
    }

    /// Where the schema comes from.
    pub(crate) fn binding(&self) -> &Binding {
        match self {
            Self::Avro(Record { binding, .. })
            | Self::Enum(Enum { binding, .. })
            | Self::Fixed(Fixed { binding, .. })
            | Self::Union(binding, _)
            | Self::Newtype(binding, _)
            | Self::Json { binding, .. } => binding,
        }
    }
}

/// A property of a JSON struct.
pub(crate) struct JsonName {
    pub(crate) name: String,
    /// Its type, where that says what is on the wire.
    pub(crate) ty: Option<Type>,
    /// Whether serde's attributes say what it is where it is absent.
    pub(crate) absent: bool,
}

/// A JSON event's names are serde's: our own attributes on its fields would say something that serde does not do.
fn json_names(
    input: &DeriveInput,
    named: &syn::FieldsNamed,
    carried: &mut Vec<Carried>,
    cx: &mut Ctxt,
) -> (Option<Vec<JsonName>>, Vec<String>) {
    let on_type = SerdeType::read(&input.attrs);
    let mut names = Some(Vec::new());
    let mut personal = Vec::new();
    for field in &named.named {
        let mut is_personal = false;
        for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("event")) {
            if attr.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("personal")) {
                is_personal = true;
                continue;
            }
            if let (Ok(part), Some(ident)) = (attr.parse_args_with(carries::word), &field.ident) {
                carries::note(carried, ident, &field.ty, &part, cx);
                continue;
            }
            cx.error(
                attr.span(),
                "names and defaults of a JSON event are serde's: write `#[serde(rename = \"...\")]` or `#[serde(default)]`",
            );
        }
        let serde = SerdeField::read(&field.attrs);
        if let Some(ident) = field.ident.as_ref().filter(|_| is_personal) {
            if serde.flatten || serde.skip || on_type.opaque {
                cx.error(
                    ident.span(),
                    "serde's attributes hide the property; mark it with `#[schemars(extend(\"confluent:tags\" = [\"PII\"]))]`",
                );
            } else {
                personal.push(on_type.name(&serde, &plain(ident)));
            }
        }
        if serde.flatten || on_type.opaque {
            names = None;
        }
        if let (Some(names), Some(ident), false) = (&mut names, &field.ident, serde.skip) {
            // A function of one's own may write anything.
            let ty = (!serde.custom).then(|| field.ty.clone());
            let absent = serde.absent || on_type.default;
            names.push(JsonName { name: on_type.name(&serde, &plain(ident)), ty, absent });
        }
    }
    (names, personal)
}

impl Record {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TypeAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let binding = Binding::of_nested(&attrs, &input.ident, cx);
        let named = named_fields(input, "a record", cx)?;
        let fields = fields(named, cx);
        fields.iter().for_each(|field| carries::misplaced(field.attrs.envelope.as_ref(), cx));
        Some(Self { ident: input.ident.clone(), binding: binding?, said: attrs.said, fields })
    }
}

impl Enum {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TypeAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let binding = Binding::of_nested(&attrs, &input.ident, cx);
        let Data::Enum(data) = &input.data else {
            cx.error(input.ident.span(), "an enum of symbols is an enum; a struct derives `Record`");
            return None;
        };
        Some(Self::of(input.ident.clone(), binding?, attrs.said, data, cx))
    }

    fn of(ident: Ident, binding: Binding, said: Said, data: &syn::DataEnum, cx: &mut Ctxt) -> Self {
        let (symbols, default, other) = symbols(data, cx);
        Self { ident, binding, said, symbols, default, other }
    }
}

/// Whether a variant says that it keeps what the type does not know.
fn is_other(variant: &syn::Variant) -> bool {
    // What is wrong with the attributes is said where they are read for good.
    PartAttrs::read(&variant.attrs, &mut Ctxt::default()).other.is_some()
}

/// The symbols of an enum, its default, and the variant for all others.
fn symbols(data: &syn::DataEnum, cx: &mut Ctxt) -> (Vec<(Ident, String)>, Option<String>, Option<Ident>) {
    let mut symbols = Vec::new();
    let mut default = None;
    let mut other = None;
    for variant in &data.variants {
        if is_other(variant) {
            let part = PartAttrs::read(&variant.attrs, cx);
            if !matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1) {
                cx.error(variant.ident.span(), "`other` keeps the symbol: `#[event(other)] Unknown(String)`");
            }
            if part.rename.is_some() || part.default.is_some() || part.way.is_some() {
                cx.error(variant.ident.span(), "`other` is no symbol, so there is nothing else to say of it");
            }
            if other.replace(variant.ident.clone()).is_some() {
                cx.error(variant.ident.span(), "one variant keeps what the type does not know");
            }
            continue;
        }
        if !matches!(variant.fields, Fields::Unit) {
            cx.error(variant.span(), "a symbol holds nothing; an enum whose variants hold values derives `Union`");
        }
        let part = PartAttrs::read(&variant.attrs, cx);
        let symbol = part.rename.as_ref().map_or_else(|| plain(&variant.ident), syn::LitStr::value);
        match part.default {
            Some((span, _)) if default.is_some() => cx.error(span, "an enum has one default"),
            Some((_, crate::attr::DefaultAttr::Bare)) => default = Some(symbol.clone()),
            Some((span, _)) => cx.error(span, "on a symbol `default` has no value: the symbol is it"),
            None => (),
        }
        if let Some(span) = part.null_last {
            cx.error(span, "`null_last` is for fields");
        }
        if let Some(span) = part.personal {
            cx.error(span, "`personal` is for fields");
        }
        carries::misplaced(part.envelope.as_ref(), cx);
        if let Some(way) = &part.way {
            cx.error(way.span(), "`as` is for values; a symbol holds none");
        }
        if part.order.is_some() || part.properties.is_some() || !part.type_properties.is_empty() {
            cx.error(variant.span(), "`order` and `properties` are for fields; Avro has no place for them on a symbol");
        }
        symbols.push((variant.ident.clone(), symbol));
    }
    (symbols, default, other)
}

impl Union {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        no_generics(input, cx);
        let Data::Enum(data) = &input.data else {
            cx.error(input.ident.span(), "a union is an enum, one variant per branch");
            return None;
        };
        let mut branches = Vec::new();
        for variant in &data.variants {
            match &variant.fields {
                Fields::Unit => branches.push((variant.ident.clone(), None)),
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    let value = fields.unnamed.first().map(|field| held(&variant.attrs, &field.ty, cx));
                    branches.push((variant.ident.clone(), value));
                }
                _ => cx.error(variant.span(), "a branch holds one value, `Name(Type)`, or none where it is null"),
            }
        }
        for (ident, _) in branches.iter().filter(|(_, ty)| ty.is_none()).skip(1) {
            cx.error(ident.span(), "a union has null once at most");
        }
        if data.variants.is_empty() {
            cx.error(input.ident.span(), "a union has a branch at least");
        }
        Some(Self { ident: input.ident.clone(), branches })
    }
}

impl Fixed {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TypeAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let binding = Binding::of_nested(&attrs, &input.ident, cx);
        let (size, of) = fixed_of(input, &attrs, cx)?;
        Some(Self { ident: input.ident.clone(), binding: binding?, said: attrs.said, size, of })
    }
}

/// What a newtype or a variant holds: `#[event(as = ...)]` is all there is to say of it.
fn held(attrs: &[syn::Attribute], ty: &Type, cx: &mut Ctxt) -> Value {
    let part = PartAttrs::read(attrs, cx);
    carries::misplaced(part.envelope.as_ref(), cx);
    let named = part.rename.as_ref().map(syn::LitStr::span);
    let default = part.default.as_ref().map(|(span, _)| *span);
    let alias = part.aliases.first().map(syn::LitStr::span);
    let order = part.order.as_ref().map(syn::LitStr::span);
    for span in [named, default, alias, order, part.null_last, part.personal, part.other].into_iter().flatten() {
        cx.error(span, "what is held without a name has nothing but `as`: the type through which it is written");
    }
    Value::new(ty.clone(), part.way)
}

fn fixed_of(input: &DeriveInput, attrs: &TypeAttrs, cx: &mut Ctxt) -> Option<(Expr, FixedOf)> {
    let field = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first(),
            _ => None,
        },
        _ => None,
    };
    match (field, field.and_then(bytes_of), &attrs.size) {
        (_, Some((size, of)), None) => return Some((size, of)),
        (_, Some(_), Some(size)) => cx.error(size.span(), "the array says the size"),
        (Some(field), None, Some(size)) => {
            let value = held(&field.attrs, &field.ty, cx);
            return Some((syn::parse_quote!(#size), FixedOf::Value(Box::new(value))));
        }
        _ => cx.error(
            input.ident.span(),
            format!(
                "a fixed is a newtype of bytes, `struct {name}(pub [u8; 16]);`, or of a logical type with its size: `#[event(size = 9)] struct {name}(pub Decimal<20, 4>);`",
                name = input.ident
            ),
        ),
    }
    None
}

fn bytes_of(field: &syn::Field) -> Option<(Expr, FixedOf)> {
    let array = |ty: &Type| match ty {
        Type::Array(TypeArray { elem, len, .. }) if matches!(&**elem, Type::Path(p) if p.path.is_ident("u8")) => {
            Some(len.clone())
        }
        _ => None,
    };
    if let Some(size) = array(&field.ty) {
        return Some((size, FixedOf::Bytes));
    }
    argument_of(&field.ty, "Box").and_then(|of| array(&of)).map(|size| (size, FixedOf::BoxedBytes))
}
