use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Generics, Ident, Member, parse_quote};

use super::attr::Class;
use super::model::{Kind, Model, Says};

pub(super) fn handler_error(model: &Model) -> TokenStream {
    let code = body(model, |says| match says {
        Says::Itself { code, .. } => quote!(#code),
        Says::Held(_) => quote!(::topika::handler::HandlerError::code(held)),
    });
    let flag = |wanted: fn(Class) -> bool, held: TokenStream| {
        body(model, |says| match says {
            Says::Itself { class, .. } => {
                let is = wanted(*class);
                quote!(#is)
            }
            Says::Held(_) => held.clone(),
        })
    };
    let is_fatal = flag(|class| class != Class::Retriable, quote!(::topika::handler::HandlerError::is_fatal(held)));
    let is_poison = flag(|class| class == Class::Poison, quote!(::topika::handler::HandlerError::is_poison(held)));
    // Where the type is no error of std's, the one that it stands for may be.
    let held_error = body(model, |says| match says {
        Says::Itself { .. } => quote!(::core::option::Option::None),
        Says::Held(_) => quote!(::topika::handler::HandlerError::as_error(held)),
    });
    implemented(
        &model.ident,
        &model.generics,
        &quote! {
            fn code(&self) -> &str { #code }
            fn is_fatal(&self) -> bool { #is_fatal }
            fn is_poison(&self) -> bool { #is_poison }
            fn as_error(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                #[allow(unused_imports)]
                use ::topika::__private::{IsError as _, IsNoError as _};
                match ::topika::__private::Probed(self).error() {
                    ::core::option::Option::Some(error) => ::core::option::Option::Some(error),
                    ::core::option::Option::None => #held_error,
                }
            }
        },
    )
}

/// Beside errors of the attributes: what uses the type has none of its own.
pub(super) fn stub(input: &DeriveInput) -> TokenStream {
    implemented(&input.ident, &input.generics, &TokenStream::new())
}

fn implemented(ident: &Ident, generics: &Generics, methods: &TokenStream) -> TokenStream {
    let mut bound = generics.clone();
    if !generics.params.is_empty() {
        // Of a type without parameters the compiler says by itself what is missing, and says it better.
        let (_, of, _) = generics.split_for_impl();
        bound
            .make_where_clause()
            .predicates
            .push(parse_quote!(#ident #of: ::core::fmt::Display + ::core::marker::Send + 'static));
    }
    let (params, _, predicates) = bound.split_for_impl();
    let (_, of, _) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params ::topika::handler::HandlerError for #ident #of #predicates {
            #methods
        }
    }
}

fn body(model: &Model, of: impl Fn(&Says) -> TokenStream) -> TokenStream {
    if !model.is_enum {
        let Some(Kind { says, .. }) = model.kinds.first() else { return TokenStream::new() };
        let value = of(says);
        return match says {
            Says::Itself { .. } => value,
            Says::Held(member) => quote!({ let held = &self.#member; #value }),
        };
    }
    if model.kinds.is_empty() {
        return quote!(match *self {});
    }
    let ident = &model.ident;
    let arms = model.kinds.iter().filter_map(|Kind { variant, says }| {
        let variant = variant.as_ref()?;
        let value = of(says);
        Some(match says {
            Says::Itself { .. } => quote!(#ident::#variant { .. } => #value,),
            Says::Held(Member::Named(field)) => quote!(#ident::#variant { #field: held } => #value,),
            Says::Held(Member::Unnamed(_)) => quote!(#ident::#variant(held) => #value,),
        })
    });
    quote!(match self { #(#arms)* })
}
