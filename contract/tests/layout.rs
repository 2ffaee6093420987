//! The canonical layout: what it looks like, and that it changes nothing but white space.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy.toml does not know as such")]

use proptest::prelude::*;
use topika_contract::layout::layout;
use topika_contract::lock::compare_text;
use topika_contract::report::Report;
use topika_contract::schema::Format;
use topika_contract::syntax::Comments;
use topika_contract::text::Source;
use topika_contract::text::json::read;

fn laid(text: &str) -> Option<String> {
    layout(&Source::new("a.avsc", text), Comments::Allowed, &mut Report::default())
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    let once = laid(text).unwrap();
    assert_eq!(once, expected);
    assert_eq!(laid(&once).unwrap(), expected, "the second time changes it again");
}

#[test]
fn fields_have_a_line_each_and_short_types_stay_on_it() {
    becomes(
        r#"{"type":"record","name":"A","fields":[{"name":"a","type":["null",{"type":"array","items":"string"}],"default":null},
           {"name":"b","type":{"type":"record","name":"B","fields":[{"name":"x","type":"int"}]}}]}"#,
        r#"{
  "type": "record",
  "name": "A",
  "fields": [
    { "name": "a", "type": ["null", { "type": "array", "items": "string" }], "default": null },
    {
      "name": "b",
      "type": {
        "type": "record",
        "name": "B",
        "fields": [
          { "name": "x", "type": "int" }
        ]
      }
    }
  ]
}
"#,
    );
}

#[test]
fn what_is_longer_than_a_line_gets_a_line_for_each_part() {
    let long = "a".repeat(110);
    becomes(&format!(r#"["{long}", 1]"#), &format!("[\"{long}\", 1]\n"));
    let longer = "a".repeat(116);
    becomes(&format!(r#"["{longer}", 1]"#), &format!("[\n  \"{longer}\",\n  1\n]\n"));
    // Exactly 120 columns, a comma included.
    let exact = "a".repeat(120 - "  \"k\": [\"\"],".len());
    becomes(&format!("{{\"k\":[\"{exact}\"],\"l\":1}}"), &format!("{{\n  \"k\": [\"{exact}\"],\n  \"l\": 1\n}}\n"));
    becomes(
        &format!("{{\"k\":[\"{exact}b\"],\"l\":1}}"),
        &format!("{{\n  \"k\": [\n    \"{exact}b\"\n  ],\n  \"l\": 1\n}}\n"),
    );
}

#[test]
fn numbers_and_strings_stay_as_they_were_written() {
    becomes(
        r#"{"b":1.50e+010,"a":"\u00e9\/ é","c":-0,"c":1E400}"#,
        "{\n  \"b\": 1.50e+010,\n  \"a\": \"\\u00e9\\/ é\",\n  \"c\": -0,\n  \"c\": 1E400\n}\n",
    );
}

#[test]
fn comments_stay_at_their_values() {
    becomes(
        r#"// the file
{ // the record
  "type": "record", /* kind */ "name": "A",// why

  /* before fields */
  "fields" /* colon */ : [ // first
    {"name": "a" /* name */, "type": "int"} // after a
    , /* before b */ {"name": "b", "type": "int"}
    // the end
  ]
} // done
// behind"#,
        r#"// the file
{
  // the record
  "type": "record",
  /* kind */
  "name": "A", // why

  /* before fields */
  /* colon */
  "fields": [
    // first
    {
      "name": "a", /* name */
      "type": "int"
    }, // after a
    /* before b */
    { "name": "b", "type": "int" }
    // the end
  ]
} // done
// behind
"#,
    );
}

#[test]
fn comments_of_several_lines_are_moved_as_a_whole() {
    becomes(
        "{\n      /**\n        * stars\n   * stand\n        */\n  \"a\": 1, /* no\n   stars */\n \"b\": []}",
        "{\n  /**\n   * stars\n   * stand\n   */\n  \"a\": 1, /* no\n   stars */\n  \"b\": []\n}\n",
    );
    becomes("[/* alone */]", "[\n  /* alone */\n]\n");
    becomes("/* a */ /* b */ 1 /* c */ /* d */", "/* a */\n/* b */\n1 /* c */ /* d */\n");
    becomes("[1 // x\n, // y\n 2]", "[\n  1, // x\n  // y\n  2\n]\n");
}

#[test]
fn one_blank_line_between_members_stays() {
    becomes("{\n\n\n\"a\":1,\n\n\n\n\"b\":2,\n\"c\":3\n\n}\n\n", "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"c\": 3\n}\n");
}

#[test]
fn the_first_line_break_says_how_lines_end() {
    becomes("{\r\n\"a\": 1 // x\r\n}", "{\r\n  \"a\": 1 // x\r\n}\r\n");
    becomes("{\n\"a\": 1,\r\n\"b\": 2}", "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    // A carriage return alone is white space to JSON.
    becomes("{\r\"a\": 1 // x\r}", "{\n  \"a\": 1 // x\n}\n");
}

#[test]
fn a_byte_order_mark_goes() {
    becomes("\u{feff}\"string\"", "\"string\"\n");
}

#[test]
fn what_is_no_json_is_told_and_left_alone() {
    for text in ["", "{", "// only a comment", "{\"a\": 1,}", "\u{feff}", &"[".repeat(200)] {
        let mut report = Report::default();
        assert_eq!(layout(&Source::new("a.avsc", text), Comments::Allowed, &mut report), None, "{text}");
        assert!(report.denies(), "{text}");
    }
    let mut report = Report::default();
    assert!(layout(&Source::new("a.schema.json", "// no\n{}"), Comments::Refused, &mut report).is_none());
    assert!(report.findings()[0].message.contains("comments"), "{report:?}");
}

/// White space and comments, as people and mistakes put them between tokens.
fn gap() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "",
        " ",
        "\n",
        "\n\n\n",
        "\t",
        "\r\n",
        "\r",
        "// c\n",
        "//\n",
        "/* b */",
        "/**/",
        "/* x\n * y\r\n   z */",
        "// d\r\n",
        "/*\n * s\n */",
    ]);
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// A JSON text with comments anywhere.
fn texts() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "1",
        "-0.5e3",
        "true",
        "null",
        "\"\"",
        "\"a // b\"",
        "\"\\\"/*\"",
        "\"é\"",
        "\"a long string that fills a good part of the line, so that some arrays do not fit\"",
    ]);
    let leaf = (gap(), scalar, gap()).prop_map(|(before, scalar, after)| format!("{before}{scalar}{after}"));
    leaf.prop_recursive(5, 40, 5, |inner| {
        let name = prop::sample::select(vec!["a", "fields", "type", "properties", "$defs"]);
        let member = (gap(), name, gap(), inner.clone())
            .prop_map(|(before, name, after, value)| format!("{before}\"{name}\"{after}:{value}"));
        prop_oneof![
            (gap(), prop::collection::vec(inner, 0..5), gap(), gap()).prop_map(|(a, items, b, c)| {
                if items.is_empty() { format!("{a}[{b}]{c}") } else { format!("{a}[{}]{c}", items.join(",")) }
            }),
            (gap(), prop::collection::vec(member, 0..5), gap(), gap()).prop_map(|(a, items, b, c)| {
                if items.is_empty() { format!("{a}{{{b}}}{c}") } else { format!("{a}{{{}}}{c}", items.join(",")) }
            }),
        ]
    })
}

