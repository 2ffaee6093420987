//! The mark of the names of a record's fields: the number that `topika` (`runtime/src/schema/mark.rs`) and the generator compute of them too.

const PRIME: u128 = (1 << 61) - 1;
const FACTOR: u128 = 0x0BF5_8476_D1CE_4E5B;

pub(crate) fn text(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let length = u64::try_from(text.len()).expect("no text is longer than memory");
    let mark = words.iter().fold(length, |mark, word| then(mark, u64::from_le_bytes(*word)));
    then(mark, rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte)))
}

fn then(before: u64, next: u64) -> u64 {
    let mark = (u128::from(before) * FACTOR + u128::from(next)) % PRIME;
    u64::try_from(mark).expect("what is left of a division by less than 2^61 is a u64")
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_are_those_of_the_runtime() {
        assert_eq!(super::text("a\nbc\ndefghij"), TEXT);
    }

    // The same stands in runtime/src/schema/mark.rs.
    const TEXT: u64 = 0x1DB9_DF08_C153_FE93;
}
