//! The attributes, as they are written: `#[event(...)]`, `#[topic(...)]`, docs, and what serde's say about names.

use proc_macro2::Span;
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprCall, ExprLit, Ident, Lit, LitInt, LitStr, Path, Token, Type, parenthesized};

use crate::ctxt::Ctxt;
use crate::doc::own_doc;

/// What stands on a type.
#[derive(Default)]
pub(crate) struct TypeAttrs {
    pub(crate) schema: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) namespace: Option<LitStr>,
    pub(crate) format: Option<LitStr>,
    pub(crate) version: Option<LitInt>,
    pub(crate) tables: Option<Path>,
    pub(crate) topic: Option<Path>,
    pub(crate) key: Option<LitStr>,
    /// The key of the topic is given beside the event.
    pub(crate) keyed: Option<Span>,
    /// The struct has some of the fields only, to read them.
    pub(crate) partial: Option<Span>,
    pub(crate) project: Option<LitStr>,
    /// The bytes of a fixed with a logical type.
    pub(crate) size: Option<LitInt>,
    pub(crate) said: Said,
}

/// What a schema says of a named type besides what it is.
#[derive(Clone, Default)]
pub(crate) struct Said {
    pub(crate) doc: String,
    pub(crate) aliases: Vec<LitStr>,
    /// As a JSON object.
    pub(crate) properties: Option<String>,
}

/// What stands on a field or a variant.
#[derive(Default)]
pub(crate) struct PartAttrs {
    pub(crate) rename: Option<LitStr>,
    pub(crate) default: Option<(Span, DefaultAttr)>,
    /// What a builder takes where the field is not set.
    pub(crate) unset: Option<Expr>,
    pub(crate) null_last: Option<Span>,
    pub(crate) aliases: Vec<LitStr>,
    /// The field tells about a person.
    pub(crate) personal: Option<Span>,
    /// How the field sorts.
    pub(crate) order: Option<LitStr>,
    /// Properties that Avro does not know, as a JSON object.
    pub(crate) properties: Option<String>,
    /// Properties of the types that the field is made of: JSON pointers and JSON objects.
    pub(crate) type_properties: Vec<(String, String)>,
    /// What of its envelope the event carries in the field.
    pub(crate) envelope: Option<LitStr>,
    /// The variant that keeps a symbol that the type does not know.
    pub(crate) other: Option<Span>,
    /// The type through which the value is written.
    pub(crate) way: Option<Type>,
    pub(crate) doc: String,
}

/// A default, as it is written.
pub(crate) enum DefaultAttr {
    /// `default`
    Bare,
    /// `default = json("...")` or a literal, as JSON text.
    Json(String),
}

/// What stands on a topic's enum.
#[derive(Default)]
pub(crate) struct TopicAttrs {
    pub(crate) name: Option<LitStr>,
    pub(crate) key: Option<LitStr>,
    pub(crate) key_type: Option<Type>,
    /// The fields have the last word on the type of the key. For generated code alone.
    pub(crate) unsettled: Option<Span>,
    pub(crate) compact: Option<Span>,
    /// Whether messages name their schemas: `registry` or `none`.
    pub(crate) framing: Option<LitStr>,
    /// Messages that name their schema and such that do not stand side by side.
    pub(crate) mixed: Option<Span>,
    pub(crate) partitions: Option<LitInt>,
    pub(crate) retention: Option<LitStr>,
    pub(crate) replication: Option<LitInt>,
    pub(crate) configs: Option<Configs>,
    /// The topic of its dead letters.
    pub(crate) dead_letters: Option<LitStr>,
    /// What differs in environments.
    pub(crate) environments: Vec<OfEnvironment>,
}

/// `configs("segment.ms" = "1000")`
pub(crate) type Configs = Vec<(LitStr, LitStr)>;

/// `environment("prod", partitions = 48)`: how the topic is there, all of it.
#[derive(Default)]
pub(crate) struct OfEnvironment {
    pub(crate) name: Option<LitStr>,
    pub(crate) partitions: Option<LitInt>,
    pub(crate) retention: Option<LitStr>,
    pub(crate) replication: Option<LitInt>,
    pub(crate) configs: Option<Configs>,
}

fn set<T>(slot: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if slot.is_some() {
        let name = meta.path.to_token_stream();
        return Err(meta.error(format!("`{name}` is said twice")));
    }
    *slot = Some(value);
    Ok(())
}

fn each(attrs: &[Attribute], name: &str, cx: &mut Ctxt, mut one: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        if let Err(error) = attr.parse_nested_meta(|meta| one(&meta)) {
            cx.push(error);
        }
    }
}

