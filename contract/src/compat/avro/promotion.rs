use crate::avro;

/// Whether a primitive type reads another.
pub(super) fn reads(reader: &avro::Kind, writer: &avro::Kind) -> bool {
    std::mem::discriminant(reader) == std::mem::discriminant(writer) || promotes(reader, writer)
}

/// Avro 1.12, Schema Resolution: what a writer's type may be promoted to.
fn promotes(reader: &avro::Kind, writer: &avro::Kind) -> bool {
    use avro::Kind::{Bytes, Double, Float, Int, Long, String};
    matches!(
        (writer, reader),
        (Int, Long | Float | Double) | (Long, Float | Double) | (Float, Double) | (String, Bytes) | (Bytes, String)
    )
}
