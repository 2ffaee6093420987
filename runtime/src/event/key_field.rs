use super::Key;
use crate::codec::EncodeError;

/// Says that a field of this type gives the key `K`: a key gives itself, and what is written as a string, a number or bytes gives these.
#[diagnostic::on_unimplemented(
    message = "a field of the type `{Self}` does not give the key `{K}` of its topic",
    note = "the topic says what its key is, String where it says nothing: `#[topic(key = \"customer_id\", key_type = i64)]`",
    note = "implement `topika::event::KeyField<{K}>` for a type of your own"
)]
pub trait KeyField<K: Key> {
    /// The key.
    fn to_key(&self) -> K;

    /// Appends the key.
    ///
    /// # Errors
    /// As [`Key::write_key`].
    fn write_as_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.to_key().write_key(out)
    }
}

impl<K: Key> KeyField<K> for K {
    fn to_key(&self) -> K {
        self.clone()
    }

    fn write_as_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.write_key(out)
    }
}

/// The same eight bytes.
impl KeyField<i64> for u64 {
    fn to_key(&self) -> i64 {
        self.cast_signed()
    }
}
