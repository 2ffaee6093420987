//! What the requests look like, as far as it takes to walk over them.
//!
//! The decoder of kafka-protocol reserves room for as many elements as an array says it has. A frame of a few bytes could ask
//! for all memory; so every request is walked over before, and its counts are true. What is decoded takes many times the bytes of a short element,
//! so there is a bound on how many there are in all.

/// As many elements may all arrays of a request have together: more than anybody has partitions.
const MOST_ELEMENTS: usize = 1_000_000;

/// A field of a request in some of its versions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    since: i16,
    until: i16,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Always as many bytes.
    Fixed(usize),
    /// A string, or none.
    Text,
    /// Bytes, or none.
    Blob,
    Structs(&'static [Field]),
    List(&'static Shape),
}

/// In all versions.
pub(super) const fn all(shape: Shape) -> Field {
    Field { since: 0, until: i16::MAX, shape }
}

pub(super) const fn since(since: i16, shape: Shape) -> Field {
    Field { since, until: i16::MAX, shape }
}

pub(super) const fn until(until: i16, shape: Shape) -> Field {
    Field { since: 0, until, shape }
}

pub(super) const fn between(since: i16, until: i16, shape: Shape) -> Field {
    Field { since, until, shape }
}

/// Whether `body` begins with such a request.
pub(super) fn fits(body: &[u8], fields: &[Field], version: i16, flexible: bool) -> bool {
    Walk { rest: body, left: MOST_ELEMENTS, version, flexible }.fields(fields).is_some()
}

/// The bytes behind the tagged fields that begin `bytes`.
pub(super) fn after_tags(bytes: &[u8]) -> Option<usize> {
    let mut walk = Walk { rest: bytes, left: 0, version: 0, flexible: true };
    walk.tags()?;
    bytes.len().checked_sub(walk.rest.len())
}

struct Walk<'a> {
    rest: &'a [u8],
    /// So many elements more.
    left: usize,
    version: i16,
    flexible: bool,
}

impl Walk<'_> {
    fn fields(&mut self, fields: &[Field]) -> Option<()> {
        let version = self.version;
        for field in fields.iter().filter(|f| (f.since..=f.until).contains(&version)) {
            self.field(&field.shape)?;
        }
        if self.flexible { self.tags() } else { Some(()) }
    }

    fn field(&mut self, shape: &Shape) -> Option<()> {
        match shape {
            Shape::Fixed(bytes) => self.skip(*bytes),
            Shape::Text => {
                let bytes = if self.flexible { self.compact()? } else { usize::try_from(self.i16()?).unwrap_or(0) };
                self.skip(bytes)
            }
            Shape::Blob => {
                let bytes = if self.flexible { self.compact()? } else { usize::try_from(self.i32()?).unwrap_or(0) };
                self.skip(bytes)
            }
            Shape::Structs(fields) => (0..self.count()?).try_for_each(|_| self.fields(fields)),
            Shape::List(item) => (0..self.count()?).try_for_each(|_| self.field(item)),
        }
    }

    /// Elements of an array. Each takes a byte at least.
    fn count(&mut self) -> Option<usize> {
        let count = if self.flexible { self.compact()? } else { usize::try_from(self.i32()?).unwrap_or(0) };
        self.left = self.left.checked_sub(count)?;
        (count <= self.rest.len()).then_some(count)
    }

    fn tags(&mut self) -> Option<()> {
        for _ in 0..self.varint()? {
            self.varint()?;
            let bytes = usize::try_from(self.varint()?).ok()?;
            self.skip(bytes)?;
        }
        Some(())
    }

    /// A length or count, written as one more; 0 is none.
    fn compact(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?.saturating_sub(1)).ok()
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let [byte] = self.take()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn i16(&mut self) -> Option<i16> {
        self.take().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        all(Shape::Text),
        since(1, Shape::Structs(&[all(Shape::Fixed(4)), all(Shape::Blob)])),
        until(0, Shape::Fixed(1)),
    ];

    #[test]
    fn a_count_that_the_bytes_do_not_hold_does_not_fit() {
        assert!(fits(&[0, 1, b'a', 9], FIELDS, 0, false));
        assert!(!fits(&[0, 2, b'a'], FIELDS, 0, false));
        let one = [0, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 1, 5];
        assert!(fits(&one, FIELDS, 1, false));
        assert!(!fits(&one[..14], FIELDS, 1, false));
        let hostile = [0, 0, 0x7f, 0xff, 0xff, 0xff, 0];
        assert!(!fits(&hostile, FIELDS, 1, false));
    }

    #[test]
    fn compact_lengths_and_tags_are_walked() {
        let one = [2, b'a', 2, 0, 0, 0, 7, 1, 0, 1, 9, 2, 0xff, 0xff];
        assert!(fits(&one, FIELDS, 1, true));
        assert!(!fits(&one[..12], FIELDS, 1, true));
        assert!(!fits(&[2, b'a', 0xff, 0xff, 0xff, 0xff, 0x0f], FIELDS, 1, true));
        assert!(!fits(&[0xff; 9], FIELDS, 1, true));
        assert_eq!(after_tags(&[0, 5]), Some(1));
        assert_eq!(after_tags(&[1, 3, 9]), None);
    }
}
