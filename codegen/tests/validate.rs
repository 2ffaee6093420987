//! "Decodes and validates" is the verdict of the crate jsonschema, for generated types and documents that are almost right.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails fails the test")]

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use topika::Validate;

#[allow(missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
pub mod json_checks {
    include!("golden/json_checks/expected.rs");
}

/// Numbers in a row that look drawn, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

fn pool() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(3),
        json!(5),
        json!(6),
        json!(-2),
        json!(2),
        json!(99),
        json!(100),
        json!(1000),
        json!(9_007_199_254_740_993_i64),
        json!(9_007_199_254_740_994_i64),
        json!(0.1),
        json!(0.125),
        json!(999.99),
        json!(-1.5),
        json!(-1.51),
        json!(""),
        json!("a"),
        json!("abc"),
        json!("abcd "),
        json!("abcdef"),
        json!("ORD-1"),
        json!("ORD-12345"),
        json!("ORD-1234"),
        json!("a@b.co"),
        json!("a@@b"),
        json!("2026-11-21T10:00:00Z"),
        json!("2026-11-31T10:00:00Z"),
        json!("/a?b#c"),
        json!("a b"),
        json!("on"),
        json!("xn--x.example"),
        json!([]),
        json!(["a"]),
        json!([[]]),
        json!([["a", 1]]),
        json!([[1, 0.5], [-2]]),
        json!({}),
        json!({ "x-a": "b" }),
        json!({ "x-a": "b", "x-b": "abc" }),
        json!({ "y": "b" }),
        json!({ "sku": "a", "amount": 3 }),
        json!({ "sku": "a", "amount": 6, "kind": "abc" }),
        json!({ "sku": "a", "amount": 6, "kind": 5 }),
        json!({ "sku": "a", "amount": 6, "kind": 4 }),
    ]
}

const NAMES: &[&str] = &["a", "more", "longer-name", "at", "seen", "note", "marks", "mail", "kind", "count", "pair"];

/// The document with one thing changed, anywhere.
fn change(value: &mut Value, draw: &mut Draw, pool: &[Value]) {
    match value {
        Value::Object(members) if draw.below(5) > 0 && !members.is_empty() => change_object(members, draw, pool),
        Value::Object(members) => drop(members.insert((*draw.of(NAMES)).to_owned(), draw.of(pool).clone())),
        Value::Array(items) if draw.below(5) > 0 && !items.is_empty() => {
            let at = draw.below(items.len());
            match draw.below(4) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                _ => change(&mut items[at], draw, pool),
            }
        }
        Value::Array(items) if draw.below(2) > 0 => items.push(draw.of(pool).clone()),
        other => *other = draw.of(pool).clone(),
    }
}

fn change_object(members: &mut Map<String, Value>, draw: &mut Draw, pool: &[Value]) {
    let name = members.keys().nth(draw.below(members.len())).unwrap().clone();
    match draw.below(6) {
        0 => drop(members.remove(&name)),
        1 => drop(members.insert((*draw.of(NAMES)).to_owned(), draw.of(pool).clone())),
        _ => change(&mut members[&name], draw, pool),
    }
}

fn agrees<T: DeserializeOwned + Validate>(schema: &str, documents: &[Value]) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (pool, mut draw) = (pool(), Draw(3));
    let (mut right, mut wrong) = (0, 0);
    for round in 0..30_000 {
        let mut document = draw.of(documents).clone();
        for _ in 0..(round % 4) {
            change(&mut document, &mut draw, &pool);
        }
        let wanted = validator.is_valid(&document);
        let read = topika::json::from_value::<T>(&document);
        let verdict = match &read {
            Ok(value) => value.validate().map_err(|found| found.to_string()),
            Err(error) => Err(error.to_string()),
        };
        assert_eq!(verdict.is_ok(), wanted, "{document}\n{verdict:?}\n{:?}", validator.validate(&document));
        if wanted { right += 1 } else { wrong += 1 }
    }
    assert!(right > 3_000 && wrong > 3_000, "{right} are right and {wrong} wrong");
}

#[test]
fn draft_7_is_judged_as_jsonschema_judges_it() {
    agrees::<json_checks::orders::OrderPlaced>(
        include_str!("golden/json_checks/schemas/orders/order-placed.schema.json"),
        &[
            json!({ "id": "ORD-1", "lines": [{ "sku": "a", "amount": 3 }], "total": 0.1, "mail": "a@b.co", "at": null }),
            json!({
                "id": "ORD-22", "lines": [{ "sku": "b/c", "amount": 9, "kind": "x" }, { "sku": "b", "amount": 9, "kind": 7 }],
                "total": 10, "rates": [[1, -1.5], []], "marks": { "x-a": "b" }, "more": 2
            }),
            json!({ "id": "ORD-3", "lines": [{ "sku": "a", "amount": 3 }], "total": 999.99, "note": "abc", "seen": [1] }),
        ],
    );
}

