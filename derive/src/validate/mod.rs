//! `#[derive(Validate)]`: the rules as they are written, what they may stand on, and the impl.

mod applies;
mod attr;
mod emit;
mod kind;
mod model;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let result = syn::parse2::<DeriveInput>(input).and_then(|input| {
        let mut cx = Ctxt::default();
        let model = model::Model::read(&input, &mut cx);
        cx.finish(model)
    });
    match result {
        Ok(model) => model.as_ref().map(emit::validate).unwrap_or_default(),
        Err(errors) => errors.into_compile_error(),
    }
}
