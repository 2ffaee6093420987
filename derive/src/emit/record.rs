use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{constants, docs};
use crate::attr::DefaultAttr;
use crate::binding::Binding;
use crate::model::{Field, Record};

pub(crate) fn record(record: &Record) -> TokenStream {
    let constants = constants(&record.binding);
    let body = body(record);
    quote! {
        const _: () = { #constants #body };
    }
}

/// What stands beside `FILE` and `NAME`: the check against the file, and the codec.
pub(super) fn body(record: &Record) -> TokenStream {
    let ident = &record.ident;
    let sizes = record.fields.iter().map(|field| field_path(field, "MIN_SIZE"));
    let encode = record.fields.iter().map(|field| {
        let (name, encode) = (&field.ident, call(field, "encode"));
        let write = quote_spanned!(field.ty.span()=> #encode(&self.#name, sink););
        if field.way.is_none() && always_fits(&field.ty) {
            return write;
        }
        let wire = &field.wire;
        quote!(#write if sink.stopped_in(NAME, #wire) { return; })
    });
    let decode = record.fields.iter().map(|field| {
        let (name, wire, decode) = (&field.ident, &field.wire, call(field, "decode"));
        quote! {
            #name: match #decode(reader) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(fault) => {
                    return ::core::result::Result::Err(reader.within(fault, NAME, #wire));
                }
            },
        }
    });
    let check = check(record);
    let describe = describe(record);
    let decode_with = decode_with(record);
    quote! {
        #check
        #[automatically_derived]
        impl ::topika::codec::AvroValue for #ident {
            const TY: ::topika::schema::Ty = ::topika::schema::Ty::Named(NAME);
            const MIN_SIZE: usize = 0 #(+ #sizes)*;

            fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                if !sink.enter() {
                    return;
                }
                #(#encode)*
                sink.leave();
            }

            fn decode(
                reader: &mut ::topika::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                reader.enter()?;
                let value = Self { #(#decode)* };
                reader.leave();
                ::core::result::Result::Ok(value)
            }

            #decode_with

            fn describe(text: &mut ::topika::codec::SchemaText) {
                #describe
            }
        }
    }
}

/// Whether every value of a type can be written, as far as it is seen from here: then nobody asks whether it was.
fn always_fits(ty: &syn::Type) -> bool {
    const FITS: &[&str] = &["bool", "i32", "i64", "f32", "f64", "String", "Bytes", "Uuid", "Date", "Decimal"];
    let syn::Type::Path(path) = ty else { return matches!(ty, syn::Type::Tuple(unit) if unit.elems.is_empty()) };
    let Some(last) = path.path.segments.last() else { return false };
    let name = last.ident.to_string();
    match &last.arguments {
        syn::PathArguments::AngleBracketed(of)
            if matches!(name.as_str(), "Option" | "Vec" | "HashMap" | "BTreeMap") =>
        {
            of.args.iter().all(|of| matches!(of, syn::GenericArgument::Type(ty) if always_fits(ty)))
        }
        _ => FITS.contains(&name.as_str()) || ["Time", "LocalTime"].iter().any(|start| name.starts_with(start)),
    }
}

fn is_null_last(field: &Field) -> bool {
    field.attrs.null_last.is_some()
}

/// The function for a field: its type's own, or that of the union with null at the end.
fn call(field: &Field, function: &str) -> TokenStream {
    let function = Ident::new(function, field.ty.span());
    let ty = &field.ty;
    if let Some(way) = &field.way {
        return quote_spanned!(way.span()=> <#way as ::topika::codec::ValueAs<#ty>>::#function);
    }
    match (&field.option_of, is_null_last(field)) {
        (Some(of), true) => quote_spanned!(ty.span()=> ::topika::codec::null_last::#function::<#of>),
        _ => quote_spanned!(ty.span()=> <#ty as ::topika::codec::AvroValue>::#function),
    }
}

fn field_path(field: &Field, constant: &str) -> TokenStream {
    let constant = Ident::new(constant, field.ty.span());
    let ty = &field.ty;
    match &field.way {
        Some(way) => quote_spanned!(way.span()=> <#way as ::topika::codec::ValueAs<#ty>>::#constant),
        None => quote_spanned!(ty.span()=> <#ty as ::topika::codec::AvroValue>::#constant),
    }
}

/// The check that the struct says what its file says, while compiling.
fn check(record: &Record) -> TokenStream {
    let Binding::File { schema, .. } = &record.binding else { return TokenStream::new() };
    let rust = record.ident.to_string();
    let fields = record.fields.iter().map(|field| {
        let wire = &field.wire;
        let ty = match (&field.option_of, is_null_last(field)) {
            (Some(of), true) if field.way.is_none() => quote!(::topika::codec::null_last::Of::<#of>::TY),
            _ => field_path(field, "TY"),
        };
        let optional = field.attrs.default.is_some();
        quote! {
            ::topika::schema::FieldTable { name: #wire, ty: #ty, optional: #optional, line: 0, column: 0 }
        }
    });
    quote_spanned! {schema.span()=>
        const _: () = ::topika::__private::assert_record(#rust, &[#(#fields),*], FILE, NAME);
    }
}

fn describe(record: &Record) -> TokenStream {
    if matches!(record.binding, Binding::File { .. }) {
        // A type of a file stands in another schema by its name.
        return quote!(text.primitive(NAME););
    }
    let doc = docs(&record.said);
    let fields = record.fields.iter().map(|field| {
        let (wire, doc, aliases) = (&field.wire, &field.attrs.doc, &field.attrs.aliases);
        let personal = field.attrs.personal.is_some() || hides(&field.ty);
        let default = match &field.attrs.default {
            None => quote!(::core::option::Option::None),
            Some((_, DefaultAttr::Bare)) => quote!(::core::option::Option::Some("null")),
            Some((_, DefaultAttr::Json(json))) => quote!(::core::option::Option::Some(#json)),
        };
        let describe = call(field, "describe");
        let order =
            field.attrs.order.as_ref().map(syn::LitStr::value).filter(|order| order != "ascending").unwrap_or_default();
        let properties = field.attrs.properties.as_deref().unwrap_or_default();
        quote! {
            ::topika::codec::FieldText {
                name: #wire,
                doc: #doc,
                default: #default,
                aliases: &[#(#aliases),*],
                personal: #personal,
                order: #order,
                properties: #properties,
                describe: #describe,
            }
        }
    });
    quote!(text.record(NAME, #doc, &[#(#fields),*]);)
}

/// Whether a type is written as `Redacted<...>`, or holds one.
fn hides(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    path.path.segments.iter().any(|segment| {
        let of = match &segment.arguments {
            syn::PathArguments::AngleBracketed(of) => of.args.iter().collect(),
            _ => Vec::new(),
        };
        segment.ident == "Redacted" || of.iter().any(|of| matches!(of, syn::GenericArgument::Type(ty) if hides(ty)))
    })
}

fn decode_with(record: &Record) -> TokenStream {
    let slots: Vec<Ident> = (0..record.fields.len()).map(|at| format_ident!("field_{at}")).collect();
    let names: Vec<&Ident> = record.fields.iter().map(|field| &field.ident).collect();
    let reads = record.fields.iter().zip(&slots).enumerate().map(|(at, (field, slot))| {
        let (wire, decode, decode_with) = (&field.wire, call(field, "decode"), call(field, "decode_with"));
        quote! {
            ::topika::codec::resolution::Step::Read { field: #at, node } => {
                match #decode_with(reader, resolution, *node) {
                    ::core::result::Result::Ok(value) => #slot = ::core::option::Option::Some(value),
                    ::core::result::Result::Err(fault) => {
                        return ::core::result::Result::Err(reader.within(fault, NAME, #wire));
                    }
                }
            }
            ::topika::codec::resolution::Step::Default { field: #at, bytes } => {
                #slot = ::core::option::Option::Some(#decode(&mut ::topika::codec::Reader::new(bytes))?);
            }
        }
    });
    quote! {
        fn decode_with(
            reader: &mut ::topika::codec::Reader<'_>,
            resolution: &::topika::codec::Resolution,
            node: ::topika::codec::resolution::NodeId,
        ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
            let steps = match resolution.enter(reader, node)? {
                ::topika::codec::resolution::Node::Same => {
                    return <Self as ::topika::codec::AvroValue>::decode(reader);
                }
                ::topika::codec::resolution::Node::Record(steps) => steps,
                _ => return ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
            };
            reader.enter()?;
            #(let mut #slots = ::core::option::Option::None;)*
            for step in steps {
                match step {
                    ::topika::codec::resolution::Step::Skip(skip) => resolution.skip(reader, *skip)?,
                    #(#reads)*
                    _ => return ::core::result::Result::Err(::topika::codec::Fault::Unresolved),
                }
            }
            reader.leave();
            #(
                let ::core::option::Option::Some(#slots) = #slots else {
                    return ::core::result::Result::Err(::topika::codec::Fault::Unresolved);
                };
            )*
            ::core::result::Result::Ok(Self { #(#names: #slots),* })
        }
    }
}
