use super::Ty;

/// What the wire knows fields as: a list for each tuple.
#[derive(Clone, Copy, Debug)]
pub enum Types {
    /// Of a tuple.
    Tuple(&'static [Ty]),
    /// Of a tree of tuples; with the count of those in the first branch.
    Then(&'static Types, usize, &'static Types),
}

impl Types {
    /// That of the field at this place.
    #[must_use]
    #[allow(clippy::indexing_slicing)] // A constant function has no other way into an array; the index is checked before.
    pub const fn at(&self, at: usize) -> Option<&'static Ty> {
        match self {
            Types::Tuple(types) => {
                if at < types.len() {
                    Some(&types[at])
                } else {
                    None
                }
            }
            Types::Then(first, count, second) => {
                if at < *count {
                    first.at(at)
                } else {
                    second.at(at - *count)
                }
            }
        }
    }
}
