use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Member;
use syn::spanned::Spanned;

use super::attr::{Bound, Rules};
use super::model::{Field, Model, Shape, Step, Variant};

/// The constants of a type: patterns, and the rules of each place.
#[derive(Default)]
struct Statics {
    items: Vec<TokenStream>,
}

pub(super) fn validate(model: &Model) -> TokenStream {
    let mut statics = Statics::default();
    let (body, alone) = match &model.shape {
        Shape::Struct { fields, rules } => (structure(fields, rules, &mut statics), None),
        Shape::Enum { variants, one_of, rules } => {
            (enumeration(variants, rules, &mut statics), one_of.map(|_| self::alone(variants)))
        }
    };
    let held = match &model.shape {
        // A newtype is its value, so what is asked of it is asked of that.
        Shape::Struct { fields, .. } => match fields.as_slice() {
            [Field { member, step: Step::Same, ty, .. }] if matches!(member, Member::Unnamed(_)) => {
                quote_spanned! {ty.span()=>
                    #[inline]
                    fn check_with(
                        &self,
                        checks: &::topika::validate::Checks,
                        at: &::topika::validate::Place<'_>,
                        found: &mut ::topika::validate::Violations,
                    ) {
                        ::topika::validate::Validate::check_with(&self.#member, checks, at, found);
                    }
                }
            }
            _ => TokenStream::new(),
        },
        Shape::Enum { .. } => TokenStream::new(),
    };
    let ident = &model.ident;
    let mut generics = model.generics.clone();
    for param in generics.type_params_mut() {
        param.bounds.push(syn::parse_quote!(::topika::validate::Validate));
    }
    let (impls, types, wheres) = generics.split_for_impl();
    let statics = &statics.items;
    let arguments = quote!(&self, at: &::topika::validate::Place<'_>, found: &mut ::topika::validate::Violations);
    let checks = match alone {
        None => quote! {
            #[inline]
            fn check(#arguments) {
                let _ = (&at, &found);
                #body
            }
        },
        Some(alone) => quote! {
            #[inline]
            fn check(#arguments) {
                ::topika::validate::Validate::check_branch(self, at, found);
                #alone
            }

            #[inline]
            fn check_branch(#arguments) {
                let _ = (&at, &found);
                #body
            }
        },
    };
    quote! {
        const _: () = {
            #(#statics)*
            #[automatically_derived]
            impl #impls ::topika::validate::Validate for #ident #types #wheres {
                #checks
                #held
            }
        };
    }
}

fn structure(fields: &[Field], rules: &Rules, statics: &mut Statics) -> TokenStream {
    let mut each = Vec::new();
    for run in fields.chunk_by(|one, next| is_listed(one) && is_listed(next)) {
        let parts: Vec<(&Field, TokenStream)> = run
            .iter()
            .map(|field| {
                let member = &field.member;
                (field, quote_spanned!(field.ty.span()=> &self.#member))
            })
            .collect();
        match parts.as_slice() {
            [(one, of)] => each.push(field(one, of, statics)),
            several => each.push(listed(several, statics)),
        }
    }
    let own = whole(rules, statics);
    quote!(#(#each)* #own)
}

/// Whether a field can be checked in a list with others: what each call costs is paid in every user's build.
fn is_listed(field: &Field) -> bool {
    matches!(field.step, Step::Key(_)) && !field.personal
}

/// Fields that follow each other, in one call.
fn listed(fields: &[(&Field, TokenStream)], statics: &mut Statics) -> TokenStream {
    let parts = fields.iter().filter_map(|(field, of)| {
        let Step::Key(name) = &field.step else { return None };
        let checks = match field.rules.is_empty() {
            true => quote!(::core::option::Option::None),
            false => {
                let checks = statics.rules(&field.rules);
                quote!(::core::option::Option::Some(&#checks))
            }
        };
        Some(quote!((#name, #of, #checks)))
    });
    quote!(::topika::validate::check_fields(&[#(#parts),*], at, found);)
}

/// What is asked of a value as a whole.
fn whole(rules: &Rules, statics: &mut Statics) -> Option<TokenStream> {
    (!rules.is_empty()).then(|| {
        let checks = statics.rules(rules);
        quote!(::topika::validate::Validate::check_with(self, &#checks, at, found);)
    })
}

/// `of` is a reference to the field's value.
fn field(field: &Field, of: &TokenStream, statics: &mut Statics) -> TokenStream {
    let at = match &field.step {
        Step::Same => quote!(*at),
        Step::Key(name) => quote!(at.key(#name)),
        Step::Index(index) => quote!(at.index(#index)),
        Step::From(index) => quote!(at.from(#index)),
    };
    let held = (!field.rules.is_empty()).then(|| {
        let checks = statics.rules(&field.rules);
        quote_spanned!(field.ty.span()=> ::topika::validate::Validate::check_with(#of, &#checks, at, found);)
    });
    let own = quote_spanned!(field.ty.span()=> ::topika::validate::Validate::check(#of, at, found););
    let checks = quote!(#own #held);
    let checks = if field.personal { quote!(found.personal(|found| { #checks });) } else { checks };
    quote! {{
        let at = &#at;
        #checks
    }}
}

fn enumeration(variants: &[Variant], rules: &Rules, statics: &mut Statics) -> TokenStream {
    if variants.is_empty() {
        return quote!(match *self {});
    }
    let arms: Vec<TokenStream> = variants.iter().map(|variant| arm(variant, statics)).collect();
    let own = whole(rules, statics);
    quote! {
        match self { #(#arms)* }
        #own
    }
}

/// That no other branch takes the value too.
fn alone(variants: &[Variant]) -> TokenStream {
    let branches = variants.iter().map(|variant| {
        let name = &variant.ident;
        let text = name.to_string();
        let ty = variant.fields.first().map(|field| &field.ty);
        quote! {
            if !::core::matches!(self, Self::#name(_)) && ::topika::__private::accepts::<#ty, Self>(&json, Self::#name) {
                found.push(at, "oneOf", || {
                    ::std::string::String::from(::core::concat!("the value is also a ", #text))
                });
            }
        }
    });
    quote! {
        if let ::core::result::Result::Ok(json) = ::topika::__private::serde_json::to_value(self) {
            #(#branches)*
        }
    }
}

fn arm(variant: &Variant, statics: &mut Statics) -> TokenStream {
    let name = &variant.ident;
    let bindings: Vec<(Ident, &Field)> =
        variant.fields.iter().enumerate().map(|(at, f)| (format_ident!("field_{at}"), f)).collect();
    let each: Vec<TokenStream> =
        bindings.iter().map(|(binding, field)| self::field(field, &quote!(#binding), statics)).collect();
    let members = bindings.iter().map(|(binding, field)| {
        let member = &field.member;
        quote!(#member: #binding)
    });
    let around = variant.key.as_ref().map(|key| quote!(let at = &at.key(#key);));
    quote! {
        Self::#name { #(#members,)* .. } => {
            #around
            #(#each)*
        }
    }
}

impl Statics {
    fn add(&mut self, prefix: &str, make: impl FnOnce(&Ident) -> TokenStream) -> Ident {
        let name = Ident::new(&format!("{prefix}_{}", self.items.len()), Span::call_site());
        self.items.push(make(&name));
        name
    }

    /// The constant of a place's rules.
    fn rules(&mut self, rules: &Rules) -> Ident {
        let mut said = Vec::new();
        for (name, count) in &rules.counts {
            let (name, count) = (Ident::new(name, Span::call_site()), Literal::u64_unsuffixed(*count));
            said.push(quote!(#name: ::core::option::Option::Some(#count)));
        }
        for (name, bound) in &rules.bounds {
            let (name, bound) = (Ident::new(name, Span::call_site()), number(*bound));
            said.push(quote!(#name: ::core::option::Option::Some(#bound)));
        }
        if !rules.multiple_of.is_empty() {
            let all = rules.multiple_of.iter().map(|of| number(*of));
            said.push(quote!(multiple_of: &[#(#all),*]));
        }
        if !rules.patterns.is_empty() {
            let all: Vec<Ident> = rules
                .patterns
                .iter()
                .map(|text| {
                    self.add("PATTERN", |name| {
                        quote!(static #name: ::topika::validate::Pattern = ::topika::validate::Pattern::new(#text);)
                    })
                })
                .collect();
            said.push(quote!(patterns: &[#(&#all),*]));
        }
        if !rules.formats.is_empty() {
            let all = rules.formats.iter().map(|name| Ident::new(name, Span::call_site()));
            said.push(quote!(formats: &[#(::topika::validate::Format::#all),*]));
        }
        if rules.unique_items {
            said.push(quote!(unique_items: true));
        }
        for (name, inner) in [("items", &rules.items), ("keys", &rules.keys), ("values", &rules.values)] {
            if let Some(inner) = inner {
                let (name, inner) = (Ident::new(name, Span::call_site()), self.rules(inner));
                said.push(quote!(#name: ::core::option::Option::Some(&#inner)));
            }
        }
        if !rules.schemas.is_empty() {
            let all: Vec<Ident> = rules
                .schemas
                .iter()
                .map(|text| {
                    self.add("SCHEMA", |name| {
                        quote!(static #name: ::topika::validate::Schema = ::topika::validate::Schema::new(#text);)
                    })
                })
                .collect();
            said.push(quote!(schemas: &[#(&#all),*]));
        }
        self.add("CHECKS", |name| {
            quote! {
                static #name: ::topika::validate::Checks =
                    ::topika::validate::Checks { #(#said,)* ..::topika::validate::Checks::NONE };
            }
        })
    }
}

fn number(bound: Bound) -> TokenStream {
    match bound {
        Bound::Whole(whole) => {
            let whole = Literal::i128_unsuffixed(whole);
            quote!(::topika::validate::Number::Whole(#whole))
        }
        Bound::Float(float) => {
            let float = Literal::f64_unsuffixed(float);
            quote!(::topika::validate::Number::Float(#float))
        }
    }
}
