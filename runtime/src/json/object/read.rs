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
        T::NAMES.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut properties = T::Properties::default();
        let mut kept = T::Keep::default();
        let mut next = 0;
        let mut other = Cow::Borrowed("");
        while let Some(at) = map.next_key_seed(Key { names: T::NAMES, next, other: &mut other })? {
            if at < T::Properties::COUNT {
                next = at + 1;
                properties.read(at, 0, T::NAMES, &mut map)?;
            } else {
                kept.read(&other, T::NAMES, &mut map)?;
            }
        }
        Ok(T::of(properties.values(0, T::NAMES)?, kept))
    }
}

/// Which property a name is; of another one, the count of the properties, and the name itself goes to `other`. Objects are mostly written in
/// the order of their schema, so the one behind the last is asked first.
struct Key<'a, 'de> {
    names: &'static Names,
    next: usize,
    other: &'a mut Cow<'de, str>,
}

impl Key<'_, '_> {
    #[inline]
    fn find(&self, key: &str) -> Option<usize> {
        let names = self.names.properties;
        match names.get(self.next) {
            Some(name) if *name == key => Some(self.next),
            _ => names.iter().position(|name| *name == key),
        }
    }
}

impl<'de> Key<'_, 'de> {
    #[cold]
    fn other(self, key: Cow<'de, str>) -> usize {
        *self.other = key;
        self.names.properties.len()
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_, 'de> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Key<'_, 'de> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<usize, E> {
        Ok(match self.find(key) {
            Some(at) => at,
            None => self.other(Cow::Owned(key.to_owned())),
        })
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<usize, E> {
        Ok(match self.find(key) {
            Some(at) => at,
            None => self.other(Cow::Borrowed(key)),
        })
    }

    #[inline]
    fn visit_string<E: Error>(self, key: String) -> Result<usize, E> {
        Ok(match self.find(&key) {
            Some(at) => at,
            None => self.other(Cow::Owned(key)),
        })
    }
}