/// The comments of a text, each without white space around its lines.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        rest = &rest[at..];
        if let Some(string) = rest.strip_prefix('"') {
            let mut escaped = false;
            let end = string.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            rest = &string[end.unwrap() + 1..];
            continue;
        }
        let end = if rest.starts_with("//") {
            rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else {
            rest.find("*/").unwrap() + 2
        };
        let words = rest[..end].split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        found.push(words.collect::<Vec<_>>().join("\n"));
        rest = &rest[end..];
    }
    found
}

/// The text without white space between tokens and without comments, duplicate names and all.
fn bare(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '"' => {
                let mut escaped = false;
                let inner = rest[1..].find(|c| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                inner.unwrap() + 2
            }
            '/' if rest.starts_with("//") => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '/' => rest.find("*/").unwrap() + 2,
            c => c.len_utf8(),
        };
        if c != '/' && !c.is_whitespace() {
            out.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn only_white_space_changes_and_only_once(text in texts()) {
        let once = laid(&text).unwrap();
        prop_assert_eq!(laid(&once).unwrap(), once.clone(), "the second time, of {}", text);
        prop_assert_eq!(bare(&once), bare(&text));
        prop_assert_eq!(comments(&once), comments(&text));
        // The lock knows a version by this text.
        prop_assert_eq!(compare_text(Format::Avro, &once), compare_text(Format::Avro, &text));
        prop_assert!(once.ends_with('\n') && !once.ends_with("\n\n"));
        let trailing = once.lines().find(|line| line.ends_with([' ', '\t']));
        prop_assert_eq!(trailing, None);
    }

    #[test]
    fn no_text_makes_the_layout_panic(text in "[\\[\\]{}\":, a1e0\\\\/*.\r\n\u{e9}\u{feff}-]{0,60}") {
        let readable = read(text.strip_prefix('\u{feff}').unwrap_or(&text), Comments::Allowed).0.is_some();
        let once = laid(&text);
        prop_assert_eq!(once.is_some(), readable);
        if let Some(once) = once {
            prop_assert_eq!(laid(&once).unwrap(), once);
        }
    }
}
