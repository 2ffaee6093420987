//! Marks: numbers that stand for types and names, so that the compiler compares a generated record with its file in one step. The same
//! as `topika`'s (`runtime/src/schema/mark.rs`).

use crate::ir::{FieldTable, TableTy};

const PRIME: u128 = (1 << 61) - 1;
const FACTOR: u128 = 0x0BF5_8476_D1CE_4E5B;

/// As many fields as the codec's tuples have at most.
const TUPLE: usize = 8;

/// The mark of a record with these fields.
pub(super) fn record(fields: &[FieldTable]) -> u64 {
    let types: Vec<u64> = fields.iter().map(|field| ty(&field.ty)).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    then(tree(&types), text(&names.join("\n")))
}

/// The fields as the derive makes tuples of them.
fn tree(types: &[u64]) -> u64 {
    if types.len() > TUPLE {
        let left = types.len().div_ceil(TUPLE).div_ceil(2).saturating_mul(TUPLE);
        if let Some((left, right)) = types.split_at_checked(left) {
            return then(then(27, tree(left)), tree(right));
        }
    }
    types.iter().fold(0, |mark, ty| then(mark, *ty))
}

fn then(before: u64, next: u64) -> u64 {
    let mark = (u128::from(before) * FACTOR + u128::from(next)) % PRIME;
    u64::try_from(mark).expect("what is left of a division by less than 2^61 is a u64")
}

fn text(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let length = u64::try_from(text.len()).expect("no text is longer than memory");
    let mark = words.iter().fold(length, |mark, word| then(mark, u64::from_le_bytes(*word)));
    then(mark, rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte)))
}

fn ty(of: &TableTy) -> u64 {
    match of {
        TableTy::Null => 1,
        TableTy::Boolean => 2,
        TableTy::Int => 3,
        TableTy::Long => 4,
        TableTy::Float => 5,
        TableTy::Double => 6,
        TableTy::Bytes => 7,
        TableTy::String => 8,
        TableTy::Uuid => 9,
        TableTy::Date => 10,
        TableTy::TimeMillis => 11,
        TableTy::TimeMicros => 12,
        TableTy::TimestampMillis => 13,
        TableTy::TimestampMicros => 14,
        TableTy::TimestampNanos => 15,
        TableTy::LocalTimestampMillis => 16,
        TableTy::LocalTimestampMicros => 17,
        TableTy::LocalTimestampNanos => 18,
        TableTy::Any => 19,
        TableTy::Array(items) => then(20, ty(items)),
        TableTy::Map(values) => then(21, ty(values)),
        TableTy::Named(name) => then(22, text(name)),
        TableTy::Duration(name) => then(23, text(name)),
        TableTy::Decimal { precision, scale } => then(then(24, (*precision).into()), (*scale).into()),
        TableTy::DecimalFixed { precision, scale, name } => {
            then(then(then(25, (*precision).into()), (*scale).into()), text(name))
        }
        TableTy::Union(branches) => branches.iter().fold(26, |mark, branch| then(mark, ty(branch))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_those_of_the_runtime() {
        assert_eq!(text(""), 0);
        assert_eq!(text("a\nbc\ndefghij"), TEXT);
        let named = TableTy::Named("a.B".to_owned());
        assert_eq!(ty(&TableTy::Union(vec![TableTy::Null, TableTy::Array(Box::new(named))])), UNION);
        assert_eq!(ty(&TableTy::DecimalFixed { precision: 10, scale: 2, name: "a.C".to_owned() }), DECIMAL);
        let numbers: Vec<u64> = (1..=20).collect();
        assert_eq!(tree(&numbers), TREE);
    }

    // The same stand in runtime/src/schema/mark.rs and derive/src/mark.rs.
    const TEXT: u64 = 0x1DB9_DF08_C153_FE93;
    const UNION: u64 = 0x0B6C_FBFE_EEB5_9E5E;
    const DECIMAL: u64 = 0x0F91_75B8_1C94_AECD;
    const TREE: u64 = 0x0F34_5F43_C893_E939;
}
