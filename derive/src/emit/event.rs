use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{constants, enum_, fixed, record, root, snake, union};
use crate::binding::{Binding, Format};
use crate::carries;
use crate::model::{Event, EventShape, JsonName};

pub(crate) fn event(event: &Event) -> TokenStream {
    let binding = event.shape.binding();
    let format = if matches!(event.shape, EventShape::Json { .. }) { Format::Json } else { Format::Avro };
    // A record needs none: each constant costs every user's build.
    let constants = match &event.shape {
        EventShape::Avro(_) => TokenStream::new(),
        _ => constants(binding),
    };
    let codec = match &event.shape {
        EventShape::Avro(shape) if event.partial => record::partial(shape),
        EventShape::Avro(shape) => record::body(shape),
        EventShape::Enum(shape) => enum_::body(shape),
        EventShape::Fixed(shape) => fixed::body(shape),
        EventShape::Union(binding, shape) => {
            let (codec, check) = (union::union(shape), root::check(&event.ident, binding));
            quote!(#codec #check)
        }
        EventShape::Newtype(binding, of) => {
            let (codec, check) = (root::newtype(&event.ident, of), root::check(&event.ident, binding));
            quote!(#codec #check)
        }
        EventShape::Json { binding, names, .. } => json_check(&event.ident, binding, names.as_deref(), event.partial),
    };
    let personal = match &event.shape {
        EventShape::Json { personal, .. } => personal.as_slice(),
        _ => &[],
    };
    let descriptor = descriptor(event, binding, format, personal);
    let carries = carries::constant(&event.ident, &event.carried);
    let imp = if event.partial {
        implementation(&event.ident, &descriptor, carries.as_ref(), &partial(format))
    } else {
        derived(&event.ident, &descriptor, carries.as_ref(), format)
    };
    let on = on(event);
    let kept = kept(&event.ident, binding);
    quote! {
        const _: () = { #constants #codec #imp #on };
        #kept
    }
}

/// An event with all its fields: how it is written follows from its format.
fn derived(ident: &Ident, descriptor: &TokenStream, carries: Option<&TokenStream>, format: Format) -> TokenStream {
    let coding = match format {
        Format::Avro => quote!(::topika::event::Avro),
        Format::Json => quote!(::topika::event::Json),
    };
    quote_spanned! {ident.span()=>
        #[automatically_derived]
        impl ::topika::event::DerivedEvent for #ident {
            const DESCRIPTOR: &'static ::topika::schema::Descriptor = &#descriptor;
            #carries
            type Coding = #coding;
        }

        #[automatically_derived]
        impl ::topika::event::Whole for &#ident {}
    }
}

/// The bodies of `encode`, `decode` and `decode_resolved` of an event with some of its fields, which is only read.
fn partial(format: Format) -> [TokenStream; 3] {
    let unwritten =
        quote! { let _ = out; ::core::result::Result::Err(::topika::__private::partial_unwritten(Self::DESCRIPTOR)) };
    let record = quote!(<Self as ::topika::codec::fields::OfFields>::RECORD);
    let of = quote!(<Self as ::topika::codec::fields::OfFields>::of);
    match format {
        Format::Avro => [
            unwritten,
            quote! {
                static OWN: ::topika::__private::OwnWay = ::topika::__private::OwnWay::new();
                ::topika::__private::decode_partial(payload, OWN.of(Self::DESCRIPTOR)?, #record, #of)
            },
            quote!(::topika::__private::decode_partial(payload, resolution, #record, #of)),
        ],
        Format::Json => [
            unwritten,
            quote!(::topika::__private::decode_json(NAME, payload)),
            quote! { let _ = resolution; ::topika::__private::decode_json(NAME, payload) },
        ],
    }
}

fn implementation(
    ident: &Ident,
    descriptor: &TokenStream,
    carries: Option<&TokenStream>,
    bodies: &[TokenStream; 3],
) -> TokenStream {
    let [encode, decode, decode_resolved] = bodies;
    quote_spanned! {ident.span()=>
        #[automatically_derived]
        impl ::topika::event::Event for #ident {
            const DESCRIPTOR: &'static ::topika::schema::Descriptor = &#descriptor;
            #carries

            #[inline]
            fn encode(
                &self,
                out: &mut ::std::vec::Vec<u8>,
            ) -> ::core::result::Result<(), ::topika::codec::EncodeError> {
                #encode
            }

            #[inline]
            fn decode(payload: &[u8]) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                #decode
            }

            #[inline]
            fn decode_resolved(
                payload: &[u8],
                resolution: &::topika::codec::Resolution,
            ) -> ::core::result::Result<Self, ::topika::codec::DecodeError> {
                #decode_resolved
            }
        }
    }
}

fn descriptor(event: &Event, binding: &Binding, format: Format, personal: &[String]) -> TokenStream {
    let ident = &event.ident;
    let rust = ident.to_string();
    let fields = match event.partial.then_some(&event.shape) {
        Some(EventShape::Avro(record)) => {
            let names = record::names(record);
            quote!(::core::option::Option::Some(#names))
        }
        Some(EventShape::Json { names: Some(names), .. }) => {
            let names = names.iter().map(|property| &property.name);
            quote!(::core::option::Option::Some(&[#(#names),*]))
        }
        _ => quote!(::core::option::Option::None),
    };
    let format_name = match format {
        Format::Avro => quote!(::topika::schema::Format::Avro),
        Format::Json => quote!(::topika::schema::Format::Json),
    };
    let (name, file) = (binding.name(), binding.file());
    match binding {
        Binding::File { .. } => {
            quote!(::topika::__private::descriptor::<#ident>(&#file, #name, #format_name, #rust, #fields))
        }
        Binding::Code { event, .. } => {
            let text = match format {
                Format::Avro => quote!(::topika::__private::avro_text::<#ident>),
                Format::Json => quote!(|| ::topika::__private::json_text::<#ident>(&[#(#personal),*])),
            };
            quote! {
                ::topika::schema::Descriptor {
                    event: #event,
                    record: #name,
                    format: #format_name,
                    file: ::core::option::Option::None,
                    rust: #rust,
                    fields: #fields,
                    text: || {
                        static TEXT: ::std::sync::OnceLock<::std::string::String> = ::std::sync::OnceLock::new();
                        TEXT.get_or_init(#text)
                    },
                }
            }
        }
    }
}

/// That every property which the file requires is a field, and every field of the file's kind. Where serde's attributes hide the names
/// there is no check.
fn json_check(ident: &Ident, binding: &Binding, names: Option<&[JsonName]>, partial: bool) -> TokenStream {
    match (binding, names) {
        (Binding::File { schema, .. }, Some(names)) => {
            let rust = ident.to_string();
            let fields = names.iter().map(|JsonName { name, ty, absent }| {
                let kind = super::json_kind::json_kind(ty.as_ref());
                let must = !absent && super::json_kind::must_be_there(ty.as_ref());
                quote!((#name, #kind, #must))
            });
            let assert = Ident::new(if partial { "assert_partial_json" } else { "assert_json" }, schema.span());
            quote_spanned! {schema.span()=>
                const _: () = ::topika::__private::#assert(#rust, &[#(#fields),*], FILE);
            }
        }
        _ => TokenStream::new(),
    }
}

/// A frozen version says itself which topic it may be sent on.
fn on(event: &Event) -> TokenStream {
    let (Some(topic), ident) = (&event.topic, &event.ident) else { return TokenStream::new() };
    let key = quote!(<#topic as ::topika::event::Topic>::Key);
    if event.keyed {
        return super::on::keyed(topic, ident, &key, &TokenStream::new(), Span::call_site());
    }
    super::on::of(
        topic,
        ident,
        super::key::of_fields(&event.key, &key).as_ref(),
        &TokenStream::new(),
        Span::call_site(),
    )
}

/// The test that keeps the committed file equal to a type that is written first.
fn kept(ident: &Ident, binding: &Binding) -> TokenStream {
    let Binding::Code { event: Some(_), project, .. } = binding else { return TokenStream::new() };
    let plain = ident.to_string();
    let name = format_ident!("{}_is_what_its_schema_file_says", snake(&plain));
    let project = match project {
        Some(project) => quote!(::core::option::Option::Some(#project)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        #[cfg(test)]
        #[test]
        #[allow(unnameable_test_items)]
        fn #name() -> ::core::result::Result<(), ::topika::__private::FileDiffers> {
            ::topika::__private::keep_file(
                env!("CARGO_MANIFEST_DIR"),
                #project,
                <#ident as ::topika::event::Event>::DESCRIPTOR,
            )
        }
    }
}
