//! The objects of JSON, as tuples of their properties: what serde's derives write out for every property in every user's crate is written
//! here once, for tuples of any types. A type with `#[derive(topika::Object)]` is then two lists and a pattern.

mod keep;
mod property;
mod read;
mod tuple;
mod write;

pub use keep::{Ignored, Keep, Refused};
pub use property::{May, MayRef, Must, Property, PropertyRef};
pub use read::read;
pub use tuple::{Properties, PropertyRefs, Then};
pub use write::{write, write_keeping};

/// What an object's properties are called.
#[derive(Debug)]
pub struct Names {
    /// The name of the type, for messages.
    pub ty: &'static str,
    /// The names of the properties, in the order of the fields.
    pub properties: &'static [&'static str],
}

impl Names {
    /// The name of the property at a place.
    #[inline]
    fn name(&self, at: usize) -> &'static str {
        self.properties.get(at).copied().unwrap_or_default()
    }

    /// What a reader says that it looked for, as serde's derives do.
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "struct {}", self.ty)
    }
}

/// A type whose values are objects. Derived with `#[derive(topika::Object)]`.
pub trait OfProperties: Sized {
    /// The properties that the type names.
    type Properties: Properties;

    /// What becomes of the others.
    type Keep: Keep;

    /// Their names.
    const NAMES: &'static Names;

    /// The object of these values.
    fn of(values: <Self::Properties as Properties>::Values, kept: Self::Keep) -> Self;
}
