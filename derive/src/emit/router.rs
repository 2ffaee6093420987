use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Type;

use super::snake;
use crate::key_path::identifier;
use crate::topic::Topic;

/// The router of a topic: a type that knows which events have a handler, so that a missing one does not compile.
pub(super) fn router(topic: &Topic) -> TokenStream {
    let (ident, vis) = (&topic.ident, &topic.vis);
    let name = format_ident!("{}Router", ident);
    let arms = topic.arms();
    // No type is called so; they stand beside the events' types, which may have any name.
    let states: Vec<Ident> = arms.iter().map(|(variant, _)| format_ident!("__{}", variant)).collect();
    let types: Vec<_> = arms.iter().map(|(_, ty)| ty).collect();
    let handled = states.iter().map(|_| quote!(::topika::handler::Present));
    let doc =
        format!("What handles each event of [`{ident}`]: every event needs a handler, or `otherwise` takes the rest.");
    let doc_new = format!("A router of [`{ident}`] without handlers yet.");
    let methods = arms.iter().enumerate().map(|(at, arm)| method(topic, &name, &states, at, *arm));
    quote! {
        #[doc = #doc]
        #[must_use = "a router does nothing until an `App` takes it"]
        #[allow(dead_code)] // Who only sends on the topic asks for none.
        #vis struct #name<S, #(#states = ::topika::handler::Missing<#types>),*>(
            ::topika::handler::Routes<#ident, S, (#(#states,)*)>,
        );

        #[automatically_derived]
        #[allow(dead_code)]
        impl #ident {
            #[doc = #doc_new]
            #vis fn router<S>() -> #name<S> {
                #name(::topika::handler::Routes::new())
            }
        }

        #(#methods)*

        #[automatically_derived]
        #[allow(dead_code)]
        impl<S, #(#states),*> #name<S, #(#states),*> {
            /// Handles every event that has no handler of its own; the handler takes the topic's enum.
            /// `topika::handler::skip` passes over them.
            #vis fn otherwise<H: ::topika::handler::HandlerOf<#ident, #ident, S, M>, M>(
                self,
                handler: H,
            ) -> #name<S, #(#handled),*> {
                #name(self.0.otherwise(handler))
            }
        }

        #[automatically_derived]
        impl<S, #(#states),*> ::core::fmt::Debug for #name<S, #(#states),*> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }

        #[automatically_derived]
        impl<S, #(#states: ::topika::handler::HasHandler),*> ::topika::handler::Routed for #name<S, #(#states),*> {
            type Topic = #ident;
            type State = S;

            fn router(&self) -> &::topika::handler::Router<#ident, S> {
                self.0.router()
            }
        }
    }
}

/// The method that gives one event, or the tombstones, its handler.
fn method(topic: &Topic, name: &Ident, states: &[Ident], at: usize, arm: (&Ident, &Type)) -> TokenStream {
    let (ident, vis) = (&topic.ident, &topic.vis);
    let (variant, ty) = arm;
    let method = identifier(&snake(&variant.to_string()), variant.span())
        .unwrap_or_else(|| Ident::new("handle", Span::call_site()));
    let others = states.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, state)| state);
    let with = |this: TokenStream| {
        let all =
            states.iter().enumerate().map(|(index, state)| if index == at { this.clone() } else { quote!(#state) });
        quote!(#name<S, #(#all),*>)
    };
    let before = with(quote!(::topika::handler::Missing<#ty>));
    let after = with(quote!(::topika::handler::Present));
    let other = (states.len() > 1).then(|| quote!(_ => ::core::option::Option::None,));
    let doc = format!("Handles `{variant}`: an async function that takes extractors and, last, the event.");
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl<S, #(#others),*> #before {
            #[doc = #doc]
            #vis fn #method<H: ::topika::handler::HandlerOf<#ident, #ty, S, M>, M>(self, handler: H) -> #after {
                #name(self.0.on(#at, handler, |event| match event {
                    #ident::#variant(event) => ::core::option::Option::Some(event),
                    #other
                }))
            }
        }
    }
}
