use proc_macro2::Ident;
use syn::{Data, DeriveInput, Expr, Fields, Type, Visibility};

use crate::attr::{DefaultAttr, PartAttrs};
use crate::ctxt::Ctxt;
use crate::serde_attr::{SerdeField, SerdeType};
use crate::way::Value;

/// A struct with named fields, whatever carries it: Avro or serde.
pub(super) struct Plain {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) fields: Vec<PlainField>,
}

pub(super) struct PlainField {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) ty: Type,
    /// The name in the schema; none for a field that stands for no property of its own.
    pub(super) wire: Option<String>,
    pub(super) personal: bool,
    pub(super) null_last: bool,
    /// The type through which it is written, where that is another one.
    pub(super) way: Option<Type>,
    pub(super) default: FieldDefault,
    /// What a builder takes where the field is not set.
    pub(super) unset: Option<Expr>,
}

/// What a field is where nobody gives it a value.
pub(super) enum FieldDefault {
    None,
    /// `Default::default()`, as serde takes it, or null.
    OfType,
    /// A value of the schema, as JSON text.
    Json(String),
}

impl Plain {
    pub(super) fn read(input: &DeriveInput, what: &str, cx: &mut Ctxt) -> Option<Self> {
        if !input.generics.params.is_empty() {
            cx.error(input.ident.span(), format!("{what} is for a struct without type parameters and lifetimes"));
            return None;
        }
        let Data::Struct(data) = &input.data else {
            cx.error(input.ident.span(), format!("{what} is for a struct with named fields"));
            return None;
        };
        let named = match &data.fields {
            Fields::Named(named) => named,
            _ => {
                cx.error(input.ident.span(), format!("{what} is for a struct with named fields"));
                return None;
            }
        };
        let on_type = SerdeType::read(&input.attrs);
        let fields = named.named.iter().filter_map(|field| self::field(field, &on_type)).collect();
        Some(Self { ident: input.ident.clone(), vis: input.vis.clone(), fields })
    }
}

fn field(field: &syn::Field, on_type: &SerdeType) -> Option<PlainField> {
    let ident = field.ident.clone()?;
    // What is wrong with the attributes is said by the derive of the codec, which stands on the same struct.
    let attrs = PartAttrs::read(&field.attrs, &mut Ctxt::default());
    let serde = SerdeField::read(&field.attrs);
    let text = ident.to_string();
    let rust = text.strip_prefix("r#").unwrap_or(&text);
    let wire = match &attrs.rename {
        Some(name) => Some(name.value()),
        None if serde.flatten || serde.skip => None,
        None => Some(on_type.name(&serde, rust)),
    };
    let way = Value::of_field(field.ty.clone(), &attrs).way;
    let default = match attrs.default {
        Some((_, DefaultAttr::Json(json))) => FieldDefault::Json(json),
        Some((_, DefaultAttr::Bare)) => FieldDefault::OfType,
        None if serde.default || serde.flatten => FieldDefault::OfType,
        None => FieldDefault::None,
    };
    Some(PlainField {
        ident,
        vis: field.vis.clone(),
        ty: field.ty.clone(),
        wire,
        personal: attrs.personal.is_some(),
        null_last: attrs.null_last.is_some(),
        way,
        default,
        unset: attrs.unset,
    })
}

/// The one argument of `Outer<T>`, where a type is written so.
pub(super) fn argument_of<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == outer)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

/// Whether a type is written as this one word.
pub(super) fn is_word(ty: &Type, word: &str) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident(word))
}

/// Whether the last word of a type's path is this one, whatever it holds.
pub(super) fn is_last(ty: &Type, word: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == word))
}
