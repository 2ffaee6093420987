use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::router::router;
use super::{key, on};
use crate::topic::{Topic, TopicEvent, TopicKey, TopicSettings};

pub(crate) fn topic(topic: &Topic) -> TokenStream {
    let ident = &topic.ident;
    let key = key_type(topic);
    let (variants, types): (Vec<_>, Vec<_>) = topic.events.iter().map(|e| (&e.variant, &e.ty)).unzip();
    let arms = topic.arms();
    let places: Vec<usize> = (0..variants.len()).collect();
    let descriptor = descriptor(topic);
    let on = of_enum(topic, &key);
    let index = index(topic);
    let carried = carried(topic);
    let each = topic.events.iter().map(|event| of_event(topic, event, &quote!(#ident), &key));
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
    let members = topic.events.iter().enumerate().map(|(place, event)| member(topic, place, event));
    let tombstone = topic.tombstone.as_ref().map(|(variant, ty)| {
        quote_spanned! {ty.span()=>
            fn tombstone(key: Self::Key) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self::#variant(::topika::event::Tombstone { key }))
            }
        }
    });
    let on_tombstone = topic.tombstone.as_ref().map(|(_, ty)| {
        let write = quote!(::topika::event::Key::write_key(&self.key, out).map(|()| true));
        on::implementation(ident, ty, &none(), Some(&write), &TokenStream::new(), ty.span())
    });
    let single = single(topic, &key);
    let mixed = topic.mixed.map(|span| {
        quote_spanned! {span=>
            const _: () = ::topika::__private::assert_mixed(
                <#ident as ::topika::event::Topic>::TOPIC,
                <#key as ::topika::event::Key>::SCHEMA,
            );
        }
    });
    let router = router(topic);
    quote! {
        #[automatically_derived]
        impl ::topika::event::Topic for #ident {
            type Key = #key;

            const TOPIC: &'static ::topika::schema::TopicDescriptor = &#descriptor;

            #index

            #carried

            #[inline]
            fn decode_event(
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
        #(#members)*
        #single
        #mixed
        #router
    }
}

/// The way from the topic to one of its events, and from the event to its topic.
fn member(topic: &Topic, place: usize, event: &TopicEvent) -> TokenStream {
    let ident = &topic.ident;
    let (variant, ty) = (&event.variant, &event.ty);
    let others = (topic.arms().len() > 1).then(|| quote!(_ => ::core::option::Option::None,));
    quote_spanned! {ty.span()=>
        #[automatically_derived]
        impl ::topika::event::Member<#ident> for #ty {
            const PLACE: usize = #place;

            fn of_topic(topic: #ident) -> ::core::option::Option<Self> {
                match topic {
                    #ident::#variant(event) => ::core::option::Option::Some(event),
                    #others
                }
            }
        }
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
    let (plain, mixed) = (topic.plain, topic.mixed.is_some());
    let dead_letters = option(topic.dead_letters.as_ref());
    let events = topic.events.iter().map(|event| {
        let ty = &event.ty;
        quote_spanned!(ty.span()=> <#ty as ::topika::event::Event>::DESCRIPTOR)
    });
    let settings = settings(&topic.settings);
    let environments = topic.environments.iter().map(|(name, settings)| {
        let settings = self::settings(settings);
        quote!((#name, #settings))
    });
    quote! {
        ::topika::schema::TopicDescriptor {
            name: #name,
            events: &[#(#events),*],
            key: &[#(#keys),*],
            key_type: <Self::Key as ::topika::event::Key>::NAME,
            compact: #compact,
            settings: #settings,
            environments: &[#(#environments),*],
            dead_letters: #dead_letters,
            plain: #plain,
            mixed: #mixed,
            rust: #rust,
        }
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// How a topic is on Kafka.
fn settings(settings: &TopicSettings) -> TokenStream {
    let (partitions, replication) = (option(settings.partitions), option(settings.replication));
    let retention = option(settings.retention_ms);
    let configs = settings.configs.iter().map(|(name, value)| quote!((#name, #value)));
    quote! {
        ::topika::schema::TopicSettings {
            partitions: #partitions,
            replication: #replication,
            retention_ms: #retention,
            configs: &[#(#configs),*],
        }
    }
}

/// Which event a value is; where there is one only, the trait knows.
fn index(topic: &Topic) -> Option<TokenStream> {
    let arms = topic.arms();
    let (variants, places) = (arms.iter().map(|(variant, _)| variant), 0..arms.len());
    (arms.len() != 1).then(|| {
        quote! {
            fn index(&self) -> usize {
                match self { #(Self::#variants(_) => #places),* }
            }
        }
    })
}

/// What of its envelope an event carries.
fn carried(topic: &Topic) -> TokenStream {
    let each = topic.arms().into_iter().map(|(variant, _)| match &topic.tombstone {
        Some((gone, _)) if gone == variant => quote!(Self::#variant(_) => ::core::option::Option::None),
        _ => quote!(Self::#variant(event) => ::topika::event::Payload::carried(event)),
    });
    quote! {
        #[inline]
        fn carried(&self) -> ::core::option::Option<::topika::event::carried::Carried> {
            match self { #(#each),* }
        }
    }
}

/// The enum itself may be said on its topic: each variant as what it holds.
fn of_enum(topic: &Topic, key: &TokenStream) -> TokenStream {
    let ident = &topic.ident;
    let whole = on::whole(topic.events.iter().map(|event| &event.ty));
    let (variants, types): (Vec<&Ident>, Vec<&Type>) = topic.arms().into_iter().unzip();
    let gone = topic.tombstone.as_ref().map(|(variant, _)| variant);
    let payloads = variants.iter().map(|variant| match gone {
        Some(gone) if *variant == gone => quote!(#ident::#variant(_) => ::core::option::Option::None),
        _ => quote!(#ident::#variant(event) => ::core::option::Option::Some(event)),
    });
    let (ty, key) = match topic.key_is() {
        TopicKey::Given => (quote!(::topika::event::Keyed<'_, #key, #ident>), Some(on::given())),
        TopicKey::None if gone.is_none() => (quote!(#ident), None),
        TopicKey::None | TopicKey::Fields => {
            let write = quote!(match self { #(Self::#variants(event) => <#types as ::topika::event::On<#ident>>::write_key(event, out)),* });
            (quote!(#ident), Some(write))
        }
    };
    let this = if topic.key_is() == TopicKey::Given { quote!(self.event) } else { quote!(self) };
    let payload = quote!(match #this { #(#payloads),* });
    on::implementation(ident, &ty, &payload, key.as_ref(), &whole, Span::call_site())
}

/// No event: a tombstone.
fn none() -> TokenStream {
    quote!(::core::option::Option::None)
}

fn of_event(topic: &Topic, event: &TopicEvent, of: &TokenStream, key: &TokenStream) -> TokenStream {
    let (span, whole) = (event.ty.span(), on::whole(std::iter::once(&event.ty)));
    match topic.key_is() {
        TopicKey::Given => on::keyed(of, &event.ty, key, &whole, span),
        TopicKey::None | TopicKey::Fields => {
            let write = if topic.unsettled { key::of_unsettled(&event.key) } else { key::of_fields(&event.key, key) };
            on::of(of, &event.ty, write.as_ref(), &whole, span)
        }
    }
}

/// The one event of a topic is the topic's type too: `producer::<TicketReady>()`. With tombstones it is not: the event cannot say them.
fn single(topic: &Topic, key: &TokenStream) -> TokenStream {
    let ([event], None) = (topic.events.as_slice(), &topic.tombstone) else { return TokenStream::new() };
    let (ident, ty) = (&topic.ident, &event.ty);
    let of = of_event(topic, event, &quote!(#ty), key);
    quote! {
        #[automatically_derived]
        impl ::topika::event::Only for #ty {
            type Key = #key;

            const TOPIC: &'static ::topika::schema::TopicDescriptor = <#ident as ::topika::event::Topic>::TOPIC;
        }
        #of
    }
}
