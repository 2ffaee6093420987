//! JSON is read as JSON Schema means it, at every depth and through every helper.

#![allow(clippy::unwrap_used, reason = "what fails fails the test")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use topika::json::{from_slice, from_str, from_value};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    name: String,
    count: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Open {
    line: Line,
    #[serde(flatten, deserialize_with = "::topika::json::additional")]
    additional: BTreeMap<String, Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Ready,
    Held(Line),
    Two(i64, Line),
    Named { line: Line, unsigned: u64 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(Box<Line>);

#[derive(Clone, Debug, PartialEq, topika::OneOf, topika::Validate)]
#[validate(untagged)]
enum Either {
    Line(Line),
    Number(f64),
}

impl topika::Validate for Line {
    fn check(&self, _: &topika::validate::Place<'_>, _: &mut topika::Violations) {}
}

#[derive(Clone, Debug, PartialEq, topika::Tuple)]
struct Pair {
    first: Line,
    #[tuple(rest)]
    rest: Vec<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    states: Vec<State>,
    either: Option<Either>,
    pair: Option<Pair>,
    open: Option<Open>,
    newtype: Option<Newtype>,
    tuple: (i8, f64, Line),
    map: BTreeMap<String, u64>,
    any: Value,
    nothing: (),
}

fn takes<T: DeserializeOwned>(json: &str) -> bool {
    let value: Value = serde_json::from_str(json).unwrap();
    let (slice, str, value) = (from_slice::<T>(json.as_bytes()), from_str::<T>(json), from_value::<T>(&value));
    assert_eq!((slice.is_ok(), str.is_ok()), (value.is_ok(), value.is_ok()), "{json}");
    value.is_ok()
}

#[test]
fn an_array_is_no_object_anywhere() {
    let line = r#"{"name":"a","count":1}"#;
    let list = r#"["a",1]"#;
    for (accepted, around) in [
        (takes::<Line> as fn(&str) -> bool, "_"),
        (takes::<Newtype>, "_"),
        (takes::<Vec<Line>>, "[_]"),
        (takes::<Option<Line>>, "_"),
        (takes::<(Line,)>, "[_]"),
        (takes::<BTreeMap<String, Line>>, r#"{"a":_}"#),
        (takes::<State>, r#"{"Held":_}"#),
        (takes::<State>, r#"{"Two":[1,_]}"#),
        (takes::<State>, r#"{"Named":{"line":_,"unsigned":1}}"#),
        (takes::<Either>, "_"),
        (takes::<Vec<Either>>, "[1.5,_]"),
        (takes::<Pair>, "[_,1]"),
        (takes::<Open>, r#"{"line":_}"#),
        (takes::<Open>, r#"{"line":{"name":"a","count":1},"more":_}"#),
    ] {
        assert!(accepted(&around.replace('_', line)), "{around}");
        assert!(!accepted(&around.replace('_', list)), "{around}");
    }
    assert!(!takes::<State>(r#"{"Named":[{"name":"a","count":1},1]}"#));
    assert!(!takes::<Open>(r#"[{"name":"a","count":1}]"#));
}

#[test]
fn a_variant_without_a_value_is_a_string() {
    assert!(takes::<State>(r#""Ready""#));
    for other in
        [r#"{"Ready":null}"#, r#""Held""#, r#"{"Held":{"name":"a","count":1},"Ready":null}"#, "{}", "1", r#""No""#]
    {
        assert!(!takes::<State>(other), "{other}");
    }
}

#[test]
fn a_whole_number_is_an_integer_however_it_is_written() {
    for (accepted, around) in [
        (takes::<i8> as fn(&str) -> bool, "_"),
        (takes::<Vec<u64>>, "[_]"),
        (takes::<Line>, r#"{"name":"a","count":_}"#),
        (takes::<Pair>, r#"[{"name":"a","count":_},_]"#),
        (takes::<Open>, r#"{"line":{"name":"a","count":_},"more":{"name":"a","count":_}}"#),
    ] {
        for whole in ["2", "2.0", "2e0", "0.2e1"] {
            assert!(accepted(&around.replace('_', whole)), "{whole} in {around}");
        }
        for other in ["2.5", "1e300", "\"2\"", "null"] {
            assert!(!accepted(&around.replace('_', other)), "{other} in {around}");
        }
    }
    assert_eq!(from_str::<i64>("-1e18").unwrap(), -1_000_000_000_000_000_000);
    assert_eq!(from_str::<u64>("1e19").unwrap(), 10_000_000_000_000_000_000);
    assert!(from_str::<u64>("-1.0").is_err() && from_str::<i64>("1e19").is_err() && from_str::<u8>("256.0").is_err());
}

#[test]
fn a_double_loses_no_digits_of_a_whole_number() {
    assert!(takes::<f64>("9007199254740992") && takes::<f64>("1152921504606847000") && takes::<f64>("1e300"));
    let error = from_str::<Vec<f64>>("[9007199254740993]").unwrap_err().to_string();
    assert!(error.starts_with("9007199254740993 has more digits than a double keeps"), "{error}");
    // What is kept as any value is kept whole.
    assert_eq!(from_str::<Value>("9007199254740993").unwrap().to_string(), "9007199254740993");
}

#[test]
fn what_goes_on_behind_the_value_is_an_error() {
    assert!(from_slice::<i64>(b"1 ").is_ok() && from_slice::<i64>(b"1 2").is_err());
}

fn line() -> impl Strategy<Value = Line> {
    ("\\PC{0,4}", any::<i64>()).prop_map(|(name, count)| Line { name, count })
}

fn all() -> impl Strategy<Value = All> {
    let state = prop_oneof![
        Just(State::Ready),
        line().prop_map(State::Held),
        (any::<i64>(), line()).prop_map(|(number, line)| State::Two(number, line)),
        (line(), any::<u64>()).prop_map(|(line, unsigned)| State::Named { line, unsigned }),
    ];
    let either =
        prop_oneof![line().prop_map(Either::Line), any::<i32>().prop_map(|n| Either::Number(f64::from(n) / 8.0))];
    let pair = (line(), prop::collection::vec(any::<i64>(), 0..3)).prop_map(|(first, rest)| Pair { first, rest });
    let open = (line(), prop::collection::btree_map("[a-k]{1,3}", line(), 0..3))
        .prop_map(|(line, additional)| Open { line, additional });
    let newtype = line().prop_map(|line| Newtype(Box::new(line)));
    let map = prop::collection::btree_map("\\PC{0,3}", any::<u64>(), 0..3);
    let any_value = prop_oneof![Just(json!(null)), Just(json!({ "a": [1, 2.5, { "b": null }] })), Just(json!("x"))];
    (
        prop::collection::vec(state, 0..4),
        (prop::option::of(either), prop::option::of(pair), prop::option::of(open), prop::option::of(newtype)),
        (any::<i8>(), any::<i32>(), line()),
        map,
        any_value,
    )
        .prop_map(|(states, (either, pair, open, newtype), (small, number, line), map, any)| All {
            states,
            either,
            pair,
            open,
            newtype,
            tuple: (small, f64::from(number) / 8.0, line),
            map,
            any,
            nothing: (),
        })
}

proptest! {
    #[test]
    fn what_serde_writes_is_read(value in all()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(&from_str::<All>(&text).unwrap(), &value);
        prop_assert_eq!(&from_slice::<All>(text.as_bytes()).unwrap(), &value);
        prop_assert_eq!(&from_value::<All>(&serde_json::to_value(&value).unwrap()).unwrap(), &value);
    }
}
