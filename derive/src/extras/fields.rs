use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::plain::Plain;
use crate::ctxt::Ctxt;

/// `OrderPlaced::FIELDS.customer_id`: the names of the fields in the schema. A constant of its own type, so that no name of a
/// schema can collide with another.
pub(super) fn fields(input: &DeriveInput, cx: &mut Ctxt) -> Option<TokenStream> {
    let plain = Plain::read(input, "derive(Fields)", cx)?;
    let (ident, vis) = (&plain.ident, &plain.vis);
    let named: Vec<_> = plain.fields.iter().filter_map(|field| Some((&field.ident, field.wire.as_ref()?))).collect();
    let (idents, wires): (Vec<_>, Vec<_>) = named.iter().copied().unzip();
    let doc = format!("The names of the fields of `{ident}` in its schema.");
    Some(quote! {
        const _: () = {
            #[doc = #doc]
            #[allow(missing_debug_implementations)] // For each field it would cost every build.
            #vis struct Fields {
                #(pub #idents: &'static str,)*
            }

            #[automatically_derived]
            #[allow(dead_code)]
            impl #ident {
                #[doc = #doc]
                #vis const FIELDS: Fields = Fields { #(#idents: #wires),* };
            }
        };
    })
}
