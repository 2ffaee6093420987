//! The derives beside the codec: names of fields, a `Debug` that hides, builders, and twins that borrow.

mod borrowed;
mod builder;
mod debug;
mod fields;
mod plain;
mod unescaped;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

fn expand(input: TokenStream, emit: impl FnOnce(&DeriveInput, &mut Ctxt) -> Option<TokenStream>) -> TokenStream {
    let result = syn::parse2::<DeriveInput>(input).and_then(|input| {
        let mut cx = Ctxt::default();
        let tokens = emit(&input, &mut cx);
        cx.finish(tokens)
    });
    match result {
        Ok(tokens) => tokens.unwrap_or_default(),
        Err(errors) => errors.into_compile_error(),
    }
}

pub(crate) fn fields(input: TokenStream) -> TokenStream {
    expand(input, fields::fields)
}

pub(crate) fn redacted_debug(input: TokenStream) -> TokenStream {
    expand(input, debug::redacted)
}

pub(crate) fn builder(input: TokenStream) -> TokenStream {
    expand(input, builder::builder)
}

pub(crate) fn borrowed(input: TokenStream) -> TokenStream {
    expand(input, borrowed::borrowed)
}
