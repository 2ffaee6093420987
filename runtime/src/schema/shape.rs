use super::Ty;

/// What a field is on the wire, and the fewest bytes that it takes there.
#[derive(Clone, Copy, Debug)]
pub struct FieldShape {
    /// What the wire knows it as.
    pub ty: Ty,
    /// The fewest bytes.
    pub min_size: usize,
}

impl FieldShape {
    /// The fewest bytes of fields that follow each other.
    #[must_use]
    #[allow(clippy::indexing_slicing)] // A constant function has no other way into an array; the index is checked before.
    pub const fn min_size_of(fields: &[Self]) -> usize {
        let (mut at, mut sum) = (0, 0);
        while at < fields.len() {
            sum += fields[at].min_size;
            at += 1;
        }
        sum
    }
}
