use super::Limits;

/// Where values are written: the end of a buffer. Integers are zigzag varints, text and bytes have their length before them
/// (Avro 1.12, Binary Encoding).
///
/// ```
/// let mut out = Vec::new();
/// topika::codec::Sink::new(&mut out).string("abc");
/// assert_eq!(out, [6, b'a', b'b', b'c']);
/// ```
#[derive(Debug)]
pub struct Sink<'a> {
    out: &'a mut Vec<u8>,
    depth: u32,
    stopped: bool,
    why: Option<Box<str>>,
    trace: Vec<(&'static str, &'static str)>,
}

impl<'a> Sink<'a> {
    /// Appends to `out`.
    #[must_use]
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, depth: Limits::default().depth, stopped: false, why: None, trace: Vec::new() }
    }

    /// Goes one record deeper; false where that is deeper than a [`Reader`](super::Reader) goes by default. What comes after is then
    /// left out, and [`encode`](super::encode) is an error.
    #[inline]
    #[must_use]
    pub fn enter(&mut self) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) => self.depth = depth,
            None => self.stopped = true,
        }
        !self.stopped
    }

    /// Comes back from a record.
    #[inline]
    pub fn leave(&mut self) {
        self.depth += 1;
    }

    /// Says that a value cannot be written: [`encode`](super::encode) is then an error, which says the first reason.
    #[cold]
    #[inline(never)]
    pub fn refuse(&mut self, why: impl FnOnce() -> String) {
        if !self.stopped {
            self.why = Some(why().into());
        }
        self.stopped = true;
    }

    /// The index of a symbol that the type keeps by its name. One that its own schema does not have is refused: nobody could read it.
    pub fn symbol(&mut self, symbol: &str, symbols: &[&str], name: &str) -> Option<i64> {
        let index = symbols.iter().position(|known| *known == symbol).and_then(|index| i64::try_from(index).ok());
        if index.is_none() {
            self.refuse(|| format!("`{symbol}` is no symbol of the enum `{name}`"));
        }
        index
    }

    /// Whether something was refused: what is written after that counts for nothing.
    #[inline]
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Remembers the field in which something was refused, on the way out, so the innermost comes first.
    pub(super) fn remember(&mut self, record: &'static str, field: &'static str) {
        self.trace.push((record, field));
    }

    /// The reason and the fields on the way to it, where it is not the depth.
    pub(super) fn take_why(&mut self) -> Option<String> {
        let why = self.why.take()?;
        let fields: Vec<String> = self.trace.iter().rev().map(|(record, field)| format!("{record}.{field}")).collect();
        Some(if fields.is_empty() { why.into() } else { format!("{why}, in {}", fields.join(" > ")) })
    }

    /// Makes room for `bytes` more.
    #[inline]
    pub fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// A `boolean`.
    #[inline]
    pub fn boolean(&mut self, value: bool) {
        self.out.push(u8::from(value));
    }

    /// An `int`; the wire does not distinguish it from a long.
    #[inline]
    pub fn int(&mut self, value: i32) {
        self.long(i64::from(value));
    }

    /// A `long`.
    #[inline]
    pub fn long(&mut self, value: i64) {
        let zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
        match zigzag.to_le_bytes() {
            [low, 0, 0, 0, 0, 0, 0, 0] if low < 0x80 => self.out.push(low),
            _ => self.varint(zigzag),
        }
    }

    #[inline(never)]
    fn varint(&mut self, mut value: u64) {
        let mut bytes = [0_u8; 10];
        let mut used = 0;
        for slot in &mut bytes {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            used += 1;
            if value == 0 {
                *slot = low & 0x7f;
                break;
            }
            *slot = low | 0x80;
        }
        self.out.extend_from_slice(bytes.get(..used).unwrap_or_default());
    }

    /// A `float`.
    #[inline]
    pub fn float(&mut self, value: f32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// A `double`.
    #[inline]
    pub fn double(&mut self, value: f64) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// A length or a count. No slice in memory is longer than a long can say.
    #[inline]
    pub fn length(&mut self, length: usize) {
        self.long(i64::try_from(length).unwrap_or(i64::MAX));
    }

    /// `bytes`, with their length.
    #[inline]
    pub fn bytes(&mut self, value: &[u8]) {
        self.length(value.len());
        self.out.extend_from_slice(value);
    }

    /// A `string`, with its length.
    #[inline]
    pub fn string(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    /// The bytes of a `fixed`.
    #[inline]
    pub fn fixed(&mut self, value: &[u8]) {
        self.out.extend_from_slice(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(value: i64) -> Vec<u8> {
        let mut out = Vec::new();
        Sink::new(&mut out).long(value);
        out
    }

    #[test]
    fn the_specification_s_examples_of_long() {
        for (value, bytes) in
            [(0, vec![0]), (-1, vec![1]), (1, vec![2]), (-2, vec![3]), (-64, vec![0x7f]), (64, vec![0x80, 0x01])]
        {
            assert_eq!(long(value), bytes, "{value}");
        }
    }

    #[test]
    fn the_extremes_take_ten_bytes() {
        assert_eq!(long(i64::MAX), [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
        assert_eq!(long(i64::MIN), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    }
}
