use super::{Fault, Limits};

/// Where values are read from: a payload in memory, with the limits that hold for it.
#[derive(Debug)]
pub struct Reader<'de> {
    rest: &'de [u8],
    length: usize,
    depth: u32,
    pub(super) empty_items: usize,
    memory: usize,
    trace: Vec<(&'static str, &'static str)>,
    note: Option<String>,
}

impl<'de> Reader<'de> {
    /// Reads `payload` under the default [`Limits`].
    #[must_use]
    pub fn new(payload: &'de [u8]) -> Self {
        Self::with_limits(payload, Limits::default())
    }

    /// Reads `payload` under limits of one's own.
    #[must_use]
    pub fn with_limits(payload: &'de [u8], limits: Limits) -> Self {
        Self {
            rest: payload,
            length: payload.len(),
            depth: limits.depth,
            empty_items: limits.empty_items,
            memory: payload.len().saturating_mul(limits.memory_per_byte).saturating_add(limits.memory),
            trace: Vec::new(),
            note: None,
        }
    }

    /// How many bytes are left.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.length - self.rest.len()
    }

    /// A `boolean`: one byte, 0 or 1.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, Fault> {
        match self.array::<1>()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Fault::Boolean.err(),
        }
    }

    /// An `int`: a long that fits 32 bits.
    #[inline]
    pub fn int(&mut self) -> Result<i32, Fault> {
        i32::try_from(self.long()?).or_else(|_| Fault::IntRange.err())
    }

    /// A `long`.
    #[inline]
    pub fn long(&mut self) -> Result<i64, Fault> {
        let zigzag = match self.rest {
            [first, rest @ ..] if *first < 0x80 => {
                self.rest = rest;
                u64::from(*first)
            }
            _ => self.varint()?,
        };
        Ok((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    #[inline(never)]
    fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0_u64;
        for (at, byte) in self.rest.iter().enumerate().take(10) {
            // The tenth byte holds the 64th bit alone: anything above it is no long.
            if at == 9 && *byte > 1 {
                return Fault::Varint.err();
            }
            value |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                self.rest = self.rest.get(at + 1..).unwrap_or_default();
                return Ok(value);
            }
        }
        if self.rest.len() >= 10 { Fault::Varint.err() } else { Fault::End.err() }
    }

    /// A `float`.
    #[inline]
    pub fn float(&mut self) -> Result<f32, Fault> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    /// A `double`.
    #[inline]
    pub fn double(&mut self) -> Result<f64, Fault> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// The bytes of a `fixed` of `N`.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        match self.rest.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(*head)
            }
            None => Fault::End.err(),
        }
    }

    /// The bytes of a `fixed` of `N`, on the heap from the beginning: a large one would not fit the stack.
    pub fn boxed_array<const N: usize>(&mut self) -> Result<Box<[u8; N]>, Fault> {
        let bytes: Box<[u8]> = self.take(N)?.into();
        bytes.try_into().or_else(|_| Fault::End.err())
    }

    /// The next `length` bytes.
    #[inline]
    pub fn take(&mut self, length: usize) -> Result<&'de [u8], Fault> {
        match self.rest.split_at_checked(length) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Fault::End.err(),
        }
    }

    /// `bytes`, of the length before them.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'de [u8], Fault> {
        let length = self.long()?;
        match usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length)) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Fault::Length.err(),
        }
    }

    /// A `string`, of the length before it.
    #[inline]
    pub fn string(&mut self) -> Result<&'de str, Fault> {
        let bytes = self.bytes()?;
        std::str::from_utf8(bytes).or_else(|_| Fault::Utf8.err())
    }

    /// The index of a union branch or of an enum symbol, of which there are `count`; `fault` where there is no such one.
    #[inline]
    pub fn index(&mut self, count: usize, fault: Fault) -> Result<usize, Fault> {
        match usize::try_from(self.long()?) {
            Ok(index) if index < count => Ok(index),
            _ => fault.err(),
        }
    }

    /// Goes one record deeper. A reader that has failed is not read further, so only success leads to [`Self::leave`].
    #[inline]
    pub fn enter(&mut self) -> Result<(), Fault> {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                Ok(())
            }
            None => Fault::Depth.err(),
        }
    }

    /// Comes back from a record.
    #[inline]
    pub fn leave(&mut self) {
        self.depth += 1;
    }

    /// What is left.
    #[inline]
    pub(super) fn rest(&self) -> &'de [u8] {
        self.rest
    }

    /// Goes on from here: a `rest` of before.
    #[inline]
    pub(super) fn seek(&mut self, rest: &'de [u8]) {
        self.rest = rest;
    }

    /// Counts `bytes` of memory that the items to come will take.
    #[inline]
    pub fn charge(&mut self, bytes: usize) -> Result<(), Fault> {
        match self.memory.checked_sub(bytes) {
            Some(memory) => {
                self.memory = memory;
                Ok(())
            }
            None => Fault::Memory.err(),
        }
    }

    /// Says that nothing may follow.
    #[inline]
    pub fn finish(&self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Fault::Trailing.err() }
    }

    /// Remembers the field a fault came from; called on the way out, so the innermost comes first.
    #[cold]
    #[inline(never)]
    pub fn within(&mut self, fault: Fault, record: &'static str, field: &'static str) -> Fault {
        self.trace.push((record, field));
        fault
    }

    /// Remembers why a part of a resolution cannot be read.
    #[cold]
    #[inline(never)]
    pub(crate) fn unresolved(&mut self, why: &str) -> Fault {
        self.note = Some(why.to_owned());
        Fault::Unresolved
    }

    /// Remembers which symbol of the writer's the reader does not know.
    #[cold]
    #[inline(never)]
    pub(crate) fn unknown_symbol(&mut self, name: &str) -> Fault {
        self.note = Some(format!("`{name}`"));
        Fault::Symbol
    }

    /// Remembers why a type cannot hold a value.
    #[cold]
    #[inline(never)]
    pub(crate) fn refused(&mut self, why: &dyn std::fmt::Display) -> Fault {
        self.note = Some(why.to_string());
        Fault::Logical
    }

    pub(crate) fn take_note(&mut self) -> Option<String> {
        self.note.take()
    }

    pub(crate) fn path(&self) -> String {
        let fields: Vec<String> = self.trace.iter().rev().map(|(record, field)| format!("{record}.{field}")).collect();
        fields.join(" > ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_of_more_than_64_bits_is_refused() {
        assert_eq!(Reader::new(&[0xff; 11]).long(), Err(Fault::Varint));
        let mut two = [0xff; 10];
        two[9] = 2;
        assert_eq!(Reader::new(&two).long(), Err(Fault::Varint));
        two[9] = 1;
        assert_eq!(Reader::new(&two).long(), Ok(i64::MIN));
    }

    #[test]
    fn what_ends_early_is_said() {
        assert_eq!(Reader::new(&[]).long(), Err(Fault::End));
        assert_eq!(Reader::new(&[0x80, 0x80]).long(), Err(Fault::End));
        assert_eq!(Reader::new(&[1, 2, 3]).float(), Err(Fault::End));
        assert_eq!(Reader::new(&[4, b'a']).string(), Err(Fault::Length));
        assert_eq!(Reader::new(&[1, b'a']).bytes(), Err(Fault::Length));
        assert_eq!(Reader::new(&[1]).take(2), Err(Fault::End));
    }

    #[test]
    fn what_is_no_value_is_said() {
        assert_eq!(Reader::new(&[2]).boolean(), Err(Fault::Boolean));
        assert_eq!(Reader::new(&[2, 0xff]).string(), Err(Fault::Utf8));
        assert_eq!(Reader::new(&[0x80, 0x80, 0x80, 0x80, 0x10]).int(), Err(Fault::IntRange));
        assert_eq!(Reader::new(&[4]).index(2, Fault::Branch), Err(Fault::Branch));
        assert_eq!(Reader::new(&[1]).index(2, Fault::Symbol), Err(Fault::Symbol));
        assert_eq!(Reader::new(&[1]).finish(), Err(Fault::Trailing));
    }

    #[test]
    fn depth_and_memory_have_an_end() {
        let limits = Limits { depth: 1, empty_items: 0, memory_per_byte: 0, memory: 10 };
        let mut reader = Reader::with_limits(&[], limits);
        assert_eq!(reader.enter(), Ok(()));
        assert_eq!(reader.enter(), Err(Fault::Depth));
        reader.leave();
        assert_eq!(reader.enter(), Ok(()));
        assert_eq!(reader.charge(10), Ok(()));
        assert_eq!(reader.charge(1), Err(Fault::Memory));
    }
}
