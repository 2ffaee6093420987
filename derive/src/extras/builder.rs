use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::{DeriveInput, Type, Visibility};

use super::plain::{FieldDefault, Plain, PlainField, argument_of, is_last, is_word};
use super::unescaped::unescaped;
use crate::ctxt::Ctxt;

/// Types that a number or a truth is given as; anything else may be given as what turns into it.
const PLAIN: &[&str] = &["bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"];

/// A builder whose type says which required fields have a value: without one of them `build` does not compile.
///
/// It is a tuple of the required fields, each `Unset<its name>` until it is set, and behind them the struct of those that
/// need not be set.
pub(super) fn builder(input: &DeriveInput, cx: &mut Ctxt) -> Option<TokenStream> {
    let plain = Plain::read(input, "derive(Builder)", cx)?;
    let (ident, vis) = (&plain.ident, &plain.vis);
    // These stand beside the types of the fields, and would hide one that is called so.
    let words = words(&plain);
    let name = free(format!("{ident}Builder"), &words);
    let (rest_name, required_name) = (free("Rest".to_owned(), &words), free("required".to_owned(), &words));
    let (mut required, mut optional) = (Vec::new(), Vec::new());
    for field in &plain.fields {
        match start(field) {
            Some(start) => optional.push((field, start)),
            None => required.push(field),
        }
    }
    let this = Builder { name: &name, vis, states: (0..required.len()).map(|at| format_ident!("__F{at}")).collect() };
    let states = &this.states;
    let setters = required.iter().enumerate().map(|(at, field)| this.setters(field, &plain.fields, Some(at)));
    let setters = setters.chain(optional.iter().map(|(field, _)| this.setters(field, &plain.fields, None)));
    let marks: Vec<&Ident> = required.iter().map(|field| &field.ident).collect();
    let types: Vec<&Type> = required.iter().map(|field| &field.ty).collect();
    let missing = marks.iter().map(|_| quote!(::topika::__private::builder::Unset::new()));
    let rest: Vec<&Ident> = optional.iter().map(|(field, _)| &field.ident).collect();
    let rest_types = optional.iter().map(|(field, _)| &field.ty);
    let starts = optional.iter().map(|(_, start)| start);
    let places = (0..states.len()).map(Literal::usize_unsuffixed);
    let last = Literal::usize_unsuffixed(states.len());
    let build = finish_name(&plain.fields);
    let doc = format!("A builder of [`{ident}`]: `{build}` needs a value for every required field.");
    Some(quote! {
        const _: () = {
            // The names of the fields, as types that the compiler shows in its error.
            #[allow(non_camel_case_types, missing_docs, missing_debug_implementations, dead_code)]
            mod #required_name {
                #(pub struct #marks;)*
            }

            #[allow(missing_debug_implementations)]
            #vis struct #rest_name {
                #(#rest: #rest_types,)*
            }

            #[doc = #doc]
            #[must_use = "a builder does nothing until its end"]
            #[allow(missing_debug_implementations)]
            #vis struct #name<#(#states = ::topika::__private::builder::Unset<#required_name::#marks>),*>(#(#states,)* #rest_name);

            #[automatically_derived]
            #[allow(dead_code)]
            impl #ident {
                #[doc = #doc]
                #vis fn builder() -> #name {
                    #name(#(#missing,)* #rest_name { #(#rest: #starts,)* })
                }
            }

            #[automatically_derived]
            #[allow(dead_code, clippy::missing_const_for_fn)]
            impl<#(#states),*> #name<#(#states),*> {
                #(#setters)*

                /// The value; every required field must be set.
                #vis fn #build(self) -> #ident
                where
                    #(#states: ::topika::__private::builder::IsSet<#types>,)*
                {
                    #ident {
                        #(#marks: ::topika::__private::builder::IsSet::into_value(self.#places),)*
                        #(#rest: self.#last.#rest,)*
                    }
                }
            }
        };
    })
}

/// Every word of the types and the expressions of the fields, and the name of the struct.
fn words(plain: &Plain) -> BTreeSet<String> {
    let mut words = BTreeSet::from([plain.ident.to_string()]);
    let mut waiting: Vec<TokenStream> = plain.fields.iter().map(|field| field.ty.to_token_stream()).collect();
    waiting.extend(plain.fields.iter().map(|field| field.unset.to_token_stream()));
    while let Some(tokens) = waiting.pop() {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    words.insert(ident.to_string());
                }
                TokenTree::Group(group) => waiting.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    words
}

/// The name, with underscores behind it where it is one of `words`.
fn free(mut name: String, words: &BTreeSet<String>) -> Ident {
    while words.contains(&name) {
        name.push('_');
    }
    format_ident!("{name}")
}

