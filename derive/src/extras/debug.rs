use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::DeriveInput;

use super::plain::{Plain, PlainField};
use crate::ctxt::Ctxt;

/// `Debug` that shows `[redacted]` for every field that is marked as personal.
pub(super) fn redacted(input: &DeriveInput, cx: &mut Ctxt) -> Option<TokenStream> {
    let plain = Plain::read(input, "derive(RedactedDebug)", cx)?;
    let ident = &plain.ident;
    Some(debug(ident, &quote!(#ident), &plain.fields))
}

/// The impl for a type of that name, which has these fields.
pub(super) fn debug(name: &Ident, ty: &TokenStream, fields: &[PlainField]) -> TokenStream {
    let name = name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let fields = fields.iter().map(|field| {
        let ident = &field.ident;
        let text = ident.to_string();
        let text = text.strip_prefix("r#").unwrap_or(&text);
        if field.personal {
            quote!(.field(#text, &::core::format_args!("[redacted]")))
        } else {
            quote!(.field(#text, &self.#ident))
        }
    });
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Debug for #ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#name) #(#fields)* .finish()
            }
        }
    }
}
