//! JSON text: what is read, and what is said about what is not.

mod reading;

use proptest::prelude::*;
use reading::{avro_says, json_says};
use topika_contract::text::json::{Comments, Value, compact, read};

#[test]
fn spans_are_the_bytes_of_the_value() {
    let text = r#"{ "a": [1, "é"], "b": -1.50e3 }"#;
    let (json, problems) = read(text, Comments::Refused);
    let json = json.unwrap();
    assert!(problems.is_empty());
    let a = json.get("a").unwrap();
    assert_eq!(&text[a.span.start..a.span.end], r#"[1, "é"]"#);
    let accent = &a.as_array().unwrap()[1];
    assert_eq!(&text[accent.span.start..accent.span.end], r#""é""#);
    assert_eq!(json.get("b").unwrap().as_number(), Some("-1.50e3"));
    let name = json.member("b").unwrap().name_span;
    assert_eq!(&text[name.start..name.end], r#""b""#);
}

#[test]
fn accessors_give_nothing_for_other_kinds() {
    let json =
        read(r#"{ "text": "a", "flag": true, "number": 7, "large": 1e400, "nothing": null }"#, Comments::Refused)
            .0
            .unwrap();
    assert_eq!(json.get("flag").unwrap().as_bool(), Some(true));
    assert_eq!(json.get("text").unwrap().as_bool(), None);
    assert_eq!(json.get("number").unwrap().as_i64(), Some(7));
    assert_eq!(json.get("large").unwrap().as_i64(), None);
    assert_eq!(json.get("large").unwrap().as_f64(), Some(f64::INFINITY));
    assert!(json.get("nothing").unwrap().is_null());
    assert!(json.get("text").unwrap().get("x").is_none() && json.as_array().is_none() && json.as_str().is_none());
    let kinds: Vec<&str> = json.as_object().unwrap().iter().map(|member| member.value.kind()).collect();
    assert_eq!(kinds, ["a string", "a boolean", "a number", "a number", "null"]);
    assert_eq!(json.kind(), "an object");
}

#[test]
fn values_are_compared_whatever_the_order_of_their_members() {
    let read = |text| read(text, Comments::Allowed).0.unwrap();
    assert!(read(r#"{ "a": [1], "b": {} }"#).same(&read(r#"{ "b": {}, /* here */ "a": [1] }"#)));
    assert!(!read(r#"{ "a": [1] }"#).same(&read(r#"{ "a": [1, 2] }"#)));
    assert!(!read("1").same(&read("1.0")));
}

#[test]
fn the_compact_print_keeps_order_and_numbers_and_drops_comments() {
    let text = "{ // of the order\n \"b\": 1.50, \"a\": [true, null, \"x\\u0041\\n\\u0001\\\"\"] }";
    let json = read(text, Comments::Allowed).0.unwrap();
    assert_eq!(compact(&json), "{\"b\":1.50,\"a\":[true,null,\"xA\\n\\u0001\\\"\"]}");
}

#[test]
fn a_duplicate_key_is_told_and_the_first_one_kept() {
    let (json, problems) = read(r#"{ "a": 1, "a": 2 }"#, Comments::Refused);
    assert_eq!(json.unwrap().get("a").unwrap().value, Value::Number("1".to_owned()));
    assert_eq!(problems.len(), 1);
    avro_says(
        r#"{ "type": "string", "type": "int" }"#,
        "text/duplicate-key at a.avsc:1:21: `type` stands twice in this object | keep one of the two; programs differ in which of them they read",
    );
}

#[test]
fn comments_are_for_avro_alone() {
    assert!(read("/* a */ \"int\" // b", Comments::Allowed).0.is_some());
    json_says(
        "{\n  // no\n  \"type\": \"string\"\n}",
        "text/syntax at a.json:2:3: comments are not allowed in this file | JSON has none; write it into a `$comment` or `description`",
    );
}

#[test]
fn every_fault_of_the_text_has_its_place() {
    for (text, expected) in [
        ("", "1:1: the file holds no JSON value | write a schema into it, or delete it"),
        (" // only this", "1:1: the file holds no JSON value | write a schema into it, or delete it"),
        ("\"int\" \"long\"", "1:7: text after the end of the JSON value | keep one value per file"),
        ("{ \"type\": \"int\", }", "1:16: a comma before the closing bracket | take the comma out"),
        ("{ \"type\" \"int\" }", "1:10: a colon is missing after the name | write `\"name\": value`"),
        ("[1 2]", "1:3: a comma is missing | write a comma between the two values"),
        ("{ \"a\": 1 \"b\": 2 }", "1:9: a comma is missing | write a comma between the two values"),
        ("{ a: 1 }", "1:3: expected a name in double quotes | members of an object are written `\"name\": value`"),
        ("{ 'a': 1 }", "1:3: single quotes | write strings in double quotes"),
        ("{ \"a\": }", "1:8: unexpected `}` | no help"),
        ("[", "1:1: this `[` is never closed | write `]`"),
        ("[\n  {\n    \"a\": 1\n", "2:3: this `{` is never closed | write `}`"),
        ("\"int", "1:1: this string is never closed | write `\"`"),
        ("/* a", "1:1: this comment is never closed | write `*/`"),
        ("]", "1:1: unexpected `]` | no help"),
        ("[,]", "1:2: unexpected comma | a value is missing, or the comma is one too many"),
        (":", "1:1: unexpected colon | no help"),
        (
            "True",
            "1:1: expected a JSON value | values are objects, arrays, strings in double quotes, numbers, true, false, null",
        ),
        (
            "NaN",
            "1:1: expected a JSON value | values are objects, arrays, strings in double quotes, numbers, true, false, null",
        ),
        ("0x10", "1:1: not a JSON number | write it in decimal: `-12`, `0.5`, `1e6`"),
        ("+1", "1:1: not a JSON number | write it in decimal: `-12`, `0.5`, `1e6`"),
        ("1.", "1:1: not a JSON number | write it in decimal: `-12`, `0.5`, `1e6`"),
        ("015", "1:2: text after the end of the JSON value | keep one value per file"),
        ("\"\\ud83d\"", "1:2: half of a surrogate pair | write the character itself, or both halves: `\\ud83d\\ude00`"),
        (
            "\"\\udc00x\"",
            "1:2: half of a surrogate pair | write the character itself, or both halves: `\\ud83d\\ude00`",
        ),
        ("\"\\q\"", "1:2: invalid escape in a string | JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"),
        ("\"a\tb\"", "1:3: control character U+0009 inside a string | write `\\t`"),
        ("\"a\nb\"", "1:3: a line break inside a string | close the string on its line, or write `\\n`"),
        ("\"a\u{1}b\"", "1:3: control character U+0001 inside a string | write `\\u0001`"),
        ("[\u{a0}1]", "1:2: U+00A0 is no white space in JSON | take it out"),
        ("[\u{feff}1]", "1:2: a byte order mark inside the text | take it out"),
        ("\u{b}1", "1:1: U+000B is no white space in JSON | take it out"),
        ("[\u{1}]", "1:2: control character U+0001 outside a string | take it out"),
        (
            "{ \u{201c}a\u{201d}: 1 }",
            "1:3: unexpected character `\u{201c}` outside a string | write straight double quotes: `\"`",
        ),
    ] {
        avro_says(text, &format!("text/syntax at a.avsc:{expected}"));
    }
}

#[test]
fn a_byte_order_mark_is_read_past_and_told_and_moves_no_place() {
    let mark = "text/byte-order-mark at a.avsc:1:1: the file begins with a byte order mark | save it as UTF-8 without one: `cargo topika fmt` takes it away";
    avro_says("\u{feff}\"int\"", mark);
    let (_, report) = reading::avro(&["\u{feff}\"int\" \"long\""]);
    let told = "text/syntax at a.avsc:1:7: text after the end of the JSON value | keep one value per file";
    assert_eq!(reading::said(&report), [mark, told]);
}

#[test]
fn nesting_has_a_bound_that_is_told() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&nested(128), Comments::Refused).0.is_some());
    avro_says(
        &nested(129),
        "text/nesting at a.avsc:1:129: nested deeper than 128 levels | give the inner types names of their own and refer to them by name",
    );
    // Brackets in strings and comments do not nest.
    assert!(read(&format!("// {0}\n[\"{0}\\\"{0}\"] /* {0} */", "[".repeat(500)), Comments::Allowed).0.is_some());
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        prop::num::f64::NORMAL.prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_as_the_same_value(value in values(), pretty in any::<bool>()) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let (json, problems) = read(&text, Comments::Refused);
        prop_assert!(problems.is_empty(), "{problems:?}");
        let json = json.unwrap();
        let again = read(&compact(&json), Comments::Refused).0.unwrap();
        prop_assert!(again.same(&json));
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&compact(&json)).unwrap(), value);
    }
}
