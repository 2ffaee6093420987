//! Whole numbers of any size, as bytes with the most significant first: just what a long decimal needs to be read and written.

/// Whether the number, in two's complement and without idle bytes, is nearer to zero than 10 to the `digits`.
pub(super) fn is_below_power(bytes: &[u8], digits: u32) -> bool {
    let bits = u64::try_from(bytes.len()).unwrap_or(u64::MAX).saturating_mul(8);
    // The logarithm of ten to the base of two, from below and from above: only the numbers between need to be compared.
    let surely = u64::from(digits) * 3_321_928 / 1_000_000;
    let hardly = u64::from(digits) * 3_321_929 / 1_000_000 + 1;
    if bits <= surely + 1 {
        return true;
    }
    if bits.saturating_sub(9) > hardly {
        return false;
    }
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let magnitude = if negative { negated(bytes) } else { bytes.to_vec() };
    let mut power = vec![1];
    for _ in 0..digits {
        times_ten_plus(&mut power, 0);
    }
    power.reverse();
    let (magnitude, power) = (significant(&magnitude), significant(&power));
    magnitude.len().cmp(&power.len()).then_with(|| magnitude.cmp(power)).is_lt()
}

fn significant(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// The number with the other sign, in two's complement. A byte more keeps the sign of what has no twin.
pub(super) fn negated(bytes: &[u8]) -> Vec<u8> {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let mut out = Vec::with_capacity(bytes.len() + 1);
    out.push(!sign);
    out.extend(bytes.iter().map(|byte| !byte));
    for byte in out.iter_mut().rev() {
        let (next, carries) = byte.overflowing_add(1);
        *byte = next;
        if !carries {
            break;
        }
    }
    out
}

/// The decimal digits of a number that is not negative.
pub(super) fn to_digits(bytes: &[u8]) -> String {
    const PART: u64 = 1_000_000_000;
    let mut rest = bytes.to_vec();
    let mut parts = Vec::new();
    while rest.iter().any(|byte| *byte != 0) {
        let mut over = 0_u64;
        for byte in &mut rest {
            let value = over << 8 | u64::from(*byte);
            // What is left over is below PART, so the quotient is a byte.
            *byte = u8::try_from(value / PART).unwrap_or(u8::MAX);
            over = value % PART;
        }
        parts.push(over);
    }
    let mut text = parts.pop().unwrap_or(0).to_string();
    for part in parts.iter().rev() {
        text.push_str(&format!("{part:09}"));
    }
    text
}

/// The number of these decimal digits, in two's complement.
pub(super) fn from_digits(digits: &str) -> Vec<u8> {
    let mut number = Vec::with_capacity(digits.len() / 2 + 1);
    for byte in digits.bytes() {
        times_ten_plus(&mut number, byte.wrapping_sub(b'0'));
    }
    number.push(0);
    number.reverse();
    number
}

/// The least significant byte stands first here.
fn times_ten_plus(number: &mut Vec<u8>, digit: u8) {
    let mut carry = u16::from(digit);
    for byte in number.iter_mut() {
        let [low, high] = (u16::from(*byte) * 10 + carry).to_le_bytes();
        *byte = low;
        carry = u16::from(high);
    }
    if let [low, _] = carry.to_le_bytes()
        && low > 0
    {
        number.push(low);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_ten_is_the_border() {
        for digits in 1..60_u32 {
            let nines = from_digits(&"9".repeat(usize::try_from(digits).unwrap()));
            let power = from_digits(&format!("1{}", "0".repeat(usize::try_from(digits).unwrap())));
            for (number, below) in [(&nines, true), (&power, false)] {
                let short = |bytes: &[u8]| {
                    let idle = bytes
                        .windows(2)
                        .take_while(|two| matches!(two, [0, n] if *n < 128) || matches!(two, [255, n] if *n > 127));
                    bytes.get(idle.count()..).unwrap_or_default().to_vec()
                };
                assert_eq!(is_below_power(&short(number), digits), below, "{digits}");
                assert_eq!(is_below_power(&short(&negated(number)), digits), below, "-{digits}");
            }
        }
    }

    #[test]
    fn digits_come_back() {
        for text in
            ["0", "9", "255", "256", "1000000000", "123456789012345678901234567890123456789012345678901234567890"]
        {
            assert_eq!(to_digits(&from_digits(text)), text);
        }
        assert_eq!(negated(&[128]), [0, 128]);
        assert_eq!(negated(&[1]), [255, 255]);
        assert_eq!(negated(&[]), [0]);
    }
}
