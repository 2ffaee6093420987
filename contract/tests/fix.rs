//! Edits that keep a file's layout, and fixes put together.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use proptest::prelude::*;
use topika_contract::fix::{self, edited};
use topika_contract::report::{Edit, Finding, Fix};
use topika_contract::rules::{AVRO_TYPE_CHANGED, TOPIC_PARTITIONS_REDUCED};
use topika_contract::text::json::{Comments, Value, read};
use topika_contract::text::{Location, Source, Span};
use topika_contract::tree::Memory;

fn whole(text: &str) -> Location {
    Source::new("schemas/a.avsc", text).at(Span::new(0, text.len()))
}

fn inserted(text: &str) -> String {
    edited(text, &fix::insert_member(&whole(text), "new", "1").unwrap()).unwrap()
}

fn removed(text: &str, name: &str) -> String {
    edited(text, &fix::remove_member(&whole(text), name).unwrap()).unwrap()
}

#[test]
fn a_member_is_put_in_with_the_layout_of_its_neighbours() {
    for (text, expected) in [
        ("{}", r#"{ "new": 1 }"#),
        ("{ }", r#"{ "new": 1 }"#),
        (r#"{"a":1}"#, r#"{"a":1, "new":1}"#),
        (r#"{"a":1,"b":2}"#, r#"{"a":1,"b":2,"new":1}"#),
        (r#"{ "a": 1, "b": 2 }"#, r#"{ "a": 1, "b": 2, "new": 1 }"#),
        ("{\n\t\"a\" : 1\n}", "{\n\t\"a\" : 1,\n\t\"new\" : 1\n}"),
        ("{\r\n  \"a\": 1\r\n}", "{\r\n  \"a\": 1,\r\n  \"new\": 1\r\n}"),
        ("{\n  \"a\": 1,\n\n  \"b\": 2\n}", "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"new\": 1\n}"),
        ("{\n  \"a\": 1 // the first\n}", "{\n  \"a\": 1, // the first\n  \"new\": 1\n}"),
        ("{\n  \"a\": 1 /* x */ // y\r\n  // end\n}", "{\n  \"a\": 1, /* x */ // y\n  \"new\": 1\r\n  // end\n}"),
        ("{ // only a comment\n}", "{ \"new\": 1  // only a comment\n}"),
        ("{ \"a\": 1 // c\n}", "{ \"a\": 1, \"new\": 1 // c\n}"),
    ] {
        assert_eq!(inserted(text), expected, "{text}");
    }
    assert_eq!(fix::insert_member(&whole(r#"{"new":1}"#), "new", "2"), None);
    assert_eq!(fix::insert_member(&whole("[1]"), "new", "2"), None);
}

#[test]
fn a_member_is_put_in_behind_another() {
    let at = |text: &str| {
        edited(text, &fix::insert_member_behind(&whole(text), ["name", "namespace"], "aliases", "[]").unwrap()).unwrap()
    };
    assert_eq!(
        at(r#"{ "type": "record", "name": "A", "fields": [] }"#),
        r#"{ "type": "record", "name": "A", "aliases": [], "fields": [] }"#
    );
    assert_eq!(
        at("{\n  \"name\": \"A\", // the name\n  \"namespace\": \"n\", // and its\n  \"fields\": []\n}"),
        "{\n  \"name\": \"A\", // the name\n  \"namespace\": \"n\", // and its\n  \"aliases\": [],\n  \"fields\": []\n}"
    );
}

#[test]
fn a_member_is_taken_out_with_its_comma_and_its_line() {
    for (text, name, expected) in [
        (r#"{"a":1}"#, "a", "{}"),
        ("{\n  \"a\": 1\n}", "a", "{}"),
        (r#"{ "a": 1, "b": 2 }"#, "a", r#"{ "b": 2 }"#),
        (r#"{ "a": 1, "b": 2 }"#, "b", r#"{ "a": 1 }"#),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "a", "{\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "b", "{\n  \"a\": 1\n}"),
        ("{\r\n  \"a\": 1,\r\n  \"b\": 2,\r\n  \"c\": 3\r\n}", "b", "{\r\n  \"a\": 1,\r\n  \"c\": 3\r\n}"),
        ("{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}", "b", "{\n  \"a\": 1 // one\n   // two\n}"),
        ("{\n  \"a\": 1, // one\n  \"b\": 2\n}", "a", "{\n   // one\n  \"b\": 2\n}"),
    ] {
        assert_eq!(removed(text, name), expected, "{text} without {name}");
    }
    assert_eq!(fix::remove_member(&whole("{}"), "a"), None);
}

#[test]
fn items_of_several_lines_get_the_indentation_of_their_new_place() {
    let text = "[\n    { \"a\": 1 }\n]";
    let item = "{\n        \"b\": [\n          2\n        ]\n      }".to_owned();
    let edits = fix::insert_items(&whole(text), 1, &[item]).unwrap();
    assert_eq!(
        edited(text, &edits).unwrap(),
        "[\n    { \"a\": 1 },\n    {\n      \"b\": [\n        2\n      ]\n    }\n]"
    );
}

/// White space and comments as they may stand between two values; a line comment ends with its line.
fn gap() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", " ", "\n  ", "\r\n\t", " // c\n", " /* c */ ", "\n  // c\n  ", "\n\n"])
        .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_layout_edits_leave_json_with_the_same_other_entries_and_comments(
        gaps in prop::collection::vec(gap(), 16),
        length in 0_usize..4,
        index in 0_usize..4,
        objects in any::<bool>(),
    ) {
        let mut gaps = gaps.into_iter();
        let mut gap = || gaps.next().unwrap_or_default();
        let mut text = String::from(if objects { "{" } else { "[" });
        for n in 0..length {
            if n > 0 {
                text += ",";
            }
            text += &gap();
            text += &if objects { format!("\"k{n}\":{}{n}", gap()) } else { n.to_string() };
            text += &gap();
        }
        text += &gap();
        text += if objects { "}" } else { "]" };
        let entries = |text: &str| -> Vec<i64> {
            let (json, problems) = read(text, Comments::Allowed);
            assert!(problems.is_empty(), "{text:?}: {problems:?}");
            match json.unwrap_or_else(|| panic!("{text:?}")).value {
                Value::Object(members) => members.iter().filter_map(|member| member.value.as_i64()).collect(),
                Value::Array(items) => items.iter().filter_map(topika_contract::text::json::Json::as_i64).collect(),
                other => panic!("{other:?}"),
            }
        };
        let comments = |text: &str| text.matches('c').count();
        let mut expected: Vec<i64> = (0..).take(length).collect();
        prop_assert_eq!(&entries(&text), &expected);

        let put = if objects {
            fix::insert_member(&whole(&text), "new", "9").unwrap()
        } else {
            fix::insert_items(&whole(&text), index, &["8".to_owned(), "9".to_owned()]).unwrap()
        };
        let after = edited(&text, &put).unwrap();
        let mut with = expected.clone();
        if objects {
            with.push(9);
        } else {
            let at = index.min(length);
            with.splice(at..at, [8, 9]);
        }
        prop_assert_eq!(entries(&after), with, "{:?} -> {:?}", text, after);
        prop_assert_eq!(comments(&after), comments(&text));

        if index < length {
            let out = if objects {
                fix::remove_member(&whole(&text), &format!("k{index}")).unwrap()
            } else {
                fix::remove_item(&whole(&text), index).unwrap()
            };
            let after = edited(&text, &out).unwrap();
            expected.remove(index);
            prop_assert_eq!(entries(&after), expected, "{:?} -> {:?}", text, after);
        }
    }
}

fn finding(path: &str, text: &str, edits: &[(usize, usize, &str)]) -> Finding {
    let source = Source::new(path, text);
    let edits = edits
        .iter()
        .map(|(start, end, text)| Edit { at: source.at(Span::new(*start, *end)), text: (*text).to_owned() });
    AVRO_TYPE_CHANGED.finding("m").fix(Fix { title: "t".to_owned(), edits: edits.collect() })
}

fn refusal(finding: Finding, tree: &[(&str, &str)]) -> String {
    let tree: Memory = tree.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let plan = fix::plan([&finding], &tree, "schemas");
    assert!(plan.files.is_empty() && plan.made.is_empty());
    plan.refused.into_iter().next().unwrap().reason
}

#[test]
fn a_fix_is_refused_where_it_would_do_harm() {
    let text = "[1, 2]";
    let file = "schemas/a.avsc";
    assert_eq!(
        refusal(finding(file, text, &[(1, 2, "3")]), &[(file, "[1, 2 ]")]),
        "schemas/a.avsc has changed since it was read"
    );
    assert_eq!(refusal(finding(file, text, &[(1, 2, "3")]), &[]), "schemas/a.avsc is gone");
    assert_eq!(
        refusal(finding(file, text, &[(1, 2, "")]), &[(file, text)]),
        "schemas/a.avsc could not be read any more"
    );
    assert_eq!(
        refusal(finding(file, text, &[(1, 3, "3"), (2, 4, "4")]), &[(file, text)]),
        "another fix changes the same place"
    );
    for path in [
        "schemas/.history/a-value/1.avsc",
        "schemas/../x.avsc",
        "/etc/passwd",
        "topika.lock",
        "schemasx/a.avsc",
        "schemas/.imports/a.avsc",
    ] {
        let reason = refusal(finding(path, text, &[(1, 2, "3")]), &[(path, text)]);
        assert_eq!(reason, format!("{path} is no file that a fix may change"));
    }
}

#[test]
fn a_fix_is_made_as_a_whole_once_and_the_first_of_two_that_touch_wins() {
    let text = "[1, 2]";
    let file = "schemas/a.avsc";
    let tree: Memory = [(file.to_owned(), text.as_bytes().to_vec()), ("topika.toml".to_owned(), b"a = 1\n".to_vec())]
        .into_iter()
        .collect();
    let one = finding(file, text, &[(1, 2, "3")]);
    let both = finding(file, text, &[(1, 2, "4"), (4, 5, "4")]);
    let toml = Finding { rule: &TOPIC_PARTITIONS_REDUCED, ..finding("topika.toml", "a = 1\n", &[(4, 5, "2")]) };
    let plan = fix::plan([&one, &one, &both, &toml], &tree, "schemas");
    assert_eq!((plan.made.len(), plan.refused.len()), (2, 1));
    assert_eq!(plan.made[0].at, "schemas/a.avsc:1:2");
    let after: Vec<(&str, &str)> = plan.files.iter().map(|file| (file.path.as_str(), file.after.as_str())).collect();
    assert_eq!(after, [(file, "[3, 2]"), ("topika.toml", "a = 2\n")]);
}

#[test]
fn files_are_written_as_a_whole_and_keep_their_permissions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schemas/a.avsc");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "[1, 2]").unwrap();
    let before = std::fs::metadata(&path).unwrap().permissions();
    let tree = topika_contract::tree::Disk::new(folder.path());
    let plan = fix::plan([&finding("schemas/a.avsc", "[1, 2]", &[(1, 2, "3")])], &tree, "schemas");
    plan.write(folder.path()).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "[3, 2]");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions(), before);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    std::fs::remove_file(&path).unwrap();
    assert!(plan.write(folder.path()).unwrap_err().to_string().contains("a.avsc"));
}

#[test]
fn the_rules_with_fixes_are_sorted() {
    assert!(fix::FIXABLE.is_sorted_by_key(|rule| rule.id));
}
