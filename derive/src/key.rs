//! Structs that are keys, and enums whose text is one, read from the syntax tree.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Type};

use crate::attr::TypeAttrs;
use crate::binding::Binding;
use crate::ctxt::Ctxt;
use crate::model::{named_fields, no_generics};

/// What derives `Key`.
pub(crate) enum KeyOf {
    Record(KeyRecord),
    /// An enum that serde writes as a string: so it is one in a key.
    Symbols(Ident),
}

impl KeyOf {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        match &input.data {
            Data::Enum(_) => {
                no_generics(input, cx);
                Some(Self::Symbols(input.ident.clone()))
            }
            Data::Struct(_) | Data::Union(_) => KeyRecord::read(input, cx).map(Self::Record),
        }
    }
}

/// A struct that is a key with a schema.
pub(crate) struct KeyRecord {
    pub(crate) ident: Ident,
    /// Where it says its schema itself; without it, it is an event of a file.
    pub(crate) binding: Option<Binding>,
    pub(crate) fields: Vec<(Ident, Type)>,
}

impl KeyRecord {
    pub(crate) fn read(input: &DeriveInput, cx: &mut Ctxt) -> Option<Self> {
        let attrs = TypeAttrs::read(&input.attrs, cx);
        no_generics(input, cx);
        let binding = match attrs.schema {
            Some(_) => None,
            None => Some(Binding::of_nested(&attrs, &input.ident, cx)?),
        };
        let named = named_fields(input, "a key", cx)?;
        let fields = named.named.iter().filter_map(|field| Some((field.ident.clone()?, field.ty.clone()))).collect();
        Some(Self { ident: input.ident.clone(), binding, fields })
    }
}
