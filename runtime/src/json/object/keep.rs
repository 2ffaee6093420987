use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess};

use super::Names;

/// What becomes of the properties that a type does not name.
pub trait Keep: Default {
    /// Reads the value of one.
    ///
    /// # Errors
    /// Those of the value, or that there may be none.
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, names: &'static Names, map: &mut A) -> Result<(), A::Error>;
}

/// There may be none.
#[derive(Debug, Default)]
pub struct Refused;

impl Keep for Refused {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, names: &'static Names, _: &mut A) -> Result<(), A::Error> {
        Err(A::Error::unknown_field(name, names.properties))
    }
}

/// They are read past.
#[derive(Debug, Default)]
pub struct Ignored;

impl Keep for Ignored {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, _: &str, _: &'static Names, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(drop)
    }
}

/// They are kept; of two with one name the last, as everywhere in maps.
impl<V: DeserializeOwned> Keep for BTreeMap<String, V> {
    #[inline]
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, _: &'static Names, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value()?;
        self.insert(name.to_owned(), value);
        Ok(())
    }
}
