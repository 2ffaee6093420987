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
    expand_or(input, read, check, emit, |_| TokenStream::new())
}

/// As [`expand`]; beside errors stands what `stub` gives, so that what uses the type has none of its own.
fn expand_or<T>(
    input: TokenStream,
    read: impl FnOnce(&DeriveInput, &mut Ctxt) -> Option<T>,
    check: impl FnOnce(&T, &mut Ctxt),
    emit: impl FnOnce(&T) -> TokenStream,
    stub: impl FnOnce(&DeriveInput) -> TokenStream,
) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut cx = Ctxt::default();
    let model = read(&input, &mut cx);
    if let Some(model) = &model {
        check(model, &mut cx);
    }
    match cx.finish(model) {
        Ok(model) => model.as_ref().map(emit).unwrap_or_default(),
        Err(errors) => {
            let mut tokens = errors.into_compile_error();
            tokens.extend(stub(&input));
            tokens
        }
    }
}

pub(crate) fn event(input: TokenStream) -> TokenStream {
    expand_or(input, Event::read, check::event, emit::event, emit::stub::event)
}

pub(crate) fn record(input: TokenStream) -> TokenStream {
    expand_or(input, Record::read, check::record, emit::record, emit::stub::value)
}

pub(crate) fn enumeration(input: TokenStream) -> TokenStream {
    expand_or(input, Enum::read, check::enumeration, emit::enumeration, emit::stub::value)
}

pub(crate) fn union(input: TokenStream) -> TokenStream {
    expand_or(input, Union::read, |_, _| (), emit::union, emit::stub::value)
}

pub(crate) fn fixed(input: TokenStream) -> TokenStream {
    expand_or(input, Fixed::read, |_, _| (), emit::fixed, emit::stub::value)
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
