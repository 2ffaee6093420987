use std::collections::HashMap;

/// `java.util.HashMap` with strings for keys: the order of its iteration is part of the registry's answer.
///
/// A table has a power of two of buckets and doubles when it is three quarters full; entries stand by bucket, and within one in the
/// order in which they came. (Java makes a tree of a bucket of eight or more, which can put those in another order; only keys that
/// were made to collide come to that.)
#[derive(Clone, Debug)]
pub(in crate::compat::json) struct JavaMap<V> {
    /// In the order of insertion.
    entries: Vec<(String, V)>,
    index: HashMap<String, usize>,
    buckets: usize,
}

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
        Self { entries: Vec::new(), index: HashMap::new(), buckets: 16 }
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
        if let Some((_, old)) = self.index.get(&key).and_then(|at| self.entries.get_mut(*at)) {
            *old = value;
            return;
        }
        self.index.insert(key.clone(), self.entries.len());
        self.entries.push((key, value));
        // More than three quarters full.
        if self.entries.len() * 4 > self.buckets * 3 && self.buckets < MOST_BUCKETS {
            self.buckets *= 2;
        }
    }

    /// `get`
    pub(in crate::compat::json) fn get(&self, key: &str) -> Option<&V> {
        self.index.get(key).and_then(|at| self.entries.get(*at)).map(|(_, value)| value)
    }

    /// `containsKey`
    pub(in crate::compat::json) fn contains_key(&self, key: &str) -> bool {
        self.index.contains_key(key)
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
        let mut ordered: Vec<(usize, &(String, V))> =
            self.entries.iter().map(|entry| (bucket(&entry.0, self.buckets), entry)).collect();
        ordered.sort_by_key(|(bucket, _)| *bucket);
        ordered.into_iter().map(|(_, (key, value))| (key.as_str(), value))
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
            && self.entries.iter().all(|(key, value)| other.get(key).is_some_and(|theirs| theirs == value))
    }
}

/// `java.util.HashSet` of strings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::compat::json) struct JavaSet(JavaMap<()>);

impl JavaSet {
    /// `new HashSet<>()`
    pub(in crate::compat::json) fn new() -> Self {
        Self(JavaMap::new())
    }

    /// `new HashSet<>(capacity)`
    pub(in crate::compat::json) fn with_capacity(capacity: usize) -> Self {
        Self(JavaMap::with_capacity(capacity))
    }

    /// `new HashSet<>(collection)`
    pub(in crate::compat::json) fn of<'k>(keys: impl IntoIterator<Item = &'k str>) -> Self {
        let keys: Vec<&str> = keys.into_iter().collect();
        let mut set = Self::with_capacity((keys.len() * 4 / 3 + 1).max(16));
        keys.into_iter().for_each(|key| set.add(key));
        set
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

    /// `size`
    pub(in crate::compat::json) fn len(&self) -> usize {
        self.0.len()
    }

    /// The members in the order in which Java iterates over them.
    pub(in crate::compat::json) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.keys()
    }
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

fn bucket(key: &str, buckets: usize) -> usize {
    bucket_of(string_hash(key), buckets)
}

fn bucket_of(hash: u32, buckets: usize) -> usize {
    let spread = hash ^ (hash >> 16);
    // A table has at most 2^30 buckets, so no bit of the mask is lost.
    usize::try_from(spread).unwrap_or_default() & (buckets - 1)
}

/// `String.hashCode`, as the bits of an `int`.
pub(super) fn string_hash(text: &str) -> u32 {
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
        assert_eq!(JavaSet::of(keys).iter().collect::<Vec<_>>(), java);
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
