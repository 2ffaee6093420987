//! The input, read from the syntax tree and ready to be checked and emitted.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Data, DataStruct, DeriveInput, Expr, Fields, Type, TypeArray, Visibility};

use crate::attr::{PartAttrs, Said, TopicAttrs, TypeAttrs, key_fields};
use crate::binding::{Binding, Format};
use crate::ctxt::Ctxt;
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
    pub(crate) key: Vec<Ident>,
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

/// A topic.
pub(crate) struct Topic {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) name: String,
    pub(crate) key: Vec<String>,
    pub(crate) partitions: Option<u32>,
    pub(crate) retention_ms: Option<u64>,
    pub(crate) events: Vec<TopicEvent>,
}

pub(crate) struct TopicEvent {
    pub(crate) variant: Ident,
    pub(crate) ty: Type,
    /// The Rust names of the key's fields.
    pub(crate) key: Vec<Ident>,
}

fn no_generics(input: &DeriveInput, cx: &mut Ctxt) {
    if !input.generics.params.is_empty() {
        cx.error(input.generics.span(), "a type with a schema has no type parameters and no lifetimes");
    }
}

fn named_fields<'a>(input: &'a DeriveInput, what: &str, cx: &mut Ctxt) -> Option<&'a syn::FieldsNamed> {
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

/// The identifier of a name, raw where the name is a keyword.
pub(crate) fn identifier(name: &str, span: Span) -> Option<Ident> {
    let ident = syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str::<Ident>(&format!("r#{name}"))).ok();
    ident.map(|mut ident| {
        ident.set_span(span);
        ident
    })
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
        let key = split_key(attrs.key.as_ref(), cx);
        let shape = match format {
            Format::Avro => EventShape::read(input, &attrs, binding, cx)?,
            Format::Json => {
                if attrs.said.properties.is_some() || !attrs.said.aliases.is_empty() {
                    cx.error(input.ident.span(), "`alias` and `properties` are for Avro; a JSON Schema says more with `#[schemars(extend(...))]`");
                }
                // A JSON event is whatever its schema says: an object, a list, one of several.
                let (names, personal) = match &input.data {
                    Data::Struct(DataStruct { fields: Fields::Named(named), .. }) => json_names(input, named, cx),
                    _ => (None, Vec::new()),
                };
                EventShape::Json { binding, names, personal }
            }
        };
        Some(Self { ident: input.ident.clone(), shape, topic: attrs.topic, key })
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

/// The name of a property, with its type where that says what is on the wire.
pub(crate) type JsonName = (String, Option<Type>);

/// A JSON event's names are serde's: our own attributes on its fields would say something that serde does not do.
fn json_names(input: &DeriveInput, named: &syn::FieldsNamed, cx: &mut Ctxt) -> (Option<Vec<JsonName>>, Vec<String>) {
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
            names.push((on_type.name(&serde, &plain(ident)), ty));
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
        if let Some(way) = &part.way {
            cx.error(way.span(), "`as` is for values; a symbol holds none");
        }
        if part.order.is_some() || part.properties.is_some() {
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

/// `"a, b"` as identifiers.
fn split_key(key: Option<&syn::LitStr>, cx: &mut Ctxt) -> Vec<Ident> {
    let mut fields = Vec::new();
    if let Some(key) = key {
        for name in key.value().split(',').map(str::trim) {
            match identifier(name, key.span()) {
                Some(ident) => fields.push(ident),
                None => cx.error(key.span(), format!("`{name}` is no field name; several fields are `key = \"a, b\"`")),
            }
        }
    }
    fields
}

impl Topic {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TopicAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let Data::Enum(data) = &input.data else {
            cx.error(input.ident.span(), "a topic is an enum, one variant `Name(Event)` per event");
            return None;
        };
        if data.variants.is_empty() {
            cx.error(input.ident.span(), "a topic has an event at least");
        }
        let default_key = if data.variants.iter().all(|v| v.attrs.iter().any(|a| a.path().is_ident("topic"))) {
            Vec::new()
        } else {
            split_key(attrs.key.as_ref(), cx)
        };
        let key: Vec<String> = attrs
            .key
            .as_ref()
            .map(|key| key.value().split(',').map(|name| name.trim().to_owned()).collect())
            .unwrap_or_default();
        let mut events = Vec::new();
        for variant in &data.variants {
            let of_variant = key_fields(&variant.attrs, cx);
            let fields = match &of_variant {
                Some(fields) => {
                    let idents = split_key(Some(fields), cx);
                    if idents.len() != key.len() {
                        cx.error(
                            fields.span(),
                            format!("the topic's key has {} fields, this names {}", key.len(), idents.len()),
                        );
                    }
                    idents
                }
                None => default_key.clone(),
            };
            match &variant.fields {
                Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
                    if let Some(field) = unnamed.unnamed.first() {
                        let event = TopicEvent { variant: variant.ident.clone(), ty: field.ty.clone(), key: fields };
                        events.push(event);
                    }
                }
                _ => cx.error(variant.span(), "a variant of a topic holds its event: `OrderPlaced(OrderPlaced)`"),
            }
        }
        let name = topic_name(&attrs, &input.ident, cx);
        Some(Self {
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            name: name?,
            key,
            partitions: partitions(&attrs, cx),
            retention_ms: retention(&attrs, cx),
            events,
        })
    }
}

fn topic_name(attrs: &TopicAttrs, ident: &Ident, cx: &mut Ctxt) -> Option<String> {
    let Some(name) = &attrs.name else {
        cx.error(ident.span(), "a topic has a name: `#[topic(name = \"food-orders\")]`");
        return None;
    };
    let text = name.value();
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // Kafka's own rule for topics.
    if text.is_empty() || text.len() > 249 || text == "." || text == ".." || !text.chars().all(legal) {
        cx.error(name.span(), "Kafka allows letters, digits, `.`, `_` and `-` in a topic's name, at most 249 of them");
    }
    Some(text)
}

fn partitions(attrs: &TopicAttrs, cx: &mut Ctxt) -> Option<u32> {
    let partitions = attrs.partitions.as_ref()?;
    match partitions.base10_parse::<u32>() {
        Ok(count) if count > 0 => Some(count),
        _ => {
            cx.error(partitions.span(), "a topic has one partition at least, and fewer than 2^32");
            None
        }
    }
}

fn retention(attrs: &TopicAttrs, cx: &mut Ctxt) -> Option<u64> {
    let retention = attrs.retention.as_ref()?;
    let text = retention.value();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    let ms = number.parse::<u64>().ok().zip(unit_ms).and_then(|(number, unit)| number.checked_mul(unit));
    if ms.is_none() {
        cx.error(retention.span(), "a retention is a number and a unit: `7d`, `12h`, `30m` or `45s`");
    }
    ms
}
