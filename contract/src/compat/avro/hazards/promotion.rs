use super::hazard::HazardKind;
use crate::avro::Kind;

/// What is lost where a type is promoted, with a value that shows it. A double holds every int and every float.
pub(super) fn judge(reader: &Kind, writer: &Kind) -> Option<(HazardKind, &'static str)> {
    match (writer, reader) {
        (Kind::Int | Kind::Long, Kind::Float) => {
            Some((HazardKind::PrecisionLost, "16777217 is read as 16777216: a float holds 24 bits of a number"))
        }
        (Kind::Long, Kind::Double) => Some((
            HazardKind::PrecisionLost,
            "9007199254740993 is read as 9007199254740992: a double holds 53 bits of a number",
        )),
        (Kind::Bytes, Kind::String) => Some((HazardKind::BytesAsText, "the byte FF is no UTF-8")),
        _ => None,
    }
}
