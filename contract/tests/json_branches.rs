//! A branch of a combined schema that is no longer taken: which of its properties is to blame.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use std::time::{Duration, Instant};

use topika_contract::compat::{Level, Terms, compare, judge};
use topika_contract::json_schema::Schema;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

const DRAFTS: [&str; 2] = ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"];

fn schema(path: &str, text: &str) -> EventSchema {
    EventSchema::Json(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
}

/// What stands as a note beside each finding.
fn notes(old: &str, new: &str, level: Level) -> Vec<(String, Vec<String>)> {
    let findings = judge(&schema("new.json", new), &[(1, schema("old.json", old))], level);
    findings.into_iter().map(|one| (one.message, one.notes)).collect()
}

/// The notes of all findings about a property `p` of a closed object, in both drafts.
#[track_caller]
fn told_under(level: Level, old: &str, new: &str, wanted: &[&str]) {
    for draft in DRAFTS {
        let wrap = |p: &str| {
            format!(
                r#"{{"$schema":"{draft}","type":"object","properties":{{"p":{p}}},"additionalProperties":false,"definitions":{DEFINITIONS}}}"#
            )
        };
        let found = notes(&wrap(old), &wrap(new), level);
        assert!(!found.is_empty(), "{old} -> {new} hinders nothing");
        let told: Vec<&String> = found.iter().flat_map(|(_, notes)| notes).collect();
        assert_eq!(told, wanted, "{old} -> {new} in {draft}: {found:#?}");
    }
}

#[track_caller]
fn told(old: &str, new: &str, wanted: &[&str]) {
    told_under(Level::Backward, old, new, wanted);
}

const DEFINITIONS: &str = r#"{
    "Card": {"type":"object","properties":{"number":{"type":"string"}},"additionalProperties":false},
    "Card2": {"type":"object","properties":{"number":{"type":"integer"}},"additionalProperties":false},
    "Cash": {"type":"object","properties":{"till":{"type":"string"}},"additionalProperties":false}
}"#;

