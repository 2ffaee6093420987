//! Logical types on `fixed`: what the newtype of one holds.

use super::big_decimal::BigDecimal;
use super::decimal::Decimal;
use super::duration::Duration;
use super::uuid::Uuid;
use crate::codec::{Fault, FixedKind, FixedValue, Reader, Sink};

/// A number of fewer bytes takes its sign along to the left; bytes that only repeat the sign are taken off.
fn extended(bytes: &[u8], size: usize, name: &'static str, sink: &mut Sink<'_>) {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let (over, tail) = bytes.split_at(bytes.len().saturating_sub(size));
    let keeps_sign = tail.first().is_none_or(|first| first & 0x80 == sign & 0x80);
    if over.iter().any(|byte| *byte != sign) || (!over.is_empty() && (!keeps_sign || tail.is_empty())) {
        sink.refuse(|| format!("a number does not fit the {size} bytes of `{name}`"));
        return;
    }
    for _ in tail.len()..size {
        sink.fixed(&[sign]);
    }
    sink.fixed(tail);
}

impl<const P: u32, const S: u32> FixedValue for Decimal<P, S> {
    const KIND: FixedKind = FixedKind::Decimal { precision: P, scale: S };

    fn write(&self, size: usize, name: &'static str, sink: &mut Sink<'_>) {
        extended(&self.unscaled().to_be_bytes(), size, name, sink);
    }

    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        Self::from_be_bytes(bytes).or_else(|_| Fault::Digits.err())
    }
}

impl<const P: u32, const S: u32> FixedValue for BigDecimal<P, S> {
    const KIND: FixedKind = FixedKind::Decimal { precision: P, scale: S };

    fn write(&self, size: usize, name: &'static str, sink: &mut Sink<'_>) {
        extended(self.as_be_bytes(), size, name, sink);
    }

    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        Self::from_be_bytes(bytes).or_else(|_| Fault::Digits.err())
    }
}

impl FixedValue for Uuid {
    const KIND: FixedKind = FixedKind::Uuid;

    #[inline]
    fn write(&self, _: usize, _: &'static str, sink: &mut Sink<'_>) {
        sink.fixed(&self.into_bytes());
    }

    #[inline]
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        bytes.try_into().map(Self::from_bytes).or_else(|_| Fault::Logical.err())
    }
}

impl FixedValue for Duration {
    const KIND: FixedKind = FixedKind::Duration;

    // Three numbers, the least significant byte of each first (Avro 1.12, Duration).
    fn write(&self, _: usize, _: &'static str, sink: &mut Sink<'_>) {
        for number in [self.months, self.days, self.millis] {
            sink.fixed(&number.to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let mut reader = Reader::new(bytes);
        let mut number = || reader.array().map(u32::from_le_bytes);
        Ok(Self { months: number()?, days: number()?, millis: number()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &impl FixedValue, size: usize) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut sink = Sink::new(&mut out);
        value.write(size, "a.F", &mut sink);
        if sink.is_stopped() { None } else { Some(out) }
    }

    #[test]
    fn a_decimal_takes_its_sign_along() {
        let number = |unscaled| Decimal::<10, 2>::from_unscaled(unscaled).unwrap();
        assert_eq!(written(&number(1), 3), Some(vec![0, 0, 1]));
        assert_eq!(written(&number(-2), 3), Some(vec![255, 255, 254]));
        assert_eq!(written(&number(-2), 20).map(|bytes| bytes.len()), Some(20));
        assert_eq!(written(&number(128), 1), None);
        assert_eq!(written(&number(-128), 1), Some(vec![128]));
        assert_eq!(written(&number(-129), 1), None);
        assert_eq!(Decimal::<10, 2>::read(&[255, 255, 254]), Ok(number(-2)));
        assert_eq!(Decimal::<2, 0>::read(&[100]), Err(Fault::Digits));
        let big = BigDecimal::<50, 2>::from_unscaled(-2).unwrap();
        assert_eq!(written(&big, 3), Some(vec![255, 255, 254]));
        assert_eq!(written(&BigDecimal::<50, 2>::default(), 2), Some(vec![0, 0]));
        assert_eq!(BigDecimal::read(&[255; 21]), BigDecimal::<50, 2>::from_unscaled(-1).map_err(|_| Fault::Digits));
    }

    #[test]
    fn a_uuid_and_a_duration_are_their_bytes() {
        let id = Uuid::from_bytes([7; 16]);
        assert_eq!(written(&id, 16), Some(vec![7; 16]));
        assert_eq!(Uuid::read(&[7; 16]), Ok(id));
        assert_eq!(Uuid::read(&[7; 15]), Err(Fault::Logical));
        let span = Duration { months: 1, days: 2, millis: 0x0403 };
        assert_eq!(written(&span, 12), Some(vec![1, 0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0]));
        assert_eq!(Duration::read(&[1, 0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0]), Ok(span));
    }
}
