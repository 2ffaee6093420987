use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::router::router;
use super::{key, on};
use crate::topic::{Topic, TopicEvent, TopicKey};

pub(crate) fn topic(topic: &Topic) -> TokenStream {
    let ident = &topic.ident;
    let key = key_type(topic);
    let (variants, types): (Vec<_>, Vec<_>) = topic.events.iter().map(|e| (&e.variant, &e.ty)).unzip();
    let arms = topic.arms();
    let arm_variants = arms.iter().map(|(variant, _)| variant);
    let arm_places = 0..arms.len();
    let places: Vec<usize> = (0..variants.len()).collect();
    let descriptor = descriptor(topic);
    let on = of_enum(topic, &key);
    let each = topic.events.iter().map(|event| on_event(topic, event, &quote!(#ident), &key));
    let from = arms.iter().map(|(variant, ty)| {
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<#ty> for #ident {
                fn from(event: #ty) -> Self {
                    Self::#variant(event)
                }
            }
        }
    });
    let tombstone = topic.tombstone.as_ref().map(|(variant, ty)| {
        quote_spanned! {ty.span()=>
            fn tombstone(key: Self::Key) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::#variant(::topika::event::Tombstone { key }))
            }
        }
    });
    let on_tombstone = topic.tombstone.as_ref().map(|(_, ty)| {
        let write = quote!(::topika::event::Key::write_key(&self.key, out).map(|()| true));
        let (none, nothing) =
            (quote!(::core::option::Option::None), quote! { let _ = out; ::core::result::Result::Ok(()) });
        on::implementation(ident, ty, &none, &write, &nothing, &TokenStream::new(), ty.span())
    });
    let single = single(topic, &key);
    let router = router(topic);
    quote! {
        #[automatically_derived]
        impl ::topika::event::Topic for #ident {
            type Key = #key;

            const TOPIC: &'static ::topika::schema::TopicDescriptor = &#descriptor;

            fn index(&self) -> usize {
                match self { #(Self::#arm_variants(_) => #arm_places),* }
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

            #tombstone
        }

        #on
        #(#each)*
        #on_tombstone
        #(#from)*
        #single
        #router
    }
}

/// The type of the key.
fn key_type(topic: &Topic) -> TokenStream {
    match &topic.key_type {
        Some(ty) => ty.to_token_stream(),
        None if topic.key.is_empty() => quote!(::topika::event::NoKey),
        None => quote!(::std::string::String),
    }
}

fn descriptor(topic: &Topic) -> TokenStream {
    let rust = topic.ident.to_string();
    let (name, keys, compact) = (&topic.name, &topic.key, topic.compact);
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
            key_type: <Self::Key as ::topika::event::Key>::NAME,
            compact: #compact,
            partitions: #partitions,
            retention_ms: #retention,
            rust: #rust,
        }
    }
}

/// The enum itself may be said on its topic: each variant as what it holds.
fn of_enum(topic: &Topic, key: &TokenStream) -> TokenStream {
    let ident = &topic.ident;
    let (variants, types): (Vec<&Ident>, Vec<&Type>) = topic.arms().into_iter().unzip();
    let whole = on::whole(topic.events.iter().map(|event| &event.ty));
    if topic.key_is() == TopicKey::Given {
        let said = types.iter().map(|ty| quote!(::topika::event::Keyed<'_, #key, #ty>)).collect::<Vec<_>>();
        let each = |call: TokenStream| {
            quote! {
                match self.event {
                    #(#ident::#variants(event) => {
                        let said = ::topika::event::Keyed { key: self.key, event };
                        <#said as ::topika::event::On<#ident>>::#call
                    })*
                }
            }
        };
        return on::implementation(
            ident,
            &quote!(::topika::event::Keyed<'_, #key, #ident>),
            &each(quote!(descriptor(&said))),
            &each(quote!(write_key(&said, out))),
            &each(quote!(encode(&said, out))),
            &whole,
            Span::call_site(),
        );
    }
    let each = |call: TokenStream| quote!(match self { #(Self::#variants(event) => <#types as ::topika::event::On<#ident>>::#call),* });
    on::implementation(
        ident,
        ident,
        &each(quote!(descriptor(event))),
        &each(quote!(write_key(event, out))),
        &each(quote!(encode(event, out))),
        &whole,
        Span::call_site(),
    )
}

fn on_event(topic: &Topic, event: &TopicEvent, of: &TokenStream, key: &TokenStream) -> TokenStream {
    let whole = on::whole(std::iter::once(&event.ty));
    match topic.key_is() {
        TopicKey::Given => on::keyed(of, &event.ty, key, &whole, event.ty.span()),
        TopicKey::None | TopicKey::Fields => {
            on::on(of, &event.ty, &key::of_fields(&event.key, key), &whole, event.ty.span())
        }
    }
}

/// The one event of a topic is the topic's type too: `producer::<TicketReady>()`. With tombstones it is not: the event cannot say them.
fn single(topic: &Topic, key: &TokenStream) -> TokenStream {
    let ([event], None) = (topic.events.as_slice(), &topic.tombstone) else { return TokenStream::new() };
    let (ident, ty) = (&topic.ident, &event.ty);
    let on = on_event(topic, event, &quote!(#ty), key);
    quote! {
        #[automatically_derived]
        impl ::topika::event::Topic for #ty {
            type Key = #key;

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
