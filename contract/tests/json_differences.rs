//! Confluent's comparison of JSON Schemas: every difference with its type and path, in its order.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::compat::{Judgement, Level, Policy, Terms, Verdict, compare};
use topika_contract::json_schema::Schema;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn schema(path: &str, text: &str) -> EventSchema {
    EventSchema::Json(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
}

fn judged(old: &str, new: &str, policy: Policy) -> Judgement {
    let terms = Terms { level: Level::Backward, policy, ..Terms::default() };
    compare(&schema("new.json", new), &[(1, schema("old.json", old))], &terms)
}

fn told(judgement: &Judgement) -> Vec<String> {
    judgement.differences.iter().map(|one| format!("{} {}", one.kind, one.location)).collect()
}

/// The differences of a pair, and whether the two policies take it.
#[track_caller]
fn differ(old: &str, new: &str, wanted: &[&str], (strict, lenient): (bool, bool)) {
    for (policy, taken) in [(Policy::Strict, strict), (Policy::Lenient, lenient)] {
        let judgement = judged(old, new, policy);
        assert_eq!(told(&judgement), wanted, "{old} -> {new} under {policy}");
        let verdict = if taken { Verdict::Compatible } else { Verdict::Incompatible };
        assert_eq!(judgement.verdict, verdict, "{old} -> {new} under {policy}: {:?}", judgement.reason);
        let refused = judgement.differences.iter().filter(|one| !one.compatible).count();
        let findings = judgement.findings.iter().filter(|one| one.reference.is_some()).count();
        assert_eq!(refused, findings, "each incompatible difference is one finding");
    }
}

const FINE: (bool, bool) = (true, true);
const BROKEN: (bool, bool) = (false, false);
const LENIENT: (bool, bool) = (false, true);

#[test]
fn annotations_are_told_and_harmless() {
    differ(
        r#"{"$id":"http://x/a","type":"string"}"#,
        r#"{"$id":"http://x/b","type":"string","title":"T","description":"D","default":"d"}"#,
        &["ID_CHANGED #/", "TITLE_CHANGED #/", "DESCRIPTION_CHANGED #/", "DEFAULT_CHANGED #/"],
        FINE,
    );
}

#[test]
fn limits_of_strings() {
    let pair = |old: &str, new: &str, wanted: &[&str], taken| {
        differ(&format!(r#"{{"type":"string"{old}}}"#), &format!(r#"{{"type":"string"{new}}}"#), wanted, taken);
    };
    pair(r#","maxLength":5"#, "", &["MAX_LENGTH_REMOVED #/maxLength"], FINE);
    pair("", r#","maxLength":5"#, &["MAX_LENGTH_ADDED #/maxLength"], BROKEN);
    pair(
        r#","maxLength":5,"minLength":2"#,
        r#","maxLength":4,"minLength":1"#,
        &["MAX_LENGTH_DECREASED #/maxLength", "MIN_LENGTH_DECREASED #/minLength"],
        BROKEN,
    );
    pair(r#","pattern":"a""#, r#","pattern":"b""#, &["PATTERN_CHANGED #/pattern"], BROKEN);
    pair(r#","pattern":"a""#, "", &["PATTERN_REMOVED #/pattern"], FINE);
}

#[test]
fn limits_of_numbers() {
    let pair = |old: &str, new: &str, wanted: &[&str], taken| {
        differ(&format!(r#"{{"type":"number"{old}}}"#), &format!(r#"{{"type":"number"{new}}}"#), wanted, taken);
    };
    pair(r#","maximum":5"#, r#","maximum":6"#, &["MAXIMUM_INCREASED #/maximum"], FINE);
    pair(r#","maximum":5"#, r#","maximum":5.0"#, &[], FINE);
    pair(r#","minimum":5"#, r#","minimum":6"#, &["MINIMUM_INCREASED #/minimum"], BROKEN);
    pair(
        r#","exclusiveMinimum":5"#,
        r#","exclusiveMinimum":4"#,
        &["EXCLUSIVE_MINIMUM_DECREASED #/exclusiveMinimum"],
        FINE,
    );
    // Without a `maximum`, Confluent's code fails here; this is what it means.
    pair(
        r#","exclusiveMaximum":5"#,
        r#","exclusiveMaximum":4"#,
        &["EXCLUSIVE_MAXIMUM_DECREASED #/exclusiveMaximum"],
        BROKEN,
    );
    // With one, it compares with that.
    pair(r#","exclusiveMaximum":5,"maximum":9"#, r#","exclusiveMaximum":4,"maximum":9"#, &[], FINE);
    pair(r#","multipleOf":2"#, r#","multipleOf":4"#, &["MULTIPLE_OF_EXPANDED #/multipleOf"], BROKEN);
    pair(r#","multipleOf":4"#, r#","multipleOf":2"#, &["MULTIPLE_OF_REDUCED #/multipleOf"], FINE);
    pair(r#","multipleOf":4"#, r#","multipleOf":3"#, &["MULTIPLE_OF_CHANGED #/multipleOf"], BROKEN);
    pair(r#","multipleOf":0.1"#, r#","multipleOf":0.01"#, &["MULTIPLE_OF_REDUCED #/multipleOf"], FINE);
    differ(r#"{"type":"integer"}"#, r#"{"type":"number"}"#, &["TYPE_EXTENDED #/"], FINE);
    differ(r#"{"type":"number"}"#, r#"{"type":"integer"}"#, &["TYPE_NARROWED #/"], BROKEN);
}

#[test]
fn types_and_values() {
    differ(r#"{"type":"string"}"#, r#"{"type":"integer"}"#, &["TYPE_CHANGED #/"], BROKEN);
    differ(r#"{"type":"string"}"#, "{}", &[], FINE);
    differ(r#"{"enum":["a"]}"#, r#"{"enum":["a","b"]}"#, &["ENUM_ARRAY_EXTENDED #/enum"], FINE);
    differ(r#"{"enum":["a","b"]}"#, r#"{"enum":["b"]}"#, &["ENUM_ARRAY_NARROWED #/enum"], BROKEN);
    differ(r#"{"enum":["a","b"]}"#, r#"{"enum":["c","b"]}"#, &["ENUM_ARRAY_CHANGED #/enum"], BROKEN);
    differ(r#"{"enum":["a","b"]}"#, r#"{"enum":["b","a"]}"#, &[], FINE);
    differ(r#"{"const":1}"#, r#"{"const":2}"#, &["ENUM_ARRAY_CHANGED #/const"], BROKEN);
}

#[test]
fn a_new_property_goes_by_what_the_object_was() {
    let object = |properties: &str, rest: &str| format!(r#"{{"type":"object","properties":{{{properties}}}{rest}}}"#);
    let new = r#""a":{"type":"string"}"#;
    differ(
        &object("", ""),
        &object(new, ""),
        &["OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a"],
        LENIENT,
    );
    differ(
        &object("", ""),
        &object(r#""a":{}"#, ""),
        &["PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a"],
        FINE,
    );
    differ(
        &object("", ""),
        &object(new, r#","required":["a"]"#),
        &["REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a"],
        BROKEN,
    );
    differ(
        &object("", ""),
        &object(r#""a":{"type":"string","default":""}"#, r#","required":["a"]"#),
        &["REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a"],
        LENIENT,
    );
    let closed = r#","additionalProperties":false"#;
    differ(
        &object("", closed),
        &object(new, closed),
        &["OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a"],
        FINE,
    );
    differ(
        &object("", closed),
        &object(new, r#","additionalProperties":false,"required":["a"]"#),
        &["REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a"],
        BROKEN,
    );
    let partly = r#","additionalProperties":{"type":"string"}"#;
    differ(
        &object("", partly),
        &object(new, partly),
        &[
            "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
        ],
        FINE,
    );
    differ(
        &object("", partly),
        &object(r#""a":{"type":"integer"}"#, partly),
        &[
            "TYPE_CHANGED #/properties/a",
            "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
        ],
        BROKEN,
    );
    let pattern = r#","patternProperties":{"^a":{"type":"string"}},"additionalProperties":false"#;
    differ(
        &object("", pattern),
        &object(new, pattern),
        &[
            "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
        ],
        FINE,
    );
}

#[test]
fn a_lost_property_goes_by_what_the_object_is() {
    let object = |properties: &str, rest: &str| format!(r#"{{"type":"object","properties":{{{properties}}}{rest}}}"#);
    let gone = r#""a":{"type":"string"}"#;
    differ(&object(gone, ""), &object("", ""), &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"], FINE);
    let closed = r#","additionalProperties":false"#;
    differ(
        &object(gone, closed),
        &object("", closed),
        &["PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a"],
        LENIENT,
    );
    differ(
        &object(r#""a":false"#, closed),
        &object("", closed),
        &["PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a"],
        FINE,
    );
    let partly = r#","additionalProperties":{"type":"string"}"#;
    differ(
        &object(gone, partly),
        &object("", partly),
        &["PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a"],
        FINE,
    );
}

#[test]
fn required_properties_and_dependencies() {
    let object = |rest: &str| {
        format!(
            r#"{{"type":"object","properties":{{"a":{{"type":"string"}},"b":{{"type":"string","default":"x"}}}}{rest}}}"#
        )
    };
    differ(&object(""), &object(r#","required":["a"]"#), &["REQUIRED_ATTRIBUTE_ADDED #/required/a"], BROKEN);
    differ(&object(""), &object(r#","required":["b"]"#), &["REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED #/required/b"], FINE);
    differ(&object(r#","required":["a"]"#), &object(""), &["REQUIRED_ATTRIBUTE_REMOVED #/required/a"], FINE);
    differ(
        &object(""),
        &object(r#","dependencies":{"a":["b"]}"#),
        &["DEPENDENCY_ARRAY_ADDED #/dependencies/a"],
        BROKEN,
    );
    differ(
        &object(r#","dependencies":{"a":["b","c"]}"#),
        &object(r#","dependencies":{"a":["b"]}"#),
        &["DEPENDENCY_ARRAY_NARROWED #/dependencies/a"],
        FINE,
    );
    differ(
        &object(r#","dependencies":{"a":["b"]}"#),
        &object(r#","dependencies":{"a":["c"]}"#),
        &["DEPENDENCY_ARRAY_CHANGED #/dependencies/a"],
        BROKEN,
    );
    differ(
        &object(r#","dependencies":{"a":{"maxProperties":1}}"#),
        &object(r#","dependencies":{"a":{"maxProperties":2}}"#),
        &["MAX_PROPERTIES_INCREASED #/dependencies/a/maxProperties"],
        FINE,
    );
}

#[test]
fn objects_and_arrays_may_open_and_not_close() {
    let object = |rest: &str| format!(r#"{{"type":"object"{rest}}}"#);
    let closed = r#","additionalProperties":false"#;
    let partly = r#","additionalProperties":{"type":"string"}"#;
    differ(&object(closed), &object(""), &["ADDITIONAL_PROPERTIES_ADDED #/additionalProperties"], FINE);
    differ(&object(""), &object(closed), &["ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties"], LENIENT);
    differ(&object(""), &object(partly), &["ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties"], LENIENT);
    differ(&object(partly), &object(""), &["ADDITIONAL_PROPERTIES_EXTENDED #/additionalProperties"], FINE);
    differ(
        &object(r#","minProperties":1"#),
        &object(r#","minProperties":2,"maxProperties":3"#),
        &["MAX_PROPERTIES_ADDED #/maxProperties", "MIN_PROPERTIES_INCREASED #/minProperties"],
        BROKEN,
    );
    let array = |rest: &str| format!(r#"{{"type":"array"{rest}}}"#);
    differ(&array(""), &array(r#","items":{"type":"string"}"#), &["SCHEMA_ADDED #/items"], BROKEN);
    differ(&array(r#","items":{"type":"string"}"#), &array(""), &["SCHEMA_REMOVED #/items"], FINE);
    differ(
        &array(r#","items":{"type":"string"}"#),
        &array(r#","items":{"type":"integer"}"#),
        &["TYPE_CHANGED #/items"],
        BROKEN,
    );
    differ(
        &array(r#","uniqueItems":true,"minItems":1"#),
        &array(r#","maxItems":4"#),
        &["MAX_ITEMS_ADDED #/maxItems", "MIN_ITEMS_REMOVED #/minItems", "UNIQUE_ITEMS_REMOVED #/uniqueItems"],
        BROKEN,
    );
    let two = r#","items":[{"type":"string"},{"type":"integer"}]"#;
    let one = r#","items":[{"type":"string"}]"#;
    differ(&array(one), &array(two), &["ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1"], BROKEN);
    differ(&array(two), &array(one), &["ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/1"], FINE);
}

#[test]
fn alternatives_and_conditions() {
    let of = |keyword: &str, parts: &str| format!(r#"{{"{keyword}":[{parts}]}}"#);
    let (s, i, b) = (r#"{"type":"string"}"#, r#"{"type":"integer"}"#, r#"{"type":"boolean"}"#);
    differ(&of("oneOf", &format!("{s},{i}")), &of("oneOf", &format!("{i},{s},{b}")), &["SUM_TYPE_EXTENDED #/"], FINE);
    differ(&of("oneOf", &format!("{s},{i},{b}")), &of("oneOf", &format!("{s},{i}")), &["SUM_TYPE_NARROWED #/"], BROKEN);
    differ(
        &of("allOf", &format!("{s},{b}")),
        &of("allOf", &format!("{s},{b},{i}")),
        &["PRODUCT_TYPE_EXTENDED #/"],
        BROKEN,
    );
    differ(&of("oneOf", &format!("{s},{i}")), &of("anyOf", &format!("{s},{i}")), &["COMBINED_TYPE_EXTENDED #/"], FINE);
    differ(&of("anyOf", &format!("{s},{i}")), &of("oneOf", &format!("{s},{i}")), &["COMBINED_TYPE_CHANGED #/"], BROKEN);
    differ(
        &of("oneOf", &format!("{s},{i}")),
        &of("oneOf", &format!("{s},{b}")),
        &["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"],
        BROKEN,
    );
    differ(s, &of("oneOf", &format!("{i},{s}")), &["SUM_TYPE_EXTENDED #/"], FINE);
    differ(&of("oneOf", s), s, &[], FINE);
    differ(&of("allOf", &format!("{s},{b}")), s, &["PRODUCT_TYPE_NARROWED #/"], FINE);
    let short = r#"{"type":"string","maxLength":4}"#;
    differ(
        &of("oneOf", &format!("{short},{i}")),
        &of("oneOf", &format!("{s},{i}")),
        &["MAX_LENGTH_REMOVED #/oneOf/0/maxLength"],
        FINE,
    );
    differ(r#"{"not":{"type":"number"}}"#, r#"{"not":{"type":"integer"}}"#, &["NOT_TYPE_NARROWED #/not"], FINE);
    differ(r#"{"not":{"type":"integer"}}"#, r#"{"not":{"type":"number"}}"#, &["NOT_TYPE_EXTENDED #/not"], BROKEN);
}

#[test]
fn a_recursive_schema_is_told_again_where_it_stands_again() {
    let list = |ty: &str| {
        format!(
            r##"{{"type":"object","properties":{{"value":{{"type":"{ty}"}},"next":{{"$ref":"#"}}}},"additionalProperties":false}}"##
        )
    };
    differ(&list("string"), &list("string"), &[], FINE);
    differ(
        &list("integer"),
        &list("number"), // The loader makes two objects of the root: itself, and what `#` means.
        &["TYPE_EXTENDED #/properties/next/properties/value", "TYPE_EXTENDED #/properties/value"],
        FINE,
    );
    // The second pass knows that the list itself is incompatible, and tells so once more below.
    let found = told(&judged(&list("string"), &list("integer"), Policy::Strict));
    let next = "/properties/next";
    let wanted = [2, 1, 0].map(|depth| format!("TYPE_CHANGED #{}/properties/value", next.repeat(depth)));
    assert_eq!(found, wanted);
}

#[test]
fn properties_come_in_the_order_of_a_java_hash_map() {
    let object = |ty: &str| {
        format!(
            r#"{{"type":"object","properties":{{"id":{{"type":"{ty}"}},"zip":{{"type":"{ty}"}},"city":{{"type":"{ty}"}},"x":{{"type":"{ty}"}}}}}}"#
        )
    };
    let paths: Vec<String> = judged(&object("string"), &object("integer"), Policy::Strict)
        .differences
        .into_iter()
        .map(|one| one.location)
        .collect();
    assert_eq!(paths, ["#/properties/zip", "#/properties/city", "#/properties/x", "#/properties/id"]);
}

#[test]
fn schemas_that_refer_to_each_other_come_to_an_end() {
    let count = 14;
    let unions = |ty: &str| {
        let defs: Vec<String> = (0..count)
            .map(|i| {
                let others: Vec<String> = (0..count).map(|j| format!(r##"{{"$ref":"#/definitions/d{j}"}}"##)).collect();
                let id = if i == count - 1 { ty } else { "string" };
                format!(
                    r#""d{i}":{{"type":"object","properties":{{"kind":{{"const":"d{i}"}},"id":{{"type":"{id}"}},"next":{{"oneOf":[{}]}}}},"required":["kind"]}}"#,
                    others.join(",")
                )
            })
            .collect();
        format!(r##"{{"definitions":{{{}}},"$ref":"#/definitions/d0"}}"##, defs.join(","))
    };
    let same = judged(&unions("string"), &unions("string"), Policy::Strict);
    assert_eq!((same.verdict, told(&same)), (Verdict::Compatible, Vec::new()));
    let changed = judged(&unions("string"), &unions("integer"), Policy::Strict);
    assert_ne!(changed.verdict, Verdict::Compatible);
}
