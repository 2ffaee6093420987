//! Arrays whose places have types of their own: how the derive `Tuple` reads and writes.

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::ser::{Error as _, Serialize, SerializeSeq};
use serde_json::Value;

/// The items of an array, place by place.
#[derive(Debug)]
pub struct Items {
    left: std::vec::IntoIter<Value>,
    place: usize,
}

impl Items {
    /// Reads an array.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items: Vec<Value> = serde::Deserialize::deserialize(deserializer)?;
        Ok(Self { left: items.into_iter(), place: 0 })
    }

    /// The next item, which may be missing.
    pub fn optional<T: DeserializeOwned, E: Error>(&mut self) -> Result<Option<T>, E> {
        let Some(item) = self.left.next() else { return Ok(None) };
        let place = self.place;
        self.place += 1;
        super::read::from_value(&item).map(Some).map_err(|error| E::custom(format_args!("item {place}: {error}")))
    }

    /// The next item.
    pub fn required<T: DeserializeOwned, E: Error>(&mut self) -> Result<T, E> {
        let place = self.place;
        self.optional()?.ok_or_else(|| E::custom(format_args!("the array ends before item {place}")))
    }

    /// All other items.
    pub fn rest<T: DeserializeOwned, E: Error>(&mut self) -> Result<Vec<T>, E> {
        let mut rest = Vec::with_capacity(self.left.len());
        while let Some(item) = self.optional()? {
            rest.push(item);
        }
        Ok(rest)
    }

    /// That there are no others.
    pub fn end<E: Error>(&self) -> Result<(), E> {
        match self.left.len() {
            0 => Ok(()),
            more => Err(E::custom(format_args!("the array goes on for {more} items after its last place"))),
        }
    }
}

/// An array that is being written.
#[derive(Debug)]
pub struct ItemsOut<S> {
    seq: S,
    place: usize,
    ended: Option<usize>,
}

impl<S: SerializeSeq> ItemsOut<S> {
    /// Begins.
    pub fn new(seq: S) -> Self {
        Self { seq, place: 0, ended: None }
    }

    /// Writes an item.
    pub fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), S::Error> {
        if let Some(ended) = self.ended {
            let place = self.place;
            return Err(S::Error::custom(format_args!("item {ended} is missing, so there can be no item {place}")));
        }
        self.place += 1;
        self.seq.serialize_element(item)
    }

    /// Writes an item that may be missing, with all after it.
    pub fn optional<T: Serialize>(&mut self, item: &Option<T>) -> Result<(), S::Error> {
        if let Some(item) = item {
            return self.item(item);
        }
        self.ended = self.ended.or(Some(self.place));
        self.place += 1;
        Ok(())
    }

    /// Ends.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.seq.end()
    }
}
