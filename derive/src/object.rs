//! The input of `#[derive(Object)]`, read from the syntax tree: serde's attributes, as the generator writes them.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, GenericArgument, LitStr, PathArguments, Type};

use crate::ctxt::Ctxt;
use crate::serde_attr::{SerdeField, SerdeType};

const OTHERS: &str = "`Object` knows `rename`, `default` with `skip_serializing_if = \"Option::is_none\"`, `deserialize_with` of `topika::json`, and `flatten`; with other attributes derive `Serialize` and `Deserialize` of serde in its place";

/// An object: a struct with a field for each property that it names.
pub(crate) struct Object {
    pub(crate) ident: Ident,
    pub(crate) properties: Vec<Property>,
    pub(crate) keep: Keep,
}

pub(crate) struct Property {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    /// The type of the value: of an optional property what its `Option` holds.
    pub(crate) ty: Type,
    pub(crate) optional: bool,
}

/// What becomes of the properties that the struct does not name.
pub(crate) enum Keep {
    Refused,
    Ignored,
    Kept(Ident, Box<Type>),
}

/// What one field's attributes say.
#[derive(Default)]
struct Said {
    default: bool,
    skips: bool,
    with: Option<String>,
    flatten: bool,
}

impl Object {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let fields = match &input.data {
            Data::Struct(data) if input.generics.params.is_empty() => match &data.fields {
                Fields::Named(fields) => Some(&fields.named),
                _ => None,
            },
            _ => None,
        };
        let Some(fields) = fields else {
            cx.error(
                input.ident.span(),
                "an object is a struct with named fields, without type parameters and lifetimes",
            );
            return None;
        };
        let closed = on_type(input, cx);
        let on_type = SerdeType::read(&input.attrs);
        let mut properties = Vec::new();
        let mut kept = None;
        for field in fields {
            let Some(ident) = &field.ident else { continue };
            let said = on_field(field, cx);
            if said.flatten {
                if kept.is_some() || closed {
                    cx.error(
                        ident.span(),
                        "one field keeps the other properties, where the struct does not refuse them",
                    );
                }
                kept = Some(Keep::Kept(ident.clone(), Box::new(field.ty.clone())));
                continue;
            }
            let with = said.with;
            let optional = with.as_deref() == Some("present");
            let held = held(&field.ty);
            if optional != said.default || optional != said.skips {
                cx.error(
                    field.span(),
                    "an optional property says `default`, `skip_serializing_if = \"Option::is_none\"` and `deserialize_with = \"::topika::json::present\"`",
                );
            } else if held.is_some() && with.is_none() {
                cx.error(
                    field.ty.span(),
                    "an option says whether it may be missing (`default`, with `::topika::json::present`) or null (`deserialize_with = \"::topika::json::required\"`)",
                );
            }
            let ty = match held.filter(|_| optional) {
                Some(held) => held.clone(),
                None if optional => {
                    cx.error(field.ty.span(), "an optional property is an `Option`");
                    continue;
                }
                None => field.ty.clone(),
            };
            let name = on_type.name(&SerdeField::read(&field.attrs), ident.to_string().trim_start_matches("r#"));
            properties.push(Property { ident: ident.clone(), name, ty, optional });
        }
        let keep = kept.unwrap_or(if closed { Keep::Refused } else { Keep::Ignored });
        Some(Self { ident: input.ident.clone(), properties, keep })
    }
}

/// Whether the type takes no other properties.
fn on_type(input: &DeriveInput, cx: &mut Ctxt) -> bool {
    let mut closed = false;
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let read = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("deny_unknown_fields") {
                closed = true;
                return Ok(());
            }
            if meta.path.is_ident("crate") || meta.path.is_ident("rename_all") {
                return meta.value()?.parse::<LitStr>().map(drop);
            }
            Err(meta.error(OTHERS))
        });
        if let Err(error) = read {
            cx.push(error);
        }
    }
    closed
}

fn on_field(field: &syn::Field, cx: &mut Ctxt) -> Said {
    let mut said = Said::default();
    for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let read = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("flatten") {
                said.flatten = true;
            } else if meta.path.is_ident("default") && !meta.input.peek(syn::Token![=]) {
                said.default = true;
            } else if meta.path.is_ident("rename") && meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<LitStr>()?;
            } else if meta.path.is_ident("skip_serializing_if") {
                said.skips = meta.value()?.parse::<LitStr>()?.value() == "Option::is_none";
                if !said.skips {
                    return Err(meta.error(OTHERS));
                }
            } else if meta.path.is_ident("deserialize_with") {
                let with: LitStr = meta.value()?.parse()?;
                let with = with.value();
                // A person writes the path as in a `use`.
                let of = with.trim_start_matches("::").strip_prefix("topika::json::");
                match of.filter(|of| ["present", "required", "additional"].contains(of)) {
                    Some(of) => said.with = Some(of.to_owned()),
                    None => return Err(meta.error(OTHERS)),
                }
            } else {
                return Err(meta.error(OTHERS));
            }
            Ok(())
        });
        if let Err(error) = read {
            cx.push(error);
        }
    }
    said
}

/// What an `Option` holds.
fn held(ty: &Type) -> Option<&Type> {
    let path = match ty {
        Type::Path(path) => path,
        // A macro has written it.
        Type::Group(group) => return held(&group.elem),
        _ => return None,
    };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(of) = &last.arguments else { return None };
    match of.args.first() {
        Some(GenericArgument::Type(ty)) => Some(ty),
        _ => None,
    }
}