fn object(properties: &str, rest: &str) -> String {
    format!(r#"{{"type":"object","properties":{{{properties}}},"additionalProperties":false{rest}}}"#)
}

fn nullable(properties: &str, rest: &str) -> String {
    object(properties, rest).replacen(r#""object""#, r#"["object","null"]"#, 1)
}

#[test]
fn within_a_nullable_object_the_property_is_named() {
    told(
        &nullable(r#""zip":{"type":"string"}"#, ""),
        &nullable(r#""zip":{"type":"integer"}"#, ""),
        &["within the object: `p.zip` was string and is now integer"],
    );
    told(
        &nullable(r#""zip":{"type":"string"},"city":{"type":"string"}"#, ""),
        &nullable(r#""city":{"type":"string"}"#, ""),
        &["within the object: `p.zip` is gone, and the object takes no further properties"],
    );
    told(
        &nullable(r#""zip":{"type":"string"}"#, ""),
        &nullable(r#""zip":{"type":"string"}"#, r#","required":["zip"]"#),
        &["within the object: `p.zip` is now required, and version 1 may lack it"],
    );
}

#[test]
fn forward_it_is_told_from_the_side_of_the_older_readers() {
    told_under(
        Level::Forward,
        &nullable(r#""zip":{"type":"string"}"#, ""),
        &nullable(r#""zip":{"type":"string"},"town":{"type":"string"}"#, ""),
        &["within the object: `p.town` is new, and version 1 takes no further properties"],
    );
}

#[test]
fn a_value_or_a_bound_within_a_nullable_scalar_is_named() {
    told(
        r#"{"type":["string","null"],"maxLength":9}"#,
        r#"{"type":["string","null"],"maxLength":5}"#,
        &["within the string: `p.maxLength` was 9 and is now 5"],
    );
    told(
        r#"{"anyOf":[{"type":"null"},{"enum":["a","b"]}]}"#,
        r#"{"anyOf":[{"type":"null"},{"enum":["a"]}]}"#,
        &[r#"the enum of `p` lost "b""#],
    );
}

#[test]
fn alternatives_are_told_apart_by_title_constant_and_reference() {
    let card = |ty: &str| object(&format!(r#""number":{{"type":"{ty}"}}"#), r#","title":"Card""#);
    let cash = object(r#""till":{"type":"string"}"#, r#","title":"Cash""#);
    told(
        &format!(r#"{{"oneOf":[{},{cash}]}}"#, card("string")),
        &format!(r#"{{"oneOf":[{cash},{}]}}"#, card("integer")),
        &["within Card: `p.number` was string and is now integer"],
    );
    let of = |kind: &str, ty: &str| {
        object(&format!(r#""kind":{{"const":"{kind}"}},"n":{{"type":"{ty}"}}"#), r#","required":["kind"]"#)
    };
    told(
        &format!(r#"{{"oneOf":[{},{}]}}"#, of("card", "string"), of("cash", "string")),
        &format!(r#"{{"oneOf":[{},{}]}}"#, of("cash", "string"), of("card", "integer")),
        &[r#"within the one with `kind` "card": `p.n` was string and is now integer"#],
    );
    let reference = |name: &str| format!(r##"{{"$ref":"#/definitions/{name}"}}"##);
    told(
        &format!(r#"{{"anyOf":[{},{}]}}"#, reference("Card"), reference("Cash")),
        &format!(r#"{{"anyOf":[{},{}]}}"#, reference("Card2"), reference("Cash")),
        &[],
    );
}

#[test]
fn a_definition_that_changed_under_its_name_is_named_by_it() {
    let event = |ty: &str| {
        format!(
            r##"{{"type":"object","properties":{{"p":{{"anyOf":[{{"$ref":"#/definitions/Card"}},{{"$ref":"#/definitions/Cash"}}]}}}},
              "additionalProperties":false,"definitions":{{"Card":{},"Cash":{}}}}}"##,
            object(&format!(r#""n":{{"type":"{ty}"}}"#), ""),
            object(r#""till":{"type":"string"}"#, "")
        )
    };
    let found = notes(&event("string"), &event("integer"), Level::Backward);
    assert!(
        found.iter().any(|(_, notes)| notes == &["within Card: `p.n` was string and is now integer"]),
        "{found:#?}"
    );
}

#[test]
fn where_the_branch_is_in_doubt_nothing_is_said() {
    let (a, b) = (object(r#""a":{"type":"string"}"#, ""), object(r#""b":{"type":"string"}"#, ""));
    let (c, d) = (object(r#""a":{"type":"integer"}"#, ""), object(r#""b":{"type":"integer"}"#, ""));
    told(&format!(r#"{{"oneOf":[{a},{b}]}}"#), &format!(r#"{{"oneOf":[{c},{d}]}}"#), &[]);
    told(
        r#"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#,
        r#"{"oneOf":[{"type":"string"},{"type":"boolean"}]}"#,
        &[],
    );
    told(
        &format!(r#"{{"oneOf":[{a},{{"type":"string"}}]}}"#),
        r#"{"oneOf":[{"type":"integer"},{"type":"string"}]}"#,
        &[],
    );
}

#[test]
fn a_branch_that_another_one_takes_is_not_to_blame() {
    // The object with the title went over to one without; what is lost is the string.
    let a = |ty: &str, title: &str| object(&format!(r#""a":{{"type":"{ty}"}}"#), &format!(r#","title":"{title}""#));
    told(
        &format!(r#"{{"anyOf":[{},{{"type":"string"}}]}}"#, a("string", "A")),
        &format!(r#"{{"anyOf":[{},{}]}}"#, a("integer", "A"), a("string", "B")),
        &[],
    );
}

#[test]
fn a_part_of_all_of_is_looked_into() {
    let part = |ty: &str| {
        format!(r#"{{"allOf":[{},{{"not":{{"type":"null"}}}}]}}"#, object(&format!(r#""a":{{"type":"{ty}"}}"#), ""))
    };
    told(&part("string"), &part("integer"), &["within the object: `p.a` was string and is now integer"]);
}

#[test]
fn a_condition_that_came_hides_no_change_beside_it() {
    let event = |ty: &str, rest: &str| {
        format!(r#"{{"type":"object","properties":{{"a":{{"type":"{ty}"}}}},"additionalProperties":false{rest}}}"#)
    };
    let condition = r#","if":{"required":["a"]},"then":{"minProperties":1}"#;
    let found = notes(&event("string", ""), &event("integer", condition), Level::Backward);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].1, ["within the object: `a` was string and is now integer"], "{found:#?}");
    let found = notes(&event("string", condition), &event("integer", ""), Level::Backward);
    assert_eq!(found[0].1, ["within the object: `a` was string and is now integer"], "{found:#?}");
    let both = |ty: &str, rest: &str| event(ty, rest).replacen(r#""object""#, r#"["object","null"]"#, 1);
    let found = notes(&both("string", ""), &both("integer", condition), Level::Backward);
    assert_eq!(found[0].1, ["within the object: `a` was string and is now integer"], "{found:#?}");
}

#[test]
fn branches_within_branches_are_followed_to_the_property() {
    let nested = |ty: &str| nullable(&format!(r#""b":{}"#, nullable(&format!(r#""c":{{"type":"{ty}"}}"#), "")), "");
    told(&nested("string"), &nested("integer"), &["within the object: `p.b.c` was string and is now integer"]);
    let deep =
        |ty: &str| (0..50).fold(format!(r#"{{"type":"{ty}"}}"#), |inner, _| nullable(&format!(r#""d":{inner}"#), ""));
    let found = notes(&deep("string"), &deep("integer"), Level::Backward);
    assert_eq!(found[0].1.len(), 1, "{found:#?}");
    assert!(found[0].1[0].contains("`d.d.d.d.d.d.d.d"), "{found:#?}");
}

#[test]
fn a_schema_that_holds_itself_ends() {
    let tree = |ty: &str| {
        format!(
            r##"{{"type":"object","properties":{{"root":{{"$ref":"#/definitions/N"}}}},"additionalProperties":false,"definitions":{{"N":{}}}}}"##,
            nullable(
                &format!(
                    r##""v":{{"type":"{ty}"}},"l":{{"$ref":"#/definitions/N"}},"r":{{"$ref":"#/definitions/N"}}"##
                ),
                ""
            )
        )
    };
    let found = notes(&tree("string"), &tree("integer"), Level::Backward);
    let told: Vec<&String> = found.iter().flat_map(|(_, notes)| notes).collect();
    assert_eq!(told, ["within the object: `root.v` was string and is now integer"], "{found:#?}");
}

#[test]
fn no_more_than_five_are_told() {
    let many = |ty: &str| {
        let properties: Vec<String> = (0..12).map(|n| format!(r#""f{n:02}":{{"type":"{ty}"}}"#)).collect();
        nullable(&properties.join(","), "")
    };
    let found = notes(&many("string"), &many("integer"), Level::Backward);
    assert_eq!(found[0].1.len(), 6, "{found:#?}");
    assert_eq!(found[0].1[5], "and 7 more");
}

#[test]
fn five_hundred_by_five_hundred_alternatives_take_no_longer() {
    let many = |ty: &str| {
        let one = |n: usize| object(&format!(r#""kind":{{"const":"k{n}"}},"v":{{"type":"{ty}"}}"#), "");
        let all: Vec<String> = (0..500).map(one).collect();
        let parts = all.join(",");
        format!(r#"{{"type":"object","properties":{{"a":{{"oneOf":[{parts}]}},"b":{{"oneOf":[{parts}]}}}}}}"#)
    };
    let (old, new) = (schema("old.json", &many("string")), schema("new.json", &many("integer")));
    let start = Instant::now();
    let judgement = compare(&new, &[(1, old)], &Terms::default());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    let first = &judgement.findings[0];
    assert_eq!(first.notes[0], r#"within the one with `kind` "k0": `a.v` was string and is now integer"#);
    assert_eq!(first.notes.len(), 6);
    assert_eq!(first.notes[5], "and many more");
}

#[test]
fn many_findings_with_many_branches_each_are_explained_within_bounds() {
    let event = |ty: &str| {
        let one = |n: usize| object(&format!(r#""v{n}":{{"type":"{ty}"}}"#), "");
        let all: Vec<String> = (0..100).map(one).collect();
        let node = nullable(&format!(r#""p":{{"oneOf":[{}]}}"#, all.join(",")), "");
        let properties: Vec<String> = (0..2_000).map(|n| format!(r##""a{n}":{{"$ref":"#/definitions/N"}}"##)).collect();
        format!(r#"{{"type":"object","properties":{{{}}},"definitions":{{"N":{node}}}}}"#, properties.join(","))
    };
    let (old, new) = (schema("old.json", &event("string")), schema("new.json", &event("integer")));
    let start = Instant::now();
    let judgement = compare(&new, &[(1, old)], &Terms::default());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(judgement.findings.len(), 2_000);
    let told = judgement.findings.iter().filter(|one| !one.notes.is_empty()).count();
    assert!((10..=500).contains(&told), "{told}");
}
