use proc_macro2::Span;
use quote::ToTokens;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Lit, LitInt, LitStr};

use crate::ctxt::Ctxt;

/// The formats that `validate()` knows.
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("date", "Date"),
    ("date-time", "DateTime"),
    ("duration", "Duration"),
    ("email", "Email"),
    ("hostname", "Hostname"),
    ("hostname-rfc1034", "HostnameRfc1034"),
    ("ipv4", "Ipv4"),
    ("ipv6", "Ipv6"),
    ("iri", "Iri"),
    ("iri-reference", "IriReference"),
    ("json-pointer", "JsonPointer"),
    ("regex", "Regex"),
    ("relative-json-pointer", "RelativeJsonPointer"),
    ("time", "Time"),
    ("uri", "Uri"),
    ("uri-reference", "UriReference"),
    ("uri-template", "UriTemplate"),
    ("uuid", "Uuid"),
];

/// The rules of a struct as a whole; those of lists are for structs that are arrays in JSON.
const WHOLE: &[&str] = &["min_properties", "max_properties", "min_items", "max_items", "unique_items", "schema"];

/// A bound of numbers, as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    Whole(i128),
    Float(f64),
}

/// The rules of one place.
#[derive(Default)]
pub(super) struct Rules {
    /// Every rule with its name and place, to be checked against the type.
    pub(super) said: Vec<(String, Span)>,
    pub(super) counts: Vec<(String, u64)>,
    pub(super) bounds: Vec<(String, Bound)>,
    pub(super) multiple_of: Vec<Bound>,
    pub(super) patterns: Vec<LitStr>,
    pub(super) formats: Vec<&'static str>,
    pub(super) unique_items: bool,
    pub(super) items: Option<Box<Rules>>,
    pub(super) keys: Option<Box<Rules>>,
    pub(super) values: Option<Box<Rules>>,
    pub(super) schemas: Vec<LitStr>,
}

/// What stands on a type or a field.
#[derive(Default)]
pub(super) struct Attrs {
    pub(super) rules: Rules,
    pub(super) skip: bool,
    /// The fields of a struct are the items of an array.
    pub(super) tuple: bool,
    /// The branches of an enum stand for the value itself.
    pub(super) untagged: bool,
    /// A value belongs to one branch of the enum and no other.
    pub(super) one_of: Option<Span>,
}

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum On {
    Struct,
    Enum,
    Field,
}

impl Attrs {
    pub(super) fn read(attrs: &[Attribute], on: On, cx: &mut Ctxt) -> Self {
        let mut this = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("validate")) {
            let result = attr.parse_nested_meta(|meta| {
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                match (name.as_str(), on) {
                    ("skip", On::Field) => this.skip = true,
                    ("tuple", On::Struct) => this.tuple = true,
                    ("untagged", On::Enum) => this.untagged = true,
                    ("one_of", On::Enum) => this.one_of = Some(meta.path.span()),
                    (_, On::Enum) if name != "schema" => {
                        return Err(
                            meta.error("unknown attribute of an enum; there are `untagged`, `one_of` and `schema`")
                        );
                    }
                    (_, On::Struct) if !WHOLE.contains(&name.as_str()) => {
                        return Err(meta.error(format!(
                            "unknown attribute of a struct; there are `tuple`, `{}`, all others stand on its fields",
                            WHOLE.join("`, `"),
                        )));
                    }
                    _ => this.rules.one(&name, &meta)?,
                }
                Ok(())
            });
            if let Err(error) = result {
                cx.push(error);
            }
        }
        this
    }
}

impl Rules {
    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    fn one(&mut self, name: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let repeats = matches!(name, "pattern" | "format" | "multiple_of" | "schema");
        if !repeats && self.said.iter().any(|(said, _)| said == name) {
            let name = meta.path.to_token_stream();
            return Err(meta.error(format!("`{name}` is said twice")));
        }
        match name {
            "min_length" | "max_length" | "min_items" | "max_items" | "min_properties" | "max_properties" => {
                let count = meta.value()?.parse::<LitInt>()?;
                let told = |error: syn::Error| syn::Error::new(error.span(), "a count is a whole number from 0 on");
                self.counts.push((name.to_owned(), count.base10_parse().map_err(told)?));
            }
            "minimum" | "maximum" | "exclusive_minimum" | "exclusive_maximum" => {
                self.bounds.push((name.to_owned(), bound(meta)?));
            }
            "multiple_of" => {
                let of = bound(meta)?;
                if !matches!(of, Bound::Whole(1..)) && !matches!(of, Bound::Float(of) if of > 0.0) {
                    return Err(meta.error("a multiple is one of a number above 0"));
                }
                self.multiple_of.push(of);
            }
            "pattern" => self.patterns.push(meta.value()?.parse()?),
            "format" => self.formats.push(format(&meta.value()?.parse()?)?),
            "unique_items" => self.unique_items = true,
            "items" => self.items = Some(nested(meta)?),
            "keys" => self.keys = Some(nested(meta)?),
            "values" => self.values = Some(nested(meta)?),
            "schema" => self.schemas.push(meta.value()?.parse()?),
            _ => {
                return Err(meta.error(
                    "unknown rule; there are `min_length`, `max_length`, `pattern`, `format`, `minimum`, `maximum`, `exclusive_minimum`, \
                     `exclusive_maximum`, `multiple_of`, `min_items`, `max_items`, `unique_items`, `items(...)`, `min_properties`, \
                     `max_properties`, `keys(...)`, `values(...)`, `schema` and `skip`",
                ));
            }
        }
        self.said.push((name.to_owned(), meta.path.span()));
        Ok(())
    }
}

fn nested(meta: &ParseNestedMeta<'_>) -> syn::Result<Box<Rules>> {
    let mut rules = Rules::default();
    meta.parse_nested_meta(|inner| {
        let name = inner.path.get_ident().map(ToString::to_string).unwrap_or_default();
        rules.one(&name, &inner)
    })?;
    Ok(Box::new(rules))
}

fn bound(meta: &ParseNestedMeta<'_>) -> syn::Result<Bound> {
    let value: Expr = meta.value()?.parse()?;
    let (expr, sign) = match &value {
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => (&*unary.expr, -1_i8),
        other => (other, 1),
    };
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            Ok(Bound::Whole(number.base10_parse::<i128>()? * i128::from(sign)))
        }
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => {
            let number: f64 = number.base10_parse()?;
            if number.is_finite() {
                Ok(Bound::Float(number * f64::from(sign)))
            } else {
                Err(syn::Error::new(value.span(), "the number is too large"))
            }
        }
        _ => Err(syn::Error::new(value.span(), "a bound is a number: `minimum = 0.5`")),
    }
}

fn format(name: &LitStr) -> syn::Result<&'static str> {
    let text = name.value();
    match FORMATS.iter().find(|(known, _)| *known == text) {
        Some((_, variant)) => Ok(variant),
        None => {
            let known: Vec<&str> = FORMATS.iter().map(|(known, _)| *known).collect();
            Err(syn::Error::new(name.span(), format!("unknown format; there are {}", known.join(", "))))
        }
    }
}
