//! Schema files by themselves: what becomes of one that no Rust type can be made of, and of one that leads deep.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy.toml does not know as such")]

use topika_build::{Part, part};
use topika_contract::project::{Alone, SchemaFile, alone};
use topika_contract::text::Source;

fn read(text: &str) -> Alone {
    alone(&[SchemaFile::new("a.avsc", Source::new("a.avsc", text)).unwrap()]).remove(0)
}

fn made(text: &str) -> Part {
    part(&read(text).contract.unwrap(), "crate::m0")
}

#[test]
fn a_record_that_holds_itself_without_end_gives_no_types() {
    let alone = read(r#"{ "type": "record", "name": "Node", "fields": [ { "name": "next", "type": "Node" } ] }"#);
    assert!(alone.contract.is_none());
    let finding = alone.report.findings().first().unwrap();
    assert_eq!(
        (finding.rule.id, finding.at.as_ref().unwrap().to_string().as_str()),
        ("avro/endless-record", "a.avsc:1:75")
    );
}

#[test]
fn an_enum_without_symbols_and_a_union_without_branches_are_told_with_their_places() {
    let empty = made(r#"{ "type": "enum", "name": "E", "symbols": [] }"#);
    assert_eq!(
        empty.problems,
        [
            "avro/enum: `E` has no symbol, so it has no value either\n  --> a.avsc:1:27\n   = help: give it a symbol, or leave the enum out"
        ]
    );
    let empty = made(r#"{ "type": "record", "name": "R", "fields": [ { "name": "none", "type": [] } ] }"#);
    assert!(empty.problems.iter().any(|problem| problem.contains("a.avsc:1:72")), "{:?}", empty.problems);
}

/// A record with a field of so many maps in each other.
fn deep(levels: usize) -> Part {
    let ty =
        (0..levels).fold("\"int\"".to_owned(), |ty, _| format!(r#"{{ "type": "map", "values": ["null", {ty}] }}"#));
    made(&format!(r#"{{ "type": "record", "name": "Deep", "fields": [ {{ "name": "in", "type": {ty} }} ] }}"#))
}

#[test]
fn types_may_lie_deep_in_each_other_and_not_deeper_than_rustc_goes() {
    let (well, too_deep) = (deep(32), deep(60));
    assert_eq!((well.problems.len(), well.types.len()), (0, 1), "{:?}", well.problems);
    assert!(too_deep.problems.iter().any(|problem| problem.starts_with("text/nesting: ")), "{:?}", too_deep.problems);
}
