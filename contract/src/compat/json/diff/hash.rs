//! Hashes as Java computes them, where they decide an order.

use crate::compat::json::loaded::JavaNumber;
use crate::text::json::{Comments, Json, Value, read};

/// `Objects.hash(...)` of hashes.
pub(super) fn mixed(hashes: impl IntoIterator<Item = i32>) -> i32 {
    hashes.into_iter().fold(1, |all, one| 31_i32.wrapping_mul(all).wrapping_add(one))
}

/// The hash of Confluent's `JsonSchema` of a printed subschema: of its JSON, no references, no version, metadata or rules, and `false`.
pub(super) fn of_printed(text: &str) -> i32 {
    let json = read(text, Comments::Refused).0;
    mixed([json.as_ref().map_or(0, of_json), 1, 0, 0, 0, 1237])
}

/// `JsonNode.hashCode`
fn of_json(json: &Json) -> i32 {
    match &json.value {
        Value::Null => 4,
        Value::Bool(true) => 3,
        Value::Bool(false) => 1,
        Value::Number(text) => of_number(text),
        Value::String(text) => of_string(text),
        Value::Array(items) => mixed(items.iter().map(of_json)),
        Value::Object(members) => {
            members.iter().map(|member| of_string(&member.name) ^ of_json(&member.value)).fold(0, i32::wrapping_add)
        }
    }
}

/// `String.hashCode`
fn of_string(text: &str) -> i32 {
    text.encode_utf16().fold(0, |all, unit| 31_i32.wrapping_mul(all).wrapping_add(i32::from(unit)))
}

fn of_number(text: &str) -> i32 {
    if let Ok(int) = text.parse::<i32>() {
        return int;
    }
    if let Ok(long) = text.parse::<i64>() {
        return folded(long.to_ne_bytes());
    }
    if text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) {
        return of_big_integer(text);
    }
    folded(JavaNumber::parse(text).map_or(0.0, |number| number.double()).to_bits().to_ne_bytes())
}

/// Both halves of 64 bits in one of 32.
fn folded(bytes: [u8; 8]) -> i32 {
    let bits = u64::from_ne_bytes(bytes);
    let halves = [bits >> 32, bits & u64::from(u32::MAX)].map(|half| u32::try_from(half).unwrap_or_default());
    i32::from_ne_bytes((halves[0] ^ halves[1]).to_ne_bytes())
}

/// `BigInteger.hashCode`: over the digits to the base of 2 to the 32nd, the highest first.
fn of_big_integer(text: &str) -> i32 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let mut magnitude: Vec<u32> = Vec::new();
    for digit in digits.bytes() {
        let mut carry = u64::from(digit.wrapping_sub(b'0'));
        for part in &mut magnitude {
            let value = u64::from(*part) * 10 + carry;
            *part = u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default();
            carry = value >> 32;
        }
        if carry > 0 {
            magnitude.push(u32::try_from(carry).unwrap_or_default());
        }
    }
    let parts = magnitude.iter().rev();
    let hash =
        parts.fold(0_i32, |all, part| 31_i32.wrapping_mul(all).wrapping_add(i32::from_ne_bytes(part.to_ne_bytes())));
    hash.wrapping_mul(sign)
}

/// The order in which a `HashSet` has what was added to it one by one, by the hashes.
pub(super) fn java_order(items: &[usize], hash: impl Fn(usize) -> i32) -> Vec<usize> {
    let mut buckets = 16_usize;
    while items.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let bucket = |item: usize| {
        let bits = u32::from_ne_bytes(hash(item).to_ne_bytes());
        usize::try_from(bits ^ (bits >> 16)).unwrap_or_default() & (buckets - 1)
    };
    let mut ordered = items.to_vec();
    // A stable order: within a bucket the first that came comes first.
    ordered.sort_by_key(|item| bucket(*item));
    ordered
}

#[cfg(test)]
mod tests {
    use super::{java_order, of_number, of_printed, of_string};

    #[test]
    fn hashes_are_those_of_java() {
        for (text, hash) in [
            ("-1", -1),
            ("12345678901", -539_222_985),
            ("12345678901234567890", -1_436_577_082),
            ("-12345678901234567890", 1_436_577_082),
            ("1.5", 1_073_217_536),
            ("-1.50", -1_074_266_112),
            ("1e300", -164_130_400),
        ] {
            assert_eq!(of_number(text), hash, "{text}");
        }
        assert_eq!((of_string("é"), of_string("AaAa")), (233, of_string("BBBB")));
        assert_ne!(of_printed("true"), of_printed("{}"));
    }

    #[test]
    fn a_set_has_its_items_by_buckets() {
        let hash = |item: usize| if item == 0 { 17 } else { i32::try_from(item).unwrap() - 1 };
        assert_eq!(java_order(&[0, 1, 2], hash), [1, 0, 2]);
    }
}
