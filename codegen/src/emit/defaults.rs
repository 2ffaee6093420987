//! What the optional properties of a JSON object mean where they are absent, as constants of its type.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::doc::doc;
use super::path::ty;
use crate::ir::{Body, Constant, Field, Ir, Struct, Ty, TypeDef};
use crate::names::{Ident, Scope};

/// `impl T { pub const DEFAULT_LEVEL: i64 = 3; }`; nothing where there is no default that a constant says.
pub(super) fn constants(ir: &Ir, def: &TypeDef, body: &Struct) -> TokenStream {
    let mut scope = Scope::default();
    let said: Vec<TokenStream> = body.fields.iter().filter_map(|field| constant(ir, def, field, &mut scope)).collect();
    if said.is_empty() {
        return TokenStream::new();
    }
    let name = &def.name;
    quote!(impl #name { #(#said)* })
}

fn constant(ir: &Ir, def: &TypeDef, field: &Field, scope: &mut Scope) -> Option<TokenStream> {
    let (of, value) = match field.constant.as_ref()? {
        Constant::Bool(value) => (quote!(bool), quote!(#value)),
        Constant::I64(value) => {
            let sign = value.is_negative().then(|| quote!(-));
            let digits = Literal::u64_unsuffixed(value.unsigned_abs());
            (quote!(i64), quote!(#sign #digits))
        }
        Constant::U64(value) => {
            let value = Literal::u64_unsuffixed(*value);
            (quote!(u64), quote!(#value))
        }
        Constant::F64(value) => {
            let sign = value.is_sign_negative().then(|| quote!(-));
            let digits = Literal::f64_unsuffixed(value.abs());
            (quote!(f64), quote!(#sign #digits))
        }
        Constant::Text(text) => (quote!(&'static str), quote!(#text)),
        Constant::Symbol(id, symbol) => {
            let Body::Enum(body) = &ir.types.get(id.0)?.body else { return None };
            let variant = &body.variants.iter().find(|variant| variant.symbol == *symbol)?.name;
            let of = ty(ir, &def.module, &Ty::Named(*id));
            (of.clone(), quote!(#of::#variant))
        }
    };
    let name: Ident = scope.claim(&format!("DEFAULT_{}", field.name.text().to_uppercase())).0;
    let doc = doc(Some(&format!("What `{}` means where it is absent.", field.name.text())));
    Some(quote!(#doc pub const #name: #of = #value;))
}
