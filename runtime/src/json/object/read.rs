use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::{Keep, Names, OfProperties, Properties};

/// The body of `Deserialize` for an object.
///
/// # Errors
/// Those of the properties, a missing one, one that is there twice, or one that may not be.
pub fn read<'de, T: OfProperties, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: OfProperties> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAMES.ty)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut properties = T::Properties::default();
        let mut kept = T::Keep::default();
        let mut next = 0;
        while let Some(key) = map.next_key_seed(Key { names: T::NAMES, next })? {
            match key {
                Found::Named(at, name) => {
                    next = at + 1;
                    properties.read(at, name, &mut map)?;
                }
                Found::Other(name) => kept.read(&name, T::NAMES, &mut map)?,
            }
        }
        Ok(T::of(properties.values(0, T::NAMES)?, kept))
    }
}

/// Which property a name is. Objects are mostly written in the order of their schema, so the one behind the last is asked first.
#[derive(Clone, Copy)]
struct Key {
    names: &'static Names,
    next: usize,
}

enum Found<'de> {
    Named(usize, &'static str),
    Other(Cow<'de, str>),
}

impl Key {
    #[inline]
    fn find(self, key: &str) -> Option<(usize, &'static str)> {
        let names = self.names.properties;
        match names.get(self.next) {
            Some(name) if *name == key => Some((self.next, name)),
            _ => names.iter().position(|name| *name == key).and_then(|at| Some((at, *names.get(at)?))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Found<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found<'de>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<Found<'de>, E> {
        Ok(self.find(key).map_or_else(|| Found::Other(Cow::Owned(key.to_owned())), |(at, name)| Found::Named(at, name)))
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Found<'de>, E> {
        Ok(self.find(key).map_or(Found::Other(Cow::Borrowed(key)), |(at, name)| Found::Named(at, name)))
    }

    #[inline]
    fn visit_string<E: Error>(self, key: String) -> Result<Found<'de>, E> {
        Ok(match self.find(&key) {
            Some((at, name)) => Found::Named(at, name),
            None => Found::Other(Cow::Owned(key)),
        })
    }
}
