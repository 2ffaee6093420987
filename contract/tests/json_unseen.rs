//! What the registry does not see in a change of a JSON Schema, and we tell: it changes no verdict.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::compat::{Level, Terms, Verdict, compare};
use topika_contract::json_schema::Schema;
use topika_contract::report::Finding;
use topika_contract::rules::Severity;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn schema(path: &str, text: &str) -> EventSchema {
    EventSchema::Json(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
}

/// The findings that no difference of the registry stands behind.
fn unseen(old: &str, new: &str, level: Level) -> Vec<Finding> {
    let terms = Terms { level, ..Terms::default() };
    let judgement = compare(&schema("new.json", new), &[(1, schema("old.json", old))], &terms);
    let unseen: Vec<Finding> = judgement.findings.into_iter().filter(|one| one.reference.is_none()).collect();
    let said = judgement.differences.iter().all(|one| one.compatible);
    assert_eq!(judgement.verdict == Verdict::Compatible, said, "the verdict is the registry's");
    for one in &unseen {
        assert_eq!(one.severity, Severity::Warn);
        assert!(one.label.as_ref().unwrap().contains("not judged by the registry"), "{one:?}");
        assert_eq!(one.at.as_ref().unwrap().source.path(), "new.json");
        assert!(one.help.is_some() && !one.related.is_empty());
    }
    unseen
}

/// `old -> new`, and the rules that speak up under BACKWARD and under FORWARD.
#[track_caller]
fn told(old: &str, new: &str, backward: &[&str], forward: &[&str]) {
    for (level, wanted) in [(Level::Backward, backward), (Level::Forward, forward)] {
        let found = unseen(old, new, level);
        let ids: Vec<&str> = found.iter().map(|one| one.rule.id.trim_start_matches("json-schema/")).collect();
        assert_eq!(ids, wanted, "{old} -> {new} under {level}");
    }
}

#[test]
fn a_format_that_the_reader_asks_for() {
    let of = |rest: &str| format!(r#"{{"type":"object","properties":{{"at":{{"type":"string"{rest}}}}}}}"#);
    told(&of(""), &of(r#","format":"date-time""#), &["format-changed"], &[]);
    told(&of(r#","format":"date""#), &of(r#","format":"date-time""#), &["format-changed"], &["format-changed"]);
    told(&of(""), &of(r#","contentEncoding":"base64""#), &["format-changed"], &[]);
    let found = unseen(&of(""), &of(r#","format":"date-time""#), Level::Backward);
    assert_eq!(found[0].message, r#"`at.format` was absent and is now "date-time""#);
}

#[test]
fn a_property_that_is_required_and_not_declared() {
    let found = unseen(r#"{"type":"object"}"#, r#"{"type":"object","required":["id"]}"#, Level::Backward);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule.id, "json-schema/required-unseen");
    assert_eq!(found[0].witness.as_deref(), Some("{}"));
    told(r#"{"type":"object","required":["id"]}"#, r#"{"type":"object"}"#, &[], &["required-unseen"]);
}

#[test]
fn schemas_below_keywords_that_are_not_followed() {
    let of = |rest: &str| format!(r#"{{"type":"object"{rest}}}"#);
    let names = |most: u32| of(&format!(r#","propertyNames":{{"type":"string","maxLength":{most}}}"#));
    told(&names(5), &names(4), &["property-names-changed"], &[]);
    told(&of(""), &names(4), &["property-names-changed"], &[]);
    let like = |ty: &str| of(&format!(r#","patternProperties":{{"^s_":{{"type":"{ty}"}}}}"#));
    told(&like("integer"), &like("number"), &[], &["pattern-properties-changed"]);
    let array = |rest: &str| format!(r#"{{"type":"array"{rest}}}"#);
    told(&array(""), &array(r#","contains":{"type":"string"}"#), &["contains-changed"], &[]);
}

#[test]
fn a_condition_that_changed() {
    let of = |name: &str| format!(r#"{{"type":"object","if":{{"required":["a"]}},"then":{{"required":["{name}"]}}}}"#);
    told(&of("b"), &of("c"), &["condition-changed"], &["condition-changed"]);
    told(&of("b"), &of("b"), &[], &[]);
}

#[test]
fn an_alternative_that_takes_what_another_takes() {
    let of = |parts: &str| format!(r#"{{"oneOf":[{parts}]}}"#);
    let (s, i, n) = (r#"{"type":"string"}"#, r#"{"type":"integer"}"#, r#"{"type":"number"}"#);
    told(&of(&format!("{s},{i}")), &of(&format!("{s},{i},{n}")), &["one-of-overlap"], &[]);
    told(&of(s), &of(&format!("{s},{i}")), &[], &[]);
    let tagged =
        |tag: &str| format!(r#"{{"type":"object","properties":{{"kind":{{"const":"{tag}"}}}},"required":["kind"]}}"#);
    told(&of(&format!("{},{}", tagged("a"), tagged("b"))), &of(&["a", "b", "c"].map(tagged).join(",")), &[], &[]);
}

#[test]
fn bounds_that_the_registry_takes_for_equal() {
    let of = |rest: &str| format!(r#"{{"type":"integer"{rest}}}"#);
    told(&of(r#","maximum":9007199254740993"#), &of(r#","maximum":9007199254740992"#), &["bound-unseen"], &[]);
    told(&of(r#","maximum":5.0"#), &of(r#","maximum":5"#), &[], &[]);
    told(&of(r#","multipleOf":4.5"#), &of(r#","multipleOf":2"#), &["bound-unseen"], &[]);
}
