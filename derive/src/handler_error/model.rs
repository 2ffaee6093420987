//! The errors of a type: one for a struct, one for each variant of an enum.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};
use syn::{Data, DeriveInput, Fields, Generics, Member};

use super::attr::{Attrs, Class};
use super::code;
use crate::ctxt::Ctxt;

pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) is_enum: bool,
    pub(super) kinds: Vec<Kind>,
}

/// One error.
pub(super) struct Kind {
    /// The variant's name; none for a struct.
    pub(super) variant: Option<Ident>,
    pub(super) says: Says,
}

pub(super) enum Says {
    Itself {
        code: String,
        class: Class,
    },
    /// What the error in this field says.
    Held(Member),
}

impl Model {
    pub(super) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let on_type = Attrs::read(&input.attrs, cx);
        let model =
            |is_enum, kinds| Self { ident: input.ident.clone(), generics: input.generics.clone(), is_enum, kinds };
        match &input.data {
            Data::Struct(data) => {
                refuse_on_fields(&data.fields, cx);
                let says = says(&on_type, &input.ident, &data.fields, None, cx);
                Some(model(false, vec![Kind { variant: None, says: says? }]))
            }
            Data::Enum(data) => {
                if let Some(code) = &on_type.code {
                    cx.error(code.span(), "a code stands on a variant: each has one of its own");
                }
                if let Some(span) = on_type.transparent {
                    cx.error(span, "`transparent` stands on a variant");
                }
                let mut kinds = Vec::with_capacity(data.variants.len());
                let mut codes = BTreeMap::<String, Ident>::new();
                for variant in &data.variants {
                    refuse_on_fields(&variant.fields, cx);
                    let attrs = Attrs::read(&variant.attrs, cx);
                    let default = on_type.class.map(|(class, _)| class);
                    let Some(says) = says(&attrs, &variant.ident, &variant.fields, default, cx) else { continue };
                    if let Says::Itself { code, .. } = &says {
                        if let Some(first) = codes.get(code) {
                            let span = attrs.code.as_ref().map_or(variant.ident.span(), syn::LitStr::span);
                            cx.error(
                                span,
                                format!("`{first}` has the code \"{code}\" already: say another, so that the two are told apart"),
                            );
                        } else {
                            codes.insert(code.clone(), variant.ident.clone());
                        }
                    }
                    kinds.push(Kind { variant: Some(variant.ident.clone()), says });
                }
                Some(model(true, kinds))
            }
            Data::Union(_) => {
                cx.error(input.ident.span(), "derive(HandlerError) is for structs and enums");
                None
            }
        }
    }
}

fn says(attrs: &Attrs, name: &Ident, fields: &Fields, default: Option<Class>, cx: &mut Ctxt) -> Option<Says> {
    if let Some(span) = attrs.transparent {
        return held(attrs, span, fields, cx);
    }
    let (code, span) = match &attrs.code {
        Some(code) => (code.value(), code.span()),
        None => (code::of_name(name), name.span()),
    };
    // What is left of a name without its letters beyond ASCII is no name any more.
    let is_of_its_name = attrs.code.is_some() || name.to_string().is_ascii();
    let fault = code::fault(&code).or_else(|| (!is_of_its_name).then(String::new));
    if let Some(fault) = fault {
        let message = match &attrs.code {
            Some(_) => fault,
            None => format!("no code follows from the name `{name}`: say one with `#[handler(code = \"...\")]`"),
        };
        cx.error(span, message);
        return None;
    }
    let class = attrs.class.map(|(class, _)| class).or(default).unwrap_or(Class::Retriable);
    Some(Says::Itself { code, class })
}

fn held(attrs: &Attrs, span: Span, fields: &Fields, cx: &mut Ctxt) -> Option<Says> {
    if let Some(other) = attrs.code.as_ref().map(syn::LitStr::span).or(attrs.class.map(|(_, span)| span)) {
        cx.error(other, "a transparent error is what the error that it holds is: nothing else is said of it");
        return None;
    }
    let mut members = fields.members();
    match (members.next(), members.next()) {
        (Some(member), None) => Some(Says::Held(member)),
        _ => {
            cx.error(span, "a transparent error holds one field, the error that it is");
            None
        }
    }
}

fn refuse_on_fields(fields: &Fields, cx: &mut Ctxt) {
    for field in fields {
        if let Some(attr) = field.attrs.iter().find(|attr| attr.path().is_ident("handler")) {
            let place = syn::spanned::Spanned::span(attr);
            cx.error(place, "`#[handler(...)]` stands on a type or a variant, and on no field");
        }
    }
}
