use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// A map that is a list of its entries, in the order in which they came: for the few entries that most messages have it is faster
/// than a table, and what was read is written in the same order.
///
/// ```
/// use topika::types::VecMap;
/// let mut labels = VecMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]);
/// labels.insert("b".to_owned(), 3);
/// assert_eq!(labels.get("b"), Some(&3));
/// assert_eq!(labels.iter().map(|(key, _)| key.as_str()).collect::<String>(), "ba");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VecMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for VecMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K, V> VecMap<K, V> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The value of a key.
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.0.iter().find(|(own, _)| own.borrow() == key).map(|(_, value)| value)
    }

    /// Sets the value of a key, and gives the one it had. A key that is there keeps its place.
    pub fn insert(&mut self, key: K, value: V) -> Option<V>
    where
        K: Eq,
    {
        match self.0.iter_mut().find(|(own, _)| *own == key) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }
}

impl<K: Eq + Hash, V> From<Vec<(K, V)>> for VecMap<K, V> {
    /// Of entries with one key the last counts, as in every map; it is found in linear time, however many there are.
    fn from(mut entries: Vec<(K, V)>) -> Self {
        // A few keys are compared faster than hashed.
        let twice = |(at, (key, _)): (usize, &(K, V))| entries.iter().skip(at + 1).any(|(other, _)| other == key);
        if entries.len() <= 16 && !entries.iter().enumerate().any(twice) {
            return Self(entries);
        }
        let mut seen = HashSet::with_capacity(entries.len());
        let mut last: Vec<bool> = entries.iter().rev().map(|(key, _)| seen.insert(key)).collect();
        if seen.len() < entries.len() {
            entries.retain(|_| last.pop().unwrap_or(true));
        }
        Self(entries)
    }
}

impl<K: Eq + Hash, V, const N: usize> From<[(K, V); N]> for VecMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::from(Vec::from(entries))
    }
}

impl<K: Eq + Hash, V> FromIterator<(K, V)> for VecMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::from(entries.into_iter().collect::<Vec<_>>())
    }
}

impl<K, V> IntoIterator for VecMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for VecMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Deserialize<'de> + Eq + Hash, V: Deserialize<'de>> Deserialize<'de> for VecMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);
        impl<'de, K: Deserialize<'de> + Eq + Hash, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = VecMap<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(VecMap::from(entries))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{decode, encode};

    #[test]
    fn entries_keep_their_order_and_the_last_of_a_key_counts() {
        let map = VecMap::from([("b".to_owned(), 1_i64), ("a".to_owned(), 2), ("b".to_owned(), 3)]);
        assert_eq!(map.clone().into_iter().collect::<Vec<_>>(), [("a".to_owned(), 2), ("b".to_owned(), 3)]);
        let mut out = Vec::new();
        encode(&map, &mut out).unwrap();
        assert_eq!(out, [4, 2, b'a', 4, 2, b'b', 6, 0]);
        assert_eq!(decode::<VecMap<String, i64>>(&out).unwrap(), map);
        let json = serde_json::to_string(&map).unwrap();
        assert_eq!(json, r#"{"a":2,"b":3}"#);
        assert_eq!(serde_json::from_str::<VecMap<String, i64>>(&json).unwrap(), map);
        let twice = [4, 2, b'a', 4, 2, b'a', 6, 0];
        assert_eq!(decode::<VecMap<String, i64>>(&twice).unwrap().get("a"), Some(&3));
        assert!(VecMap::<String, i64>::new().is_empty());
    }
}
