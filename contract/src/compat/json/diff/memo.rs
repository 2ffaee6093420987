//! What is known of pairs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::found::{At, Side};
use super::outcome::Outcome;

/// Two nodes that are compared.
pub(super) type Pair = (At, At);

/// What came of pairs, by their numbers.
#[derive(Default)]
pub(super) struct Memo(HashMap<u64, Option<Outcome>, BuildHasherDefault<Folded>>);

/// What a memo says of a pair.
pub(super) enum State {
    /// It was not met.
    New,
    /// It is being compared.
    Open,
    /// It is known.
    Known(Outcome),
}

impl Memo {
    /// What is said of a pair. One that was not met is open from now on.
    pub(super) fn ask(&mut self, pair: &Pair) -> State {
        use std::collections::hash_map::Entry;
        match self.0.entry(number(pair)) {
            Entry::Occupied(known) => known.get().map_or(State::Open, State::Known),
            Entry::Vacant(new) => {
                new.insert(None);
                State::New
            }
        }
    }

    pub(super) fn get(&self, pair: &Pair) -> Option<Outcome> {
        self.0.get(&number(pair)).copied().flatten()
    }

    pub(super) fn settle(&mut self, pair: &Pair, outcome: Outcome) {
        self.0.insert(number(pair), Some(outcome));
    }

    /// As if the pair had not been met.
    pub(super) fn forget(&mut self, pair: &Pair) {
        self.0.remove(&number(pair));
    }

    /// The incompatible ones, and nothing else.
    pub(super) fn take_incompatible(&mut self) -> Self {
        let mut known = std::mem::take(&mut self.0);
        known.retain(|_, outcome| outcome.is_some_and(|outcome| !outcome.compatible));
        Self(known)
    }

    /// Takes over what another knows.
    pub(super) fn learn(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether both know the same pairs.
    pub(super) fn knows_the_pairs_of(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.keys().all(|pair| other.0.contains_key(pair))
    }
}

/// A number for each pair: a schema has far fewer nodes than two to the 31st.
fn number((original, update): &Pair) -> u64 {
    let of = |at: &At| {
        let node = u64::try_from(at.node.number()).unwrap_or(u64::MAX);
        node.wrapping_mul(2).wrapping_add(u64::from(at.side == Side::Update))
    };
    (of(original) << 32) | of(update)
}

/// Both halves of a number multiplied into each other. The numbers are counted by the loader, so no text chooses them, and the usual
/// hasher takes longer than the comparison of two strings.
#[derive(Default)]
pub(super) struct Folded(u64);

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93_u128;
        let low = u64::try_from(product & u128::from(u64::MAX)).unwrap_or_default();
        let high = u64::try_from(product >> 64).unwrap_or_default();
        self.0 = low ^ high;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
