//! Enums that keep the symbols which they do not know.

#![allow(clippy::unwrap_used, reason = "what fails fails the test")]

use topika::codec::{self, Resolution};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

#[derive(Clone, Debug, PartialEq, topika::Enum, topika::Borrowed)]
#[event(name = "doors.State")]
enum State {
    #[event(rename = "OPEN")]
    Open,
    #[event(rename = "SHUT", default)]
    Shut,
    #[event(other)]
    Unknown(String),
}

#[derive(Clone, Copy, Debug, PartialEq, topika::Enum)]
#[event(name = "doors.State")]
enum Closed {
    #[event(rename = "OPEN")]
    Open,
    #[event(rename = "SHUT", default)]
    Shut,
}

#[derive(Clone, Copy, Debug, PartialEq, topika::Enum)]
#[event(name = "doors.State")]
enum Strict {
    #[event(rename = "OPEN")]
    Open,
}

#[derive(Clone, Debug, PartialEq, topika::Record, topika::Borrowed)]
#[event(name = "doors.Door")]
struct Door {
    name: String,
    state: Option<State>,
}

fn schema(symbols: &str) -> Schema {
    let text =
        format!(r#"{{"type":"enum","name":"State","namespace":"doors","symbols":[{symbols}],"default":"SHUT"}}"#);
    let text = if symbols.contains("SHUT") { text } else { text.replace(r#","default":"SHUT""#, "") };
    Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap()
}

const WRITER: &str = r#""AJAR","SHUT","OPEN""#;
const READER: &str = r#""OPEN","SHUT""#;

fn read<T: codec::AvroValue>(writer: &str, reader: &str, index: u8) -> Result<T, String> {
    let resolution = Resolution::compile(&schema(writer), &schema(reader)).unwrap();
    codec::decode_resolved(&[index * 2], &resolution).map_err(|error| error.to_string())
}

#[test]
fn a_symbol_that_the_type_does_not_know_is_kept_by_its_name() {
    assert_eq!(read(WRITER, READER, 0), Ok(State::Unknown("AJAR".to_owned())));
    assert_eq!(read(WRITER, READER, 1), Ok(State::Shut));
    assert_eq!(read(WRITER, READER, 2), Ok(State::Open));
    // Also where none of the writer's symbols is known.
    assert_eq!(read(r#""AJAR""#, r#""OPEN""#, 0), Ok(State::Unknown("AJAR".to_owned())));
    assert!(read::<State>(WRITER, READER, 3).is_err(), "the writer has three");
}

#[test]
fn a_closed_enum_takes_its_default_or_names_the_symbol() {
    assert_eq!(read(WRITER, READER, 0), Ok(Closed::Shut));
    assert_eq!(read(WRITER, READER, 2), Ok(Closed::Open));
    assert_eq!(
        read::<Strict>(r#""AJAR","OPEN""#, r#""OPEN""#, 0).unwrap_err(),
        "the enum has no such symbol and no default, at byte 1: `AJAR`"
    );
}

#[test]
fn only_a_symbol_of_the_type_s_own_schema_is_written() {
    let door = |state| Door { name: "d".to_owned(), state: Some(State::Unknown(state)) };
    let mut out = Vec::new();
    codec::encode(&door("SHUT".to_owned()), &mut out).unwrap();
    assert_eq!(codec::decode::<Door>(&out).unwrap().state, Some(State::Shut));
    assert_eq!(DoorRef::decode(&out).unwrap().state, Some(State::Shut));
    let error = codec::encode(&door("AJAR".to_owned()), &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "`AJAR` is no symbol of the enum `doors.State`, in doors.Door.state");
}
