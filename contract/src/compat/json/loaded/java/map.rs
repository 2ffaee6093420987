use std::collections::{HashMap, HashSet};

/// `java.util.HashMap` with strings for keys: the order of its iteration is part of the registry's answer.
///
/// A table has a power of two of buckets and doubles when it is three quarters full; entries stand by bucket, and within one in the
/// order in which they came. (Java makes a tree of a bucket of eight or more, which can put those in another order; only keys that
/// were made to collide come to that.)
#[derive(Clone, Debug)]
pub(in crate::compat::json) struct JavaMap<V> {
    /// In the order of insertion.
    entries: Vec<Entry<V>>,
    /// Where each key stands, once there are more than [`FEW`].
    index: Option<HashMap<String, usize>>,
    buckets: usize,
}

#[derive(Clone, Debug)]
struct Entry<V> {
    hash: u32,
    key: String,
    value: V,
}

/// So many keys are looked through one by one. Most maps are smaller.
const FEW: usize = 8;

/// The largest table of Java's.
const MOST_BUCKETS: usize = 1 << 30;

impl<V> Default for JavaMap<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> JavaMap<V> {
    /// `new HashMap<>()`
    pub(in crate::compat::json) fn new() -> Self {
        Self { entries: Vec::new(), index: None, buckets: 16 }
    }

    /// `new HashMap<>(capacity)`
    pub(in crate::compat::json) fn with_capacity(capacity: usize) -> Self {
        Self {
            buckets: capacity.max(1).checked_next_power_of_two().unwrap_or(MOST_BUCKETS).min(MOST_BUCKETS),
            ..Self::new()
        }
    }

    /// `put`: a key that is there keeps its place.
    pub(in crate::compat::json) fn put(&mut self, key: impl Into<String>, value: V) {
        let key = key.into();
        if let Some(old) = self.place(&key).and_then(|at| self.entries.get_mut(at)) {
            old.value = value;
            return;
        }
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), self.entries.len());
        }
        self.entries.push(Entry { hash: string_hash(&key), key, value });
        if self.index.is_none() && self.entries.len() > FEW {
            let places = self.entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at));
            self.index = Some(places.collect());
        }
        // More than three quarters full.
        if self.entries.len() * 4 > self.buckets * 3 && self.buckets < MOST_BUCKETS {
            self.buckets *= 2;
        }
    }

    fn place(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|entry| entry.key == key),
        }
    }

    /// `get`
    pub(in crate::compat::json) fn get(&self, key: &str) -> Option<&V> {
        self.place(key).and_then(|at| self.entries.get(at)).map(|entry| &entry.value)
    }

    /// `containsKey`
    pub(in crate::compat::json) fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// `size`
    pub(in crate::compat::json) fn len(&self) -> usize {
        self.entries.len()
    }

    /// `isEmpty`
    pub(in crate::compat::json) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in the order in which Java iterates over them.
    pub(in crate::compat::json) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let mut ordered: Vec<&Entry<V>> = self.entries.iter().collect();
        ordered.sort_by_key(|entry| bucket_of(entry.hash, self.buckets));
        ordered.into_iter().map(|entry| (entry.key.as_str(), &entry.value))
    }

    /// The keys in the order in which Java iterates over them.
    pub(in crate::compat::json) fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the same order.
    pub(in crate::compat::json) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// `new HashMap<>(other)`, with other values: the table is as large as the size asks for, and filled in the other's order.
    pub(in crate::compat::json) fn copied<W>(&self, mut value: impl FnMut(&str, &V) -> W) -> JavaMap<W> {
        // Java: size / 0.75 + 1, cut to a whole number.
        let mut copy = JavaMap::with_capacity(self.len() * 4 / 3 + 1);
        for (key, old) in self.iter() {
            let new = value(key, old);
            copy.put(key, new);
        }
        copy
    }
}

/// `Map.equals`: the same keys with equal values, in whatever order.
impl<V: PartialEq> PartialEq for JavaMap<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.entries.iter().all(|entry| other.get(&entry.key).is_some_and(|theirs| *theirs == entry.value))
    }
}

/// `java.util.HashSet` of strings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::compat::json) struct JavaSet(JavaMap<()>);

impl JavaSet {
    /// `new HashSet<>(capacity)`
    pub(in crate::compat::json) fn with_capacity(capacity: usize) -> Self {
        Self(JavaMap::with_capacity(capacity))
    }

    /// `add`
    pub(in crate::compat::json) fn add(&mut self, key: &str) {
        self.0.put(key, ());
    }

    /// `contains`
    pub(in crate::compat::json) fn contains(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// `containsAll`
    pub(in crate::compat::json) fn contains_all(&self, other: &Self) -> bool {
        other.iter().all(|key| self.contains(key))
    }

    /// The members in the order in which Java iterates over them.
    pub(in crate::compat::json) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.keys()
    }
}

