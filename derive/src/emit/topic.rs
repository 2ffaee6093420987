use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::event::key;
use super::router::router;
use crate::model::{Topic, TopicEvent};

pub(crate) fn topic(topic: &Topic) -> TokenStream {
    let ident = &topic.ident;
    let (variants, types): (Vec<_>, Vec<_>) = topic.events.iter().map(|e| (&e.variant, &e.ty)).unzip();
    let places: Vec<usize> = (0..variants.len()).collect();
    let descriptor = descriptor(topic);
    let each = topic.events.iter().map(|event| of_event(topic, event));
    let single = single(topic);
    let router = router(topic);
    quote! {
        #[automatically_derived]
        impl ::topika::event::Topic for #ident {
            const TOPIC: &'static ::topika::schema::TopicDescriptor = &#descriptor;

            fn index(&self) -> usize {
                match self { #(Self::#variants(_) => #places),* }
            }

            fn decode(
                index: usize,
                payload: &[u8],
                resolution: ::core::option::Option<&::topika::codec::Resolution>,
            ) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                match index {
                    #(#places => ::topika::__private::decode_event::<#types>(payload, resolution).map(Self::#variants),)*
                    _ => ::core::result::Result::Err(::topika::__private::no_such_event(Self::TOPIC, index)),
                }
            }
        }

        #[automatically_derived]
        impl ::topika::event::On<#ident> for #ident {
            fn descriptor(&self) -> &'static ::topika::schema::Descriptor {
                match self { #(Self::#variants(_) => <#types as ::topika::event::Event>::DESCRIPTOR),* }
            }

            fn key(&self) -> ::core::option::Option<::std::vec::Vec<u8>> {
                match self { #(Self::#variants(event) => <#types as ::topika::event::On<#ident>>::key(event)),* }
            }

            fn encode(
                &self,
                out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<(), ::topika::codec::EncodeError> {
                match self { #(Self::#variants(event) => ::topika::event::Event::encode(event, out)),* }
            }
        }
        #(#each)*
        #single
        #router
    }
}

fn descriptor(topic: &Topic) -> TokenStream {
    let rust = topic.ident.to_string();
    let (name, keys) = (&topic.name, &topic.key);
    let events = topic.events.iter().map(|event| {
        let ty = &event.ty;
        quote_spanned!(ty.span()=> <#ty as ::topika::event::Event>::DESCRIPTOR)
    });
    let partitions = match topic.partitions {
        Some(count) => quote!(::core::option::Option::Some(#count)),
        None => quote!(::core::option::Option::None),
    };
    let retention = match topic.retention_ms {
        Some(ms) => quote!(::core::option::Option::Some(#ms)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::topika::schema::TopicDescriptor {
            name: #name,
            events: &[#(#events),*],
            key: &[#(#keys),*],
            partitions: #partitions,
            retention_ms: #retention,
            rust: #rust,
        }
    }
}

fn of_event(topic: &Topic, event: &TopicEvent) -> TokenStream {
    let ident = &topic.ident;
    let TopicEvent { variant, ty, key: fields } = event;
    let on = on(&quote!(#ident), event);
    let _ = fields;
    quote! {
        #on
        #[automatically_derived]
        impl ::core::convert::From<#ty> for #ident {
            fn from(event: #ty) -> Self {
                Self::#variant(event)
            }
        }
    }
}

fn on(of: &TokenStream, event: &TopicEvent) -> TokenStream {
    let (ty, key) = (&event.ty, key(&event.key));
    super::on::on(of, ty, &key, ty.span())
}

/// The one event of a topic is the topic's type too: `producer::<TicketReady>()`.
fn single(topic: &Topic) -> TokenStream {
    let [event] = topic.events.as_slice() else { return TokenStream::new() };
    let (ident, ty) = (&topic.ident, &event.ty);
    let on = on(&quote!(#ty), event);
    quote! {
        #[automatically_derived]
        impl ::topika::event::Topic for #ty {
            const TOPIC: &'static ::topika::schema::TopicDescriptor = <#ident as ::topika::event::Topic>::TOPIC;

            fn index(&self) -> usize {
                0
            }

            fn decode(
                index: usize,
                payload: &[u8],
                resolution: ::core::option::Option<&::topika::codec::Resolution>,
            ) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                match index {
                    0 => ::topika::__private::decode_event::<#ty>(payload, resolution),
                    _ => ::core::result::Result::Err(::topika::__private::no_such_event(
                        <#ident as ::topika::event::Topic>::TOPIC,
                        index,
                    )),
                }
            }
        }
        #on
    }
}