struct Builder<'a> {
    name: &'a Ident,
    vis: &'a Visibility,
    states: Vec<Ident>,
}

impl Builder<'_> {
    /// The methods that set a field: for an option one takes the value and one the option.
    fn setters(&self, field: &PlainField, all: &[PlainField], required: Option<usize>) -> TokenStream {
        let doc = match &field.wire {
            Some(wire) => format!("Sets `{wire}`."),
            None => format!("Sets `{}`.", field.ident),
        };
        let Some(of) = argument_of(&field.ty, "Option") else {
            let (taken, value) = argument(&field.ty);
            return self.setter(&field.ident, &doc, required, field, &taken, &value);
        };
        let (taken, value) = argument(of);
        let value = quote!(::core::option::Option::Some(#value));
        let some = self.setter(&field.ident, &doc, required, field, &taken, &value);
        let text = field.ident.to_string();
        let maybe = format_ident!("maybe_{}", text.strip_prefix("r#").unwrap_or(&text));
        if all.iter().any(|field| field.ident == maybe) {
            return some;
        }
        let ty = &field.ty;
        let maybe = self.setter(&maybe, &doc, required, field, &quote!(#ty), &quote!(value));
        quote!(#some #maybe)
    }

    fn setter(
        &self,
        method: &Ident,
        doc: &str,
        required: Option<usize>,
        field: &PlainField,
        taken: &TokenStream,
        value: &TokenStream,
    ) -> TokenStream {
        let (name, vis, states) = (self.name, self.vis, &self.states);
        let (field, ty) = (&field.ident, &field.ty);
        let last = Literal::usize_unsuffixed(states.len());
        let Some(place) = required else {
            return quote! {
                #[doc = #doc]
                #vis fn #method(mut self, value: #taken) -> Self {
                    self.#last.#field = #value;
                    self
                }
            };
        };
        let after = states.iter().enumerate().map(|(at, state)| match at == place {
            true => quote!(::topika::__private::builder::Set<#ty>),
            false => quote!(#state),
        });
        let moved = (0..states.len()).map(|at| {
            let index = Literal::usize_unsuffixed(at);
            if at == place { quote!(::topika::__private::builder::Set(#value)) } else { quote!(self.#index) }
        });
        quote! {
            #[doc = #doc]
            #vis fn #method(self, value: #taken) -> #name<#(#after),*> {
                #name(#(#moved,)* self.#last)
            }
        }
    }
}

/// How a value is taken, and how it is turned into the field's.
fn argument(ty: &Type) -> (TokenStream, TokenStream) {
    if PLAIN.iter().any(|word| is_word(ty, word)) {
        (quote!(#ty), quote!(value))
    } else {
        (quote!(impl ::core::convert::Into<#ty>), quote!(::core::convert::Into::into(value)))
    }
}

/// `build`, with underscores behind it where a field is called so.
fn finish_name(fields: &[PlainField]) -> Ident {
    let mut name = format_ident!("build");
    while fields.iter().any(|field| field.ident == name) {
        name = format_ident!("{name}_");
    }
    name
}

/// What a field is where nobody sets it; none for one that must be set. The default of a schema counts where it is plain to see
/// what it is in Rust; one of another kind is said by `unset`.
fn start(field: &PlainField) -> Option<TokenStream> {
    if let Some(unset) = &field.unset {
        return Some(unset.to_token_stream());
    }
    match &field.default {
        FieldDefault::None => None,
        FieldDefault::OfType => Some(quote!(::core::default::Default::default())),
        FieldDefault::Json(json) => literal(&field.ty, json.trim()),
    }
}

fn literal(ty: &Type, json: &str) -> Option<TokenStream> {
    let word = |word: &str| is_word(ty, word);
    if json == "null" && argument_of(ty, "Option").is_some() {
        return Some(quote!(::core::option::Option::None));
    }
    if json == "[]" && argument_of(ty, "Vec").is_some() {
        return Some(quote!(::std::vec::Vec::new()));
    }
    if json == "{}" && ["HashMap", "BTreeMap", "VecMap"].iter().any(|map| is_last(ty, map)) {
        return Some(quote!(::core::default::Default::default()));
    }
    let whole = (word("i32") || word("i64")) && json.parse::<i64>().is_ok();
    if whole || (word("bool") && matches!(json, "true" | "false")) {
        return json.parse().ok();
    }
    if (word("f32") || word("f64")) && json.parse::<f64>().is_ok() {
        // A whole number is no literal of a float, and `1e5` is one already.
        let json = if json.contains(['.', 'e', 'E']) { json.to_owned() } else { format!("{json}.0") };
        return json.parse().ok();
    }
    if !word("String") {
        return None;
    }
    let text = unescaped(json)?;
    Some(quote!(::std::string::String::from(#text)))
}
