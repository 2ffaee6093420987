//! From tokens to tokens: read, check, emit. Whatever is wrong becomes compile errors at its place; nothing panics.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ctxt::Ctxt;
use crate::json::{Literal, OneOf, Tuple};
use crate::key::KeyOf;
use crate::model::{Enum, Event, Fixed, Record, Union};
use crate::object::Object;
use crate::topic::Topic;
use crate::{check, emit};

fn expand<T>(
    input: TokenStream,
    read: impl FnOnce(&DeriveInput, &mut Ctxt) -> Option<T>,
    check: impl FnOnce(&T, &mut Ctxt),
    emit: impl FnOnce(&T) -> TokenStream,
) -> TokenStream {
    let result = syn::parse2::<DeriveInput>(input).and_then(|input| {
        let mut cx = Ctxt::default();
        let model = read(&input, &mut cx);
        if let Some(model) = &model {
            check(model, &mut cx);
        }
        cx.finish(model)
    });
    match result {
        Ok(model) => model.as_ref().map(emit).unwrap_or_default(),
        Err(errors) => errors.into_compile_error(),
    }
}

pub(crate) fn event(input: TokenStream) -> TokenStream {
    expand(input, Event::read, check::event, emit::event)
}

pub(crate) fn record(input: TokenStream) -> TokenStream {
    expand(input, Record::read, check::record, emit::record)
}

pub(crate) fn enumeration(input: TokenStream) -> TokenStream {
    expand(input, Enum::read, check::enumeration, emit::enumeration)
}

pub(crate) fn union(input: TokenStream) -> TokenStream {
    expand(input, Union::read, |_, _| (), emit::union)
}

pub(crate) fn fixed(input: TokenStream) -> TokenStream {
    expand(input, Fixed::read, |_, _| (), emit::fixed)
}

pub(crate) fn one_of(input: TokenStream) -> TokenStream {
    expand(input, OneOf::read, |_, _| (), emit::one_of)
}

pub(crate) fn literal(input: TokenStream) -> TokenStream {
    expand(input, Literal::read, |_, _| (), emit::literal)
}

pub(crate) fn object(input: TokenStream) -> TokenStream {
    expand(input, Object::read, |_, _| (), emit::object)
}

pub(crate) fn tuple(input: TokenStream) -> TokenStream {
    expand(input, Tuple::read, |_, _| (), emit::tuple)
}

pub(crate) fn topic(input: TokenStream) -> TokenStream {
    expand(input, Topic::read, check::topic, emit::topic)
}

pub(crate) fn key(input: TokenStream) -> TokenStream {
    expand(input, KeyOf::read, |_, _| (), emit::key)
}

#[cfg(test)]
mod generated;
#[cfg(test)]
mod tests;