/// The members of `new HashSet<>(first)` to which `more` were added, in the order in which Java iterates over them. No two of `first`
/// are equal.
pub(in crate::compat::json) fn united<'k>(
    first: impl Iterator<Item = &'k str>,
    more: impl Iterator<Item = &'k str>,
) -> Vec<&'k str> {
    let mut members: Vec<(u32, &str)> = first.map(|key| (string_hash(key), key)).collect();
    let mut buckets = (members.len() * 4 / 3 + 1).max(16).checked_next_power_of_two().unwrap_or(MOST_BUCKETS);
    let mut known: Option<HashSet<&str>> = None;
    for key in more {
        let known = known.get_or_insert_with(|| members.iter().map(|(_, key)| *key).collect());
        if known.insert(key) {
            members.push((string_hash(key), key));
            if members.len() * 4 > buckets * 3 && buckets < MOST_BUCKETS {
                buckets *= 2;
            }
        }
    }
    members.sort_by_key(|(hash, _)| bucket_of(*hash, buckets));
    members.into_iter().map(|(_, key)| key).collect()
}

/// The order in which a new `HashSet` gives back what was put into it, by the hashes of the members, no two of which are equal.
pub(in crate::compat::json) fn set_order(hashes: &[u32]) -> Vec<usize> {
    let mut buckets = 16;
    while hashes.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let mut order: Vec<usize> = (0..hashes.len()).collect();
    order.sort_by_key(|at| hashes.get(*at).map_or(0, |hash| bucket_of(*hash, buckets)));
    order
}

fn bucket_of(hash: u32, buckets: usize) -> usize {
    let spread = hash ^ (hash >> 16);
    // A table has at most 2^30 buckets, so no bit of the mask is lost.
    usize::try_from(spread).unwrap_or_default() & (buckets - 1)
}

/// `String.hashCode`, as the bits of an `int`.
pub(in crate::compat::json) fn string_hash(text: &str) -> u32 {
    if text.is_ascii() {
        return text.bytes().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    }
    text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(keys: &[&str]) -> Vec<String> {
        let mut map = JavaMap::new();
        keys.iter().for_each(|key| map.put(*key, ()));
        map.keys().map(str::to_owned).collect()
    }

    // Each of these orders is what Java 17 printed for the same keys.

    #[test]
    fn many_keys_stand_as_java_has_them() {
        let keys = [
            "id",
            "name",
            "email",
            "age",
            "zip",
            "street",
            "city",
            "total",
            "currency",
            "createdAt",
            "updatedAt",
            "status",
            "type",
            "note",
            "x",
            "y",
            "z",
        ];
        let java = [
            "zip",
            "note",
            "city",
            "type",
            "createdAt",
            "total",
            "street",
            "name",
            "x",
            "y",
            "currency",
            "z",
            "id",
            "email",
            "age",
            "updatedAt",
            "status",
        ];
        assert_eq!(order(&keys), java);
        assert_eq!(united(keys.into_iter(), std::iter::empty()), java);
        assert_eq!(order(&["allOf", "anyOf", "oneOf"]), ["allOf", "oneOf", "anyOf"]);
    }

    #[test]
    fn the_capacity_and_the_units_of_utf_16_count() {
        let keys = ["Aa", "BB", "C#", "prénom", "名前", "😀"];
        assert_eq!(order(&keys), ["Aa", "BB", "C#", "prénom", "😀", "名前"]);
        let mut small = JavaMap::with_capacity(6);
        keys.iter().for_each(|key| small.put(*key, ()));
        assert_eq!(small.keys().collect::<Vec<_>>(), ["Aa", "BB", "C#", "😀", "名前", "prénom"]);
        let copy = small.copied(|_, ()| ());
        assert_eq!(copy.keys().collect::<Vec<_>>(), ["Aa", "BB", "C#", "prénom", "😀", "名前"]);
    }

    #[test]
    fn united_sets_stand_as_java_has_them() {
        let keys: Vec<String> = (0..40).map(|number| format!("k{}", number * 7919 % 1000)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        for (first, more) in [(0..0, 0..40), (0..40, 0..0), (0..12, 5..30), (0..13, 3..14), (0..25, 20..40)] {
            let (first, more) = (&keys[first], &keys[more]);
            let mut set = JavaSet::with_capacity((first.len() * 4 / 3 + 1).max(16));
            first.iter().chain(more).for_each(|key| set.add(key));
            assert_eq!(united(first.iter().copied(), more.iter().copied()), set.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_set_gives_its_members_back_by_their_hashes() {
        assert_eq!(set_order(&[33, 1, 17, 0]), [3, 0, 1, 2]);
    }

    #[test]
    fn a_key_put_twice_keeps_its_place() {
        let mut map = JavaMap::new();
        map.put("b", 1);
        map.put("a", 2);
        map.put("b", 3);
        assert_eq!(map.iter().collect::<Vec<_>>(), [("a", &2), ("b", &3)]);
    }

    #[test]
    fn keys_of_one_hash_stand_as_they_came() {
        assert_eq!(order(&["BB", "Aa"]), ["BB", "Aa"]);
        assert_eq!(order(&["Aa", "BB"]), ["Aa", "BB"]);
    }
}
