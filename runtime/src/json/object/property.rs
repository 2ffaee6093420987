use serde::Serialize;
use serde::de::{DeserializeOwned, Error, MapAccess};
use serde::ser::SerializeMap;

use super::Names;

/// The place of a property's value while an object is read.
pub trait Property: Default {
    /// The value.
    type Value;

    /// Reads the value of this, the property `at`.
    ///
    /// # Errors
    /// Those of the value, or that it is there twice.
    fn read<'de, A: MapAccess<'de>>(&mut self, at: usize, names: &'static Names, map: &mut A) -> Result<(), A::Error>;

    /// The value, when the object is read, of which this is the property `at`.
    ///
    /// # Errors
    /// When there is none and must be one.
    fn value<E: Error>(self, at: usize, names: &'static Names) -> Result<Self::Value, E>;
}

/// A required property.
#[derive(Debug)]
pub struct Must<T>(Option<T>);

/// An optional property. What is there is a value, also where it is null.
#[derive(Debug)]
pub struct May<T>(Option<T>);

impl<T> Default for Must<T> {
    #[inline]
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for May<T> {
    #[inline]
    fn default() -> Self {
        Self(None)
    }
}

#[inline]
fn read_once<'de, T: DeserializeOwned, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    at: usize,
    names: &'static Names,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(twice(at, names));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// Out of line, and the name is looked up only here: what is there twice ends the object.
#[cold]
#[inline(never)]
fn twice<E: Error>(at: usize, names: &'static Names) -> E {
    E::duplicate_field(names.name(at))
}

/// As [`twice`], of what is not there and must be.
#[cold]
#[inline(never)]
fn missing<E: Error>(at: usize, names: &'static Names) -> E {
    E::missing_field(names.name(at))
}

impl<T: DeserializeOwned> Property for Must<T> {
    type Value = T;

    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, at: usize, names: &'static Names, map: &mut A) -> Result<(), A::Error> {
        read_once(&mut self.0, at, names, map)
    }

    #[inline]
    fn value<E: Error>(self, at: usize, names: &'static Names) -> Result<T, E> {
        self.0.ok_or_else(|| missing(at, names))
    }
}

impl<T: DeserializeOwned> Property for May<T> {
    type Value = Option<T>;

    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, at: usize, names: &'static Names, map: &mut A) -> Result<(), A::Error> {
        read_once(&mut self.0, at, names, map)
    }

    #[inline]
    fn value<E: Error>(self, _: usize, _: &'static Names) -> Result<Option<T>, E> {
        Ok(self.0)
    }
}

/// A property of a value that is written.
pub trait PropertyRef {
    /// Whether it is there.
    fn is_there(&self) -> bool;

    /// Writes it, where it is there.
    ///
    /// # Errors
    /// Those of the value.
    fn write<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error>;
}

/// A required one.
impl<T: Serialize> PropertyRef for &T {
    #[inline]
    fn is_there(&self) -> bool {
        true
    }

    #[inline]
    fn write<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry(name, self)
    }
}

/// An optional one.
#[derive(Debug)]
pub struct MayRef<'a, T>(pub &'a Option<T>);

impl<T: Serialize> PropertyRef for MayRef<'_, T> {
    #[inline]
    fn is_there(&self) -> bool {
        self.0.is_some()
    }

    #[inline]
    fn write<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error> {
        match self.0 {
            Some(value) => map.serialize_entry(name, value),
            None => Ok(()),
        }
    }
}
