//! `#[handler(...)]`, as it is written.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, LitStr};

use crate::ctxt::Ctxt;

/// What becomes of a message whose handler failed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Retriable,
    Fatal,
    Poison,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Self::Retriable => "retriable",
            Self::Fatal => "fatal",
            Self::Poison => "poison",
        }
    }
}

/// What stands on a type or a variant.
#[derive(Default)]
pub(super) struct Attrs {
    pub(super) code: Option<LitStr>,
    pub(super) class: Option<(Class, Span)>,
    pub(super) transparent: Option<Span>,
}

impl Attrs {
    pub(super) fn read(attrs: &[Attribute], cx: &mut Ctxt) -> Self {
        let mut this = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("handler")) {
            let read = attr.parse_nested_meta(|meta| {
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                let class = match name.as_str() {
                    "code" => {
                        let code: LitStr = meta.value()?.parse()?;
                        if this.code.is_some() {
                            return Err(meta.error("`code` is said twice: an error has one code"));
                        }
                        this.code = Some(code);
                        return Ok(());
                    }
                    "transparent" => {
                        this.transparent = Some(meta.path.span());
                        return Ok(());
                    }
                    "retriable" => Class::Retriable,
                    "fatal" => Class::Fatal,
                    "poison" => Class::Poison,
                    _ => {
                        return Err(meta.error(
                            "unknown word of a handler's error; there are `code = \"oven-broken\"`, `retriable` (what it is without a word), `fatal` (no other try mends it), \
                             `poison` (the message is wrong) and `transparent` (as the error that it holds)",
                        ));
                    }
                };
                match this.class {
                    Some((before, _)) if before == class => Err(meta.error(format!("`{name}` is said twice"))),
                    Some((before, _)) => Err(meta.error(format!(
                        "an error is one of `retriable`, `fatal` and `poison`, and this is `{}` already{}",
                        before.name(),
                        if matches!((before, class), (Class::Fatal, Class::Poison) | (Class::Poison, Class::Fatal)) {
                            ": a poison message is never tried again, so leave `fatal` out"
                        } else {
                            ""
                        }
                    ))),
                    None => {
                        this.class = Some((class, meta.path.span()));
                        Ok(())
                    }
                }
            });
            if let Err(error) = read {
                cx.push(error);
            }
        }
        this
    }
}
