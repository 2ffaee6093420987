/// What a reader allows at most, per payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Records within records.
    pub depth: u32,
    /// Items that take no bytes on the wire (null, records without fields), all arrays and maps together.
    pub empty_items: usize,
    /// Bytes of memory for items per byte of payload...
    pub memory_per_byte: usize,
    /// ... beyond this many bytes that every payload may take.
    pub memory: usize,
}

impl Default for Limits {
    /// Depth 64, 65,536 items without bytes, 64 bytes of memory a byte of payload beyond the first 64 KiB.
    fn default() -> Self {
        Self { depth: 64, empty_items: 65_536, memory_per_byte: 64, memory: 65_536 }
    }
}