impl TypeAttrs {
    pub(crate) fn read(attrs: &[Attribute], cx: &mut Ctxt) -> Self {
        let said = Said { doc: own_doc(attrs), ..Said::default() };
        let mut this = Self { said, ..Self::default() };
        each(attrs, "event", cx, |meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match key.as_str() {
                "alias" => {
                    this.said.aliases.push(meta.value()?.parse()?);
                    Ok(())
                }
                "properties" => set(&mut this.said.properties, properties(meta)?, meta),
                "schema" => set(&mut this.schema, meta.value()?.parse()?, meta),
                "name" => set(&mut this.name, meta.value()?.parse()?, meta),
                "namespace" => set(&mut this.namespace, meta.value()?.parse()?, meta),
                "format" => set(&mut this.format, meta.value()?.parse()?, meta),
                "version" => set(&mut this.version, meta.value()?.parse()?, meta),
                "tables" => set(&mut this.tables, path(meta)?, meta),
                "topic" => set(&mut this.topic, path(meta)?, meta),
                "key" => set(&mut this.key, meta.value()?.parse()?, meta),
                "keyed" => set(&mut this.keyed, meta.path.span(), meta),
                "partial" => set(&mut this.partial, meta.path.span(), meta),
                "project" => set(&mut this.project, meta.value()?.parse()?, meta),
                "size" => set(&mut this.size, meta.value()?.parse()?, meta),
                _ => Err(meta.error(
                    "unknown attribute of a type; there are `schema`, `name`, `namespace`, `format`, `version`, `tables`, `topic`, `key`, `keyed`, `partial`, `size`, `alias`, `properties` and `project`",
                )),
            }
        });
        this
    }
}

impl PartAttrs {
    pub(crate) fn read(attrs: &[Attribute], cx: &mut Ctxt) -> Self {
        let mut this = Self { doc: own_doc(attrs), ..Self::default() };
        each(attrs, "event", cx, |meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match key.as_str() {
                "rename" => set(&mut this.rename, meta.value()?.parse()?, meta),
                "default" => {
                    let value = default(meta)?;
                    set(&mut this.default, (meta.path.span(), value), meta)
                }
                "unset" => set(&mut this.unset, meta.value()?.parse()?, meta),
                "null_last" => set(&mut this.null_last, meta.path.span(), meta),
                "alias" => {
                    this.aliases.push(meta.value()?.parse()?);
                    Ok(())
                }
                "personal" => set(&mut this.personal, meta.path.span(), meta),
                "envelope" => set(&mut this.envelope, meta.value()?.parse()?, meta),
                "order" => set(&mut this.order, order(meta)?, meta),
                "properties" => set(&mut this.properties, properties(meta)?, meta),
                "type_properties" => {
                    this.type_properties.push(type_properties(meta)?);
                    Ok(())
                }
                "other" => set(&mut this.other, meta.path.span(), meta),
                "as" => set(&mut this.way, meta.value()?.parse()?, meta),
                _ => Err(meta.error(
                    "unknown attribute; there are `rename`, `default`, `unset`, `null_last`, `as`, `alias`, `order`, `properties`, `type_properties`, `personal`, `envelope` and `other`",
                )),
            }
        });
        this
    }
}

/// `("segment.ms" = "1000", ...)`
fn configs(input: ParseStream<'_>) -> syn::Result<Configs> {
    let content;
    parenthesized!(content in input);
    let pair = |input: ParseStream<'_>| {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok((name, input.parse()?))
    };
    Ok(content.parse_terminated(pair, Token![,])?.into_iter().collect())
}

/// `("prod", partitions = 48, ...)`
fn environment(input: ParseStream<'_>) -> syn::Result<OfEnvironment> {
    let content;
    parenthesized!(content in input);
    let mut this = OfEnvironment { name: Some(content.parse()?), ..OfEnvironment::default() };
    while !content.is_empty() {
        content.parse::<Token![,]>()?;
        if content.is_empty() {
            break;
        }
        let key: Ident = content.parse()?;
        if key == "configs" {
            this.configs = Some(configs(&content)?);
            continue;
        }
        content.parse::<Token![=]>()?;
        match key.to_string().as_str() {
            "partitions" => this.partitions = Some(content.parse()?),
            "replication" => this.replication = Some(content.parse()?),
            "retention" => this.retention = Some(content.parse()?),
            _ => {
                let message =
                    "unknown key of an environment; there are `partitions`, `replication`, `retention` and `configs`";
                return Err(syn::Error::new(key.span(), message));
            }
        }
    }
    Ok(this)
}

