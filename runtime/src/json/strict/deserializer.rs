use serde::de::{Deserializer, Visitor};

use super::enums::Variants;
use super::numbers::Asked;
use super::visitor::Strictly;

/// A deserializer that takes a value only for what it is in JSON, at every depth.
///
/// serde's derives are made for formats of all kinds: they take an array for a struct (its fields in their order), `{"Red": null}` for the
/// symbol `"Red"`, refuse `1.0` for an integer, and round a whole number to the nearest double. To JSON Schema the first two are other
/// values, the third is an integer, and the last loses digits.
pub(crate) struct Strict<D>(pub(crate) D);

macro_rules! forward {
    ($($method:ident as $asked:ident,)+) => { $(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Strictly::new(visitor, Asked::$asked))
        }
    )+ };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    forward! {
        deserialize_any as Any,
        deserialize_bool as Any,
        deserialize_i8 as Whole,
        deserialize_i16 as Whole,
        deserialize_i32 as Whole,
        deserialize_i64 as Whole,
        deserialize_i128 as Whole,
        deserialize_u8 as Whole,
        deserialize_u16 as Whole,
        deserialize_u32 as Whole,
        deserialize_u64 as Whole,
        deserialize_u128 as Whole,
        deserialize_f32 as Double,
        deserialize_f64 as Double,
        deserialize_char as Any,
        deserialize_str as Any,
        deserialize_string as Any,
        deserialize_bytes as Any,
        deserialize_byte_buf as Any,
        deserialize_option as Any,
        deserialize_unit as Any,
        deserialize_seq as Any,
        deserialize_map as Any,
        deserialize_identifier as Any,
        deserialize_ignored_any as Any,
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, Strictly::new(visitor, Asked::Any))
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Strictly::new(visitor, Asked::Any))
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, Strictly::new(visitor, Asked::Any))
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, Strictly::new(visitor, Asked::Any))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Strictly::new(visitor, Asked::Any))
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Variants(visitor))
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}
