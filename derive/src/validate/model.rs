use proc_macro2::{Ident, Span};
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Index, Member, Type};

use super::applies;
use super::attr::{Attrs, On, Rules};
use super::kind::Kind;
use crate::ctxt::Ctxt;
use crate::serde_attr::{SerdeField, SerdeType};

/// A type to be validated.
pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) shape: Shape,
}

pub(super) enum Shape {
    Struct { fields: Vec<Field>, rules: Rules },
    Enum { variants: Vec<Variant>, one_of: Option<Span>, rules: Rules },
}

pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) fields: Vec<Field>,
    /// The key that stands around the value, if one does.
    pub(super) key: Option<String>,
}

pub(super) struct Field {
    pub(super) member: Member,
    pub(super) ty: Type,
    pub(super) step: Step,
    pub(super) rules: Rules,
    /// Whether the value is not to be told.
    pub(super) personal: bool,
}

/// The step from the type's place to the field's.
pub(super) enum Step {
    Same,
    Key(String),
    Index(usize),
    /// To a list of the items from there on.
    From(usize),
}

impl Model {
    pub(super) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let serde = SerdeType::read(&input.attrs);
        let shape = match &input.data {
            Data::Struct(data) => {
                let attrs = Attrs::read(&input.attrs, On::Struct, cx);
                let mut fields = fields(&data.fields, |field, rust| serde.name(field, rust), serde.transparent, cx);
                if attrs.tuple {
                    for (at, place) in data.fields.iter().enumerate() {
                        let is_it = |field: &&mut Field| matches!(&field.member, Member::Named(name) if Some(name) == place.ident.as_ref());
                        if let Some(field) = fields.iter_mut().find(is_it) {
                            let is_rest = is_marked(&place.attrs, "tuple", "rest");
                            field.step = if is_rest { Step::From(at) } else { Step::Index(at) };
                        }
                    }
                }
                Shape::Struct { fields, rules: attrs.rules }
            }
            Data::Enum(data) => {
                let attrs = Attrs::read(&input.attrs, On::Enum, cx);
                // serde writes `{"Variant": value}` where nothing else is said.
                let keyed = !attrs.untagged && !serde.untagged && !serde.opaque;
                let mut variant = |variant: &syn::Variant| {
                    let on_variant = SerdeField::read(&variant.attrs);
                    let mut fields = fields(&variant.fields, |field, rust| field.name_or(rust), false, cx);
                    // What is asked of a branch is asked of its value.
                    let asked = Attrs::read(&variant.attrs, On::Field, cx);
                    if let ([field], false) = (fields.as_mut_slice(), asked.rules.is_empty()) {
                        applies::check(
                            &asked.rules,
                            Kind::of(&field.ty),
                            &format!("the branch `{}`", variant.ident),
                            cx,
                        );
                        field.rules = asked.rules;
                    }
                    let name = on_variant.rename.clone().unwrap_or_else(|| variant.ident.to_string());
                    Variant { ident: variant.ident.clone(), fields, key: keyed.then_some(name) }
                };
                Shape::Enum {
                    variants: data.variants.iter().map(&mut variant).collect(),
                    one_of: attrs.one_of,
                    rules: attrs.rules,
                }
            }
            Data::Union(_) => {
                cx.error(input.ident.span(), "a union of Rust has no value that could be looked at");
                return None;
            }
        };
        let model = Self { ident: input.ident.clone(), generics: input.generics.clone(), shape };
        if let Shape::Enum { variants, one_of: Some(span), .. } = &model.shape
            && variants.iter().any(|variant| variant.fields.len() != 1)
        {
            cx.error(*span, "each branch of a `one_of` holds one value: `Name(Type)`");
        }
        Some(model)
    }
}

fn fields(all: &Fields, name: impl Fn(&SerdeField, &str) -> String, transparent: bool, cx: &mut Ctxt) -> Vec<Field> {
    let mut out = Vec::new();
    let alone = all.len() == 1;
    for (at, field) in all.iter().enumerate() {
        let attrs = Attrs::read(&field.attrs, On::Field, cx);
        let serde = SerdeField::read(&field.attrs);
        let (member, step, what) = match &field.ident {
            Some(ident) => {
                let text = ident.to_string();
                let rust = text.strip_prefix("r#").unwrap_or(&text);
                let same = serde.flatten || transparent;
                let step = if same { Step::Same } else { Step::Key(name(&serde, rust)) };
                (Member::Named(ident.clone()), step, format!("the field `{rust}`"))
            }
            None => {
                let index = Index { index: u32::try_from(at).unwrap_or(u32::MAX), span: Span::call_site() };
                // A newtype is its value.
                let step = if alone { Step::Same } else { Step::Index(at) };
                (Member::Unnamed(index), step, format!("the field {at}"))
            }
        };
        if attrs.skip || serde.skip {
            continue;
        }
        applies::check(&attrs.rules, Kind::of(&field.ty), &what, cx);
        let personal = is_marked(&field.attrs, "event", "personal");
        out.push(Field { member, ty: field.ty.clone(), step, rules: attrs.rules, personal });
    }
    out
}

/// Whether an attribute of another derive says a word; that derive says what is wrong with it.
fn is_marked(attrs: &[Attribute], name: &str, word: &str) -> bool {
    let mut marked = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let _ = attr.parse_nested_meta(|meta| {
            marked |= meta.path.is_ident(word);
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    marked
}
