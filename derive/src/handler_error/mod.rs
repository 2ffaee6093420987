//! `#[derive(HandlerError)]`: what each error of a handler is called, and whether another try may mend it.

mod attr;
mod code;
mod emit;
mod model;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut cx = Ctxt::default();
    let model = model::Model::read(&input, &mut cx);
    match cx.finish(model) {
        Ok(model) => model.as_ref().map(emit::handler_error).unwrap_or_default(),
        Err(errors) => {
            let mut tokens = errors.into_compile_error();
            tokens.extend(emit::stub(&input));
            tokens
        }
    }
}
