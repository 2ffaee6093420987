//! Marks: numbers that stand for types and names, so that the compiler compares a generated record with its file in one step. To compare
//! names letter by letter while compiling took an eighth of the time of checking a generated type.
//!
//! The generator (`codegen/src/emit/mark.rs`) and the derive (`derive/src/mark.rs`) compute the same numbers; a test of each holds them to the
//! same values. Where they differ nothing is lost: [`assert_record`](super::conform::assert_record) then looks at each field.

use super::Ty;

const PRIME: u128 = (1 << 61) - 1;
const FACTOR: u128 = 0x0BF5_8476_D1CE_4E5B;

/// The mark of what has the mark `before`, followed by `next`.
#[allow(clippy::cast_possible_truncation)] // What is left of a division by less than 2^61 is.
pub(crate) const fn then(before: u64, next: u64) -> u64 {
    ((before as u128 * FACTOR + next as u128) % PRIME) as u64
}

/// The mark of two lists of fields that follow each other.
pub(crate) const fn pair(first: u64, second: u64) -> u64 {
    then(then(27, first), second)
}

/// The mark of a text.
pub(crate) const fn text(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut mark = text.len() as u64;
    let mut words = words;
    while let [word, others @ ..] = words {
        mark = then(mark, u64::from_le_bytes(*word));
        words = others;
    }
    let mut last = 0;
    let mut rest = rest;
    while let [others @ .., byte] = rest {
        last = last << 8 | *byte as u64;
        rest = others;
    }
    then(mark, last)
}

impl Ty {
    /// The number that stands for the type.
    pub(crate) const fn mark(&self) -> u64 {
        match self {
            Ty::Null => 1,
            Ty::Boolean => 2,
            Ty::Int => 3,
            Ty::Long => 4,
            Ty::Float => 5,
            Ty::Double => 6,
            Ty::Bytes => 7,
            Ty::String => 8,
            Ty::Uuid => 9,
            Ty::Date => 10,
            Ty::TimeMillis => 11,
            Ty::TimeMicros => 12,
            Ty::TimestampMillis => 13,
            Ty::TimestampMicros => 14,
            Ty::TimestampNanos => 15,
            Ty::LocalTimestampMillis => 16,
            Ty::LocalTimestampMicros => 17,
            Ty::LocalTimestampNanos => 18,
            Ty::Any => 19,
            Ty::Array(items) => then(20, items.mark()),
            Ty::Map(values) => then(21, values.mark()),
            Ty::Named(name) => then(22, text(name)),
            Ty::Duration(name) => then(23, text(name)),
            Ty::Decimal { precision, scale } => then(then(24, *precision as u64), *scale as u64),
            Ty::DecimalFixed { precision, scale, name } => {
                then(then(then(25, *precision as u64), *scale as u64), text(name))
            }
            Ty::Union(branches) => {
                let mut mark = 26;
                let mut branches = *branches;
                while let [branch, others @ ..] = branches {
                    mark = then(mark, branch.mark());
                    branches = others;
                }
                mark
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_those_of_the_generator_and_of_the_derive() {
        assert_eq!(text(""), 0);
        assert_eq!(text("a\nbc\ndefghij"), TEXT);
        assert_eq!(Ty::Union(&[Ty::Null, Ty::Array(&Ty::Named("a.B"))]).mark(), UNION);
        assert_eq!(Ty::DecimalFixed { precision: 10, scale: 2, name: "a.C" }.mark(), DECIMAL);
    }

    // The same stand in codegen/src/emit/mark.rs and derive/src/mark.rs.
    const TEXT: u64 = 0x1DB9_DF08_C153_FE93;
    const UNION: u64 = 0x0B6C_FBFE_EEB5_9E5E;
    const DECIMAL: u64 = 0x0F91_75B8_1C94_AECD;
}
