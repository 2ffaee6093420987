//! `[types]` and `[type."..."]` of `topika.toml`: what is read, and what is refused with its line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::manifest::{DecimalType, Manifest, MapType, TimeType, UuidType};
use topika_contract::report::Report;
use topika_contract::text::Source;

fn parse(text: &str) -> (Manifest, Report) {
    let mut report = Report::default();
    let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut report);
    (manifest, report)
}

/// The place and the message of the one finding, and its help.
fn refused(text: &str) -> (String, String) {
    let (_, report) = parse(text);
    let [one] = report.findings() else { panic!("{text}: {report:#?}") };
    (format!("{} {}", one.at.as_ref().unwrap(), one.message), one.help.clone().unwrap_or_default())
}

#[test]
fn every_choice_is_read_with_its_place() {
    let (manifest, report) = parse(
        r#"
[types]
map = "btree"
time = "chrono"
uuid = "uuid"
decimal = "rust_decimal"
open_enums = true
derive = ["Eq", "serde::Serialize"]
attributes = ["non_exhaustive"]
field_names = true
builder = true
borrowed = true
redact = false

[type."orders.OrderPlaced"]
map = "vec"
open = false
derive = []
fields.total = { rust = "crate::Money", as = "crate::Cents", attributes = ["serde(skip)"], redact = true }
fields.at = { time = "jiff", map = "hash", uuid = "topika", decimal = "topika" }
"#,
    );
    assert!(report.findings().is_empty(), "{report:#?}");
    let types = &manifest.types;
    assert_eq!(types.map.as_ref().unwrap().value, MapType::BTree);
    assert_eq!(types.time.as_ref().unwrap().value, TimeType::Chrono);
    assert_eq!(types.uuid.as_ref().unwrap().value, UuidType::Uuid);
    assert_eq!(types.decimal.as_ref().unwrap().value, DecimalType::RustDecimal);
    let flags = [&types.open, &types.field_names, &types.builder, &types.borrowed, &types.redact];
    assert_eq!(flags.map(|flag| flag.as_ref().unwrap().value), [true, true, true, true, false]);
    assert_eq!(types.derive.as_ref().unwrap()[1].value, "serde::Serialize");
    assert_eq!(types.derive.as_ref().unwrap()[1].at.to_string(), "topika.toml:8:17");
    assert_eq!(types.attributes.as_ref().unwrap().len(), 1);
    let [row] = manifest.type_rows.as_slice() else { panic!("{:?}", manifest.type_rows) };
    assert_eq!((row.name.value.as_str(), row.name.at.to_string().as_str()), ("orders.OrderPlaced", "topika.toml:15:7"));
    assert_eq!(row.choices.map.as_ref().unwrap().value, MapType::Vec);
    assert!(!row.choices.open.as_ref().unwrap().value);
    assert_eq!(row.choices.derive.as_ref().map(Vec::len), Some(0));
    assert!(row.choices.time.is_none());
    let [(total, money), (at, moment)] = row.fields.as_slice() else { panic!("{:?}", row.fields) };
    assert_eq!((total.value.as_str(), money.rust.as_ref().unwrap().value.as_str()), ("total", "crate::Money"));
    assert_eq!(money.way.as_ref().unwrap().value, "crate::Cents");
    assert_eq!(money.redact.as_ref().map(|flag| flag.value), Some(true));
    assert_eq!((at.value.as_str(), moment.time.as_ref().unwrap().value), ("at", TimeType::Jiff));
}

#[test]
fn an_unknown_key_or_word_is_refused_with_its_place() {
    for (text, said, help) in [
        ("[types]\nmaps = \"hash\"", "topika.toml:2:1 unknown key `maps` in [types]", "did you mean `map`?"),
        ("[types]\nopen = true", "topika.toml:2:1 unknown key `open` in [types]", ""),
        ("[type.A]\nopen_enums = true", "topika.toml:2:1 unknown key `open_enums` in [type.A]", ""),
        ("[type.A]\nfield.a = {}", "topika.toml:2:1 unknown key `field` in [type.A]", "did you mean `fields`?"),
        (
            "[type.\"a.B\"]\nfields.c = { rst = 1 }",
            "topika.toml:2:14 unknown key `rst` in [type.\"a.B\".fields.c]",
            "did you mean `rust`?",
        ),
        (
            "[types]\ntime = \"Chrono\"",
            "topika.toml:2:8 `time` wants \"topika\", \"chrono\", \"jiff\" or \"time\", and is \"Chrono\"",
            "did you mean \"chrono\"?",
        ),
        (
            "[types]\nmap = 1",
            "topika.toml:2:7 `map` wants \"hash\", \"btree\" or \"vec\", and is 1",
            "write \"hash\", \"btree\" or \"vec\"",
        ),
        ("[types]\nbuilder = 1", "topika.toml:2:11 `builder` wants true or false, and is 1", "write true or false"),
        (
            "[types]\nderive = \"Eq\"",
            "topika.toml:2:10 `derive` wants a list of strings, and is \"Eq\"",
            "write a list of strings",
        ),
    ] {
        let (found, hint) = refused(text);
        assert_eq!(found, said, "{text}");
        assert!(hint.contains(help), "{text}: {hint}");
    }
}
