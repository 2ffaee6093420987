//! Enums as serde writes them: a text for a variant without a value, an object of one member for any other.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, Unexpected, VariantAccess, Visitor,
};

use super::access::Seed;
use super::numbers::Asked;
use super::visitor::Strictly;

/// Finds the variant of an enum.
pub(super) struct Variants<V>(pub(super) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Variants<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(name.into_deserializer())
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Member(members))
    }
}

/// The object whose one member is the variant.
struct Member<A>(A);

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Member<A> {
    type Error = A::Error;
    type Variant = OneVariant<A>;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, OneVariant<A>), A::Error> {
        match self.0.next_key_seed(seed)? {
            Some(variant) => Ok((variant, OneVariant(self.0))),
            None => Err(A::Error::invalid_value(Unexpected::Map, &"an object of one member")),
        }
    }
}

/// The value of the member.
struct OneVariant<A>(A);

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for OneVariant<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::invalid_type(Unexpected::Map, &"a string"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Seed(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(Places(len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(mut self, _: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(Fields(visitor))
    }
}

/// Reads the array of a variant of several values.
struct Places<V>(usize, V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Places<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_tuple(self.0, Strictly::new(self.1, Asked::Any))
    }
}

/// Reads the object of a variant with named fields.
struct Fields<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_map(Strictly::new(self.0, Asked::Any))
    }
}