#[test]
fn draft_4_is_judged_as_jsonschema_judges_it() {
    agrees::<json_checks::legacy::ReadingTaken>(
        include_str!("golden/json_checks/schemas/legacy/reading-taken.schema.json"),
        &[
            json!({ "host": "a.example", "value": 2, "count": 9_007_199_254_740_993_i64, "more": [] }),
            json!({ "host": "xn--x", "value": -1.9, "state": "on" }),
        ],
    );
}

#[test]
fn draft_2020_is_judged_as_jsonschema_judges_it() {
    agrees::<json_checks::sensors::ProbeRead>(
        include_str!("golden/json_checks/schemas/sensors/probe-read.schema.json"),
        &[json!({ "on": "tomorrow", "pair": ["a", 1.5, 5, 6] }), json!({ "on": "2026-11-21", "pair": ["b"] })],
    );
}

#[test]
fn what_only_a_schema_says_is_judged_as_jsonschema_judges_it() {
    agrees::<json_checks::asked::RulesKept>(
        include_str!("golden/json_checks/schemas/asked/rules-kept.schema.json"),
        &[
            json!({ "kind": "a", "note": "abc", "marks": { "x-a": 1 }, "more": { "amount": 3 } }),
            json!({ "kind": "abc", "seen": [1], "pair": ["a", 5], "at": 18_446_744_073_709_551_615_u64, "a": { "kind": 3 } }),
            json!({ "count": 1, "mail": 1, "more": { "sku": "a", "amount": 1 }, "a": { "kind": "abc", "more": 1 } }),
        ],
    );
    agrees::<json_checks::asked::ShapesKept>(
        include_str!("golden/json_checks/schemas/asked/shapes-kept.schema.json"),
        &[
            json!({ "kind": "a", "seen": ["a", 1, true], "count": 1, "longer-name": 3 }),
            json!({ "kind": "a", "marks": { "x-a": "b", "y": 1 }, "note": "a", "more": [["a"]] }),
        ],
    );
    agrees::<json_checks::asked::NotesKept>(
        include_str!("golden/json_checks/schemas/asked/notes-kept.schema.json"),
        &[
            json!({ "at": "tomorrow", "pair": ["a", 5], "seen": [1, "a", 2], "count": 3 }),
            json!({ "note": 1, "pair": ["a"] }),
        ],
    );
    agrees::<json_checks::asked::MarksKept>(
        include_str!("golden/json_checks/schemas/asked/marks-kept.schema.json"),
        &[
            json!({ "at": "2026-11-21T10:00:00Z", "kind": "a", "seen": [5, "a"], "marks": { "x-a": 1 }, "mail": "b@b.co" }),
            json!({ "seen": [6], "marks": { "x-a": [] } }),
        ],
    );
}

#[test]
fn items_beyond_the_places_of_a_tuple_are_judged_as_jsonschema_judges_them() {
    agrees::<json_checks::asked::PlacesKept>(
        include_str!("golden/json_checks/schemas/asked/places-kept.schema.json"),
        &[
            json!({ "seen": ["a", 1, 2], "pair": ["a", 5, 6], "rates": ["a", 1], "lines": ["a", 3], "marks": ["a", 1] }),
            json!({ "seen": ["b"], "pair": ["b", 1], "rates": ["b", "c", 4], "lines": ["b"], "marks": ["b"] }),
        ],
    );
}

#[test]
fn what_no_value_fits_and_bounds_beside_lists_are_judged_as_jsonschema_judges_them() {
    agrees::<json_checks::asked::GatesKept>(
        include_str!("golden/json_checks/schemas/asked/gates-kept.schema.json"),
        &[
            json!({ "a": "a", "kind": "abc", "count": 3, "pair": ["a"], "marks": { "y": "b" }, "more": 6 }),
            json!({ "a": "a", "kind": "a", "count": 99, "seen": { "kind": "abc" }, "more": 0.5 }),
            json!({ "a": "a", "count": "a", "pair": [], "seen": { "kind": "a", "at": 1 }, "marks": { "x-a": "b" } }),
        ],
    );
}
