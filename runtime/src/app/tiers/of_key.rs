//! The messages of one key, in their order. Most keys have one, which takes no memory of its own.

use std::collections::BTreeMap;

use super::entry::{Entry, Identity};

#[derive(Debug, Default)]
pub(super) enum OfKey {
    #[default]
    None,
    One(Identity, Entry),
    More(BTreeMap<Identity, Entry>),
}

impl OfKey {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    pub(super) fn get_mut(&mut self, identity: Identity) -> Option<&mut Entry> {
        match self {
            Self::One(one, entry) if *one == identity => Some(entry),
            Self::More(all) => all.get_mut(&identity),
            Self::None | Self::One(..) => None,
        }
    }

    /// In place of what there is of that message.
    pub(super) fn insert(&mut self, identity: Identity, entry: Entry) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(identity, entry),
            Self::One(one, _) if one == identity => Self::One(identity, entry),
            Self::One(one, first) => Self::More(BTreeMap::from([(one, first), (identity, entry)])),
            Self::More(mut all) => {
                all.insert(identity, entry);
                Self::More(all)
            }
        };
    }

    pub(super) fn remove(&mut self, identity: Identity) {
        *self = match std::mem::take(self) {
            Self::One(one, _) if one == identity => Self::None,
            Self::More(mut all) => {
                all.remove(&identity);
                if all.len() > 1 {
                    Self::More(all)
                } else {
                    all.pop_first().map_or(Self::None, |(one, entry)| Self::One(one, entry))
                }
            }
            other => other,
        };
    }

    /// Those before it, the nearest first.
    pub(super) fn before(&self, identity: Identity) -> impl Iterator<Item = &Entry> {
        let (one, more) = match self {
            Self::One(one, entry) if *one < identity => (Some(entry), None),
            Self::More(all) => (None, Some(all.range(..identity).rev().map(|(_, entry)| entry))),
            Self::None | Self::One(..) => (None, None),
        };
        one.into_iter().chain(more.into_iter().flatten())
    }

    /// The same, to be changed.
    pub(super) fn before_mut(&mut self, identity: Identity) -> impl Iterator<Item = &mut Entry> {
        let (one, more) = match self {
            Self::One(one, entry) if *one < identity => (Some(entry), None),
            Self::More(all) => (None, Some(all.range_mut(..identity).map(|(_, entry)| entry))),
            Self::None | Self::One(..) => (None, None),
        };
        one.into_iter().chain(more.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::entry::At;
    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_whatever_is_put_in_and_taken_out(steps in prop::collection::vec((any::<bool>(), 0_i64..6), 0..40)) {
            let (mut of_key, mut model) = (OfKey::default(), BTreeMap::new());
            let of = |offset| Identity { offset, timestamp: None };
            for (nth, (puts, offset)) in steps.into_iter().enumerate() {
                if puts {
                    of_key.insert(of(offset), Entry::waiting(At { nth, offset }, 0));
                    model.insert(offset, At { nth, offset });
                } else {
                    of_key.remove(of(offset));
                    model.remove(&offset);
                }
                prop_assert_eq!(of_key.is_empty(), model.is_empty());
                prop_assert_eq!(matches!(of_key, OfKey::More(_)), model.len() > 1);
                for offset in 0..7 {
                    prop_assert_eq!(of_key.get_mut(of(offset)).and_then(|entry| entry.at()), model.get(&offset).copied());
                    let before: Vec<At> = model.range(..offset).rev().map(|(_, at)| *at).collect();
                    prop_assert_eq!(of_key.before(of(offset)).filter_map(Entry::at).collect::<Vec<_>>(), before);
                }
            }
        }
    }

    #[test]
    fn a_message_alone_of_its_key_takes_some_hundred_bytes() {
        assert!(size_of::<OfKey>() <= 96, "{}", size_of::<OfKey>());
    }
}
