use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::docs;
use super::tree::{slots, tree, tree_of_types};
use crate::attr::DefaultAttr;
use crate::binding::Binding;
use crate::mark;
use crate::model::{Field, Record};

pub(crate) fn record(record: &Record) -> TokenStream {
    let body = body(record);
    quote! {
        const _: () = { #body };
    }
}

/// The check against the file, and the codec.
///
/// Each line that is repeated for every field costs every user's build, and so does each constant and function. What can be said once
/// for all fields is: their names stand in one text, and their values go through the codec as tuples, whose impls are compiled with the runtime.
pub(super) fn body(record: &Record) -> TokenStream {
    let ident = &record.ident;
    let name = record.binding.name();
    let refs = tree(record.fields.iter().map(|field| {
        let name = &field.ident;
        let this = quote!(self);
        match &field.way {
            Some(way) => quote_spanned!(way.span()=> ::topika::codec::fields::As::<#way, _>::new(&#this.#name)),
            None if is_carried(field) => quote!(::topika::codec::null_last::Field(&self.#name)),
            // Here the compiler says what is wrong with a type: at the type.
            None => quote_spanned!(field.ty.span()=> &#this.#name),
        }
    }));
    let (read, check, describe) = (read(record), check(record), describe(record, &name));
    quote! {
        #read
        #check

        #[automatically_derived]
        impl ::topika::codec::AvroValue for #ident {
            const TY: ::topika::schema::Ty = ::topika::schema::Ty::Named(#name);
            const MIN_SIZE: usize = <<Self as ::topika::codec::fields::OfFields>::Fields as ::topika::codec::fields::Fields>::MIN_SIZE;

            #[inline]
            fn encode(&self, sink: &mut ::topika::codec::Sink<'_>) {
                ::topika::codec::fields::encode(#refs, <Self as ::topika::codec::fields::OfFields>::RECORD, sink);
            }

            #[inline]
            fn decode(
                reader: &mut ::topika::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                ::topika::codec::fields::decode(reader)
            }

            #[inline]
            fn decode_with(
                reader: &mut ::topika::codec::Reader<'_>,
                resolution: &::topika::codec::Resolution,
                node: ::topika::codec::resolution::NodeId,
            ) -> ::core::result::Result<Self, ::topika::codec::Fault> {
                ::topika::codec::fields::decode_with(reader, resolution, node)
            }

            #[inline]
            fn describe(text: &mut ::topika::codec::SchemaText) {
                #describe
            }
        }
    }
}

/// The codec of some of the fields: they can be read, and the struct is no value that another could hold.
pub(super) fn partial(record: &Record) -> TokenStream {
    let read = read(record);
    let (Binding::File { schema, .. }, Some(file)) = (&record.binding, record.binding.file()) else { return read };
    let (ident, name, names) = (&record.ident, record.binding.name(), names(record));
    let rust = ident.to_string();
    quote_spanned! {schema.span()=>
        #read
        const _: () = ::topika::__private::assert_partial(
            #rust,
            #names,
            &<<#ident as ::topika::codec::fields::OfFields>::Fields as ::topika::codec::fields::Fields>::TYPES,
            &#file,
            #name,
        );
    }
}

/// The names of the fields, as a list.
pub(super) fn names(record: &Record) -> TokenStream {
    let wires = record.fields.iter().map(|field| &field.wire);
    quote!(&[#(#wires),*])
}

/// What reading a record needs: what its fields are, and the struct made of their values.
fn read(record: &Record) -> TokenStream {
    let ident = &record.ident;
    let name = record.binding.name();
    let wires = record.fields.iter().map(|field| field.wire.as_str()).collect::<Vec<_>>().join("\n");
    let mark = mark::text(&wires);
    let names = record.fields.iter().map(|field| &field.ident);
    let slots = slots(record.fields.len());
    let values = record.fields.iter().zip(&slots).map(|(field, slot)| match is_carried(field) {
        true => quote!(#slot.0),
        false => quote!(#slot),
    });
    let (pattern, types) = (tree(slots.iter()), tree_of_types(record.fields.iter().map(carrier)));
    quote! {
        #[automatically_derived]
        impl ::topika::codec::fields::OfFields for #ident {
            type Fields = #types;

            const RECORD: &'static ::topika::codec::fields::Record =
                &::topika::codec::fields::Record { name: #name, fields: #wires, mark: #mark };

            fn of(#pattern: Self::Fields) -> Self {
                Self { #(#names: #values),* }
            }
        }
    }
}

/// Whether a field's value goes through the codec within another type.
fn is_carried(field: &Field) -> bool {
    field.way.is_some() || field.attrs.null_last.is_some()
}

/// The type that carries a field's value through the codec: its own, or one that says how it is written.
fn carrier(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.way {
        Some(way) => quote_spanned!(way.span()=> ::topika::codec::fields::As<#way, #ty>),
        None if is_carried(field) => quote_spanned!(ty.span()=> ::topika::codec::null_last::Field<#ty>),
        None => quote!(#ty),
    }
}

/// What the codec asks of a field's type: here it is named, so here the compiler says what is wrong with it.
fn path(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.way {
        Some(way) => quote_spanned!(way.span()=> <#way as ::topika::codec::ValueAs<#ty>>),
        None => {
            let carrier = carrier(field);
            quote_spanned!(ty.span()=> <#carrier as ::topika::codec::AvroValue>)
        }
    }
}

/// The check that the struct says what its file says, while compiling.
fn check(record: &Record) -> TokenStream {
    let (Binding::File { schema, .. }, Some(file)) = (&record.binding, record.binding.file()) else {
        return TokenStream::new();
    };
    let ident = &record.ident;
    let rust = ident.to_string();
    quote_spanned! {schema.span()=>
        const _: () = ::topika::__private::assert_record::<#ident>(#rust, &#file);
    }
}

fn describe(record: &Record, name: &TokenStream) -> TokenStream {
    if matches!(record.binding, Binding::File { .. }) {
        // A type of a file stands in another schema by its name.
        return quote!(text.primitive(#name););
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
        let path = path(field);
        let describe = quote_spanned!(field.ty.span()=> #path::describe);
        let order =
            field.attrs.order.as_ref().map(syn::LitStr::value).filter(|order| order != "ascending").unwrap_or_default();
        let properties = properties(field);
        let of_types = field.attrs.type_properties.iter().map(|(place, said)| quote!((#place, #said)));
        quote! {
            ::topika::codec::FieldText {
                name: #wire,
                doc: #doc,
                default: #default,
                aliases: &[#(#aliases),*],
                personal: #personal,
                order: #order,
                properties: #properties,
                type_properties: &[#(#of_types),*],
                describe: #describe,
            }
        }
    });
    quote!(text.record(#name, #doc, &[#(#fields),*]);)
}

/// What Avro does not know of a field, the part of an envelope that it carries among it.
fn properties(field: &Field) -> String {
    let said = field.attrs.properties.as_deref().unwrap_or_default();
    let Some(part) = &field.attrs.envelope else { return said.to_owned() };
    let others = said.trim().strip_prefix('{').map(str::trim_start).filter(|rest| !rest.is_empty()).unwrap_or("}");
    let comma = if others.starts_with('}') { "" } else { "," };
    format!("{{\"topika.envelope\":\"{}\"{comma}{others}", part.value())
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