impl TopicAttrs {
    pub(crate) fn read(attrs: &[Attribute], cx: &mut Ctxt) -> Self {
        let mut this = Self::default();
        each(attrs, "topic", cx, |meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match key.as_str() {
                "name" => set(&mut this.name, meta.value()?.parse()?, meta),
                "key" => set(&mut this.key, meta.value()?.parse()?, meta),
                "key_type" => set(&mut this.key_type, ty(meta)?, meta),
                "unsettled" => set(&mut this.unsettled, meta.path.span(), meta),
                "compact" => set(&mut this.compact, meta.path.span(), meta),
                "framing" => set(&mut this.framing, meta.value()?.parse()?, meta),
                "mixed" => set(&mut this.mixed, meta.path.span(), meta),
                "partitions" => set(&mut this.partitions, meta.value()?.parse()?, meta),
                "retention" => set(&mut this.retention, meta.value()?.parse()?, meta),
                "replication" => set(&mut this.replication, meta.value()?.parse()?, meta),
                "configs" => set(&mut this.configs, configs(meta.input)?, meta),
                "dead_letters" => set(&mut this.dead_letters, meta.value()?.parse()?, meta),
                "environment" => {
                    this.environments.push(environment(meta.input)?);
                    Ok(())
                }
                _ => {
                    Err(meta.error(
                        "unknown attribute of a topic; there are `name`, `key`, `key_type`, `compact`, `framing`, `mixed`, `partitions`, `replication`, `retention`, `configs`, `dead_letters` and `environment`",
                    ))
                }
            }
        });
        this
    }
}

/// What stands on a variant of a topic.
#[derive(Default)]
pub(crate) struct ArmAttrs {
    /// The Rust names of the event's key fields, where they differ from the schema's: `#[topic(field = "kind")]`.
    pub(crate) field: Option<LitStr>,
    /// The variant holds tombstones.
    pub(crate) tombstone: Option<Span>,
}

impl ArmAttrs {
    pub(crate) fn read(attrs: &[Attribute], cx: &mut Ctxt) -> Self {
        let mut this = Self::default();
        each(attrs, "topic", cx, |meta| {
            if meta.path.is_ident("field") {
                set(&mut this.field, meta.value()?.parse()?, meta)
            } else if meta.path.is_ident("tombstone") {
                set(&mut this.tombstone, meta.path.span(), meta)
            } else {
                Err(meta.error(
                    "unknown attribute of a topic's variant; there are `field`, the Rust name of the event's key field, and `tombstone`",
                ))
            }
        });
        this
    }
}

/// A type, also where it is written as a string.
fn ty(meta: &ParseNestedMeta<'_>) -> syn::Result<Type> {
    let value = meta.value()?;
    if value.peek(LitStr) { value.parse::<LitStr>()?.parse() } else { value.parse() }
}

/// A path, also where it is written as a string.
fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    if value.peek(LitStr) { value.parse::<LitStr>()?.parse() } else { value.parse() }
}

/// `order = "ignore"`
fn order(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let order: LitStr = meta.value()?.parse()?;
    match order.value().as_str() {
        "ascending" | "descending" | "ignore" => Ok(order),
        _ => Err(syn::Error::new(
            order.span(),
            "a field sorts \"ascending\", \"descending\", or its order is \"ignore\"",
        )),
    }
}

/// `properties = json("{...}")`
fn properties(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    object(&meta.value()?.parse()?)
}

/// `type_properties("/items", json("{...}"))`, or without a place for the type itself.
fn type_properties(meta: &ParseNestedMeta<'_>) -> syn::Result<(String, String)> {
    let content;
    syn::parenthesized!(content in meta.input);
    let place = if content.peek(LitStr) {
        let place: LitStr = content.parse()?;
        content.parse::<Token![,]>()?;
        place.value()
    } else {
        String::new()
    };
    Ok((place, object(&content.parse()?)?))
}

fn object(value: &Expr) -> syn::Result<String> {
    let text = match value {
        Expr::Call(ExprCall { func, args, .. }) if is_json(func) && args.len() == 1 => match args.first() {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    text.filter(|text| text.trim().starts_with('{') && text.trim().ends_with('}')).ok_or_else(|| {
        syn::Error::new(
            value.span(),
            "properties are an object, as the schema spells it: `properties = json(\"{...}\")`",
        )
    })
}

fn default(meta: &ParseNestedMeta<'_>) -> syn::Result<DefaultAttr> {
    if !meta.input.peek(Token![=]) {
        return Ok(DefaultAttr::Bare);
    }
    let value: Expr = meta.value()?.parse()?;
    let (expr, negative) = match &value {
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => (&*unary.expr, true),
        other => (other, false),
    };
    let sign = if negative { "-" } else { "" };
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => {
            Ok(DefaultAttr::Json(format!("{sign}{}", int.base10_digits())))
        }
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => {
            Ok(DefaultAttr::Json(format!("{sign}{}", float.base10_digits())))
        }
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) if !negative => Ok(DefaultAttr::Json(value.value.to_string())),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if !negative => {
            Ok(DefaultAttr::Json(json_string(&text.value())))
        }
        Expr::Call(ExprCall { func, args, .. }) if is_json(func) && !negative => match args.first() {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if args.len() == 1 => {
                Ok(DefaultAttr::Json(text.value()))
            }
            _ => Err(syn::Error::new(value.span(), "json(...) takes one string: the default as the schema spells it")),
        },
        _ => Err(syn::Error::new(
            value.span(),
            "a default is a literal, or json(\"...\"): the default as the schema spells it",
        )),
    }
}

fn is_json(func: &Expr) -> bool {
    matches!(func, Expr::Path(path) if path.path.is_ident("json"))
}

fn json_string(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
