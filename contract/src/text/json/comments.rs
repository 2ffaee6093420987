/// Whether a text may hold `//` and `/* */` comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// As in Avro files, where Java's parser takes them.
    Allowed,
    /// As JSON itself says.
    Refused,
}
