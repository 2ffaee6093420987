//! What a value is on the wire, and what its type says of itself.

use topika::codec::{self, AvroValue, SchemaText};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

pub(crate) fn bytes<T: AvroValue>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    codec::encode(value, &mut out).unwrap();
    out
}

pub(crate) fn read<T: AvroValue>(payload: &[u8]) -> T {
    codec::decode(payload).unwrap()
}

pub(crate) fn text<T: AvroValue>() -> String {
    let mut text = SchemaText::new();
    T::describe(&mut text);
    text.into_string()
}

pub(crate) fn schema(text: &str) -> Schema {
    Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap()
}
