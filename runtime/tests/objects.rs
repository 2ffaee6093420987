//! `#[derive(Object)]`: what it reads and writes is what serde's own derives do, but for lists.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use std::collections::BTreeMap;

use topika::Object;
use topika::serde_json::{self, Value, json};

macro_rules! twins {
    ($(#[$on:meta])* $ours:ident, $serdes:ident { $($(#[$of:meta])* $field:ident: $ty:ty,)* }) => {
        #[derive(Debug, Clone, PartialEq, Object)]
        $(#[$on])*
        struct $ours { $($(#[$of])* $field: $ty,)* }

        #[derive(Debug, Clone, PartialEq, topika::serde::Serialize, topika::serde::Deserialize)]
        $(#[$on])*
        struct $serdes { $($(#[$of])* $field: $ty,)* }
    };
}

twins! {
    #[serde(crate = "::topika::serde", deny_unknown_fields)]
    Closed, ClosedBySerde {
        id: String,
        #[serde(rename = "the kind\n\"quoted\"")]
        kind: i64,
        #[serde(deserialize_with = "::topika::json::required")]
        seat: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
        note: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
        gone: Option<Option<bool>>,
        r#type: Vec<Value>,
        f6: bool,
        f7: f64,
        f8: Option2,
        f9: u8,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
        next: Option<Box<Value>>,
    }
}

type Option2 = Vec<String>;

twins! {
    #[serde(crate = "::topika::serde")]
    Open, OpenBySerde {
        id: String,
        #[serde(flatten)]
        additional: BTreeMap<String, Value>,
    }
}

twins! {
    #[serde(crate = "::topika::serde")]
    Counts, CountsBySerde {
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
        total: Option<i64>,
        #[serde(flatten, deserialize_with = "::topika::json::additional")]
        additional: BTreeMap<String, i64>,
    }
}

twins! {
    #[serde(crate = "::topika::serde", rename_all = "camelCase")]
    Ignoring, IgnoringBySerde { order_id: String, }
}

twins! {
    #[serde(crate = "::topika::serde")]
    Empty, EmptyBySerde {}
}

/// Both read the text or neither does, and write the same; where neither does, they say so at the same place.
fn same<A, B>(text: &str)
where
    A: topika::serde::de::DeserializeOwned + topika::serde::Serialize,
    B: topika::serde::de::DeserializeOwned + topika::serde::Serialize,
{
    match (topika::json::from_str::<A>(text), topika::json::from_str::<B>(text)) {
        (Ok(ours), Ok(serdes)) => {
            let (ours_text, serdes_text) =
                (serde_json::to_string(&ours).unwrap(), serde_json::to_string(&serdes).unwrap());
            assert_eq!(ours_text, serdes_text);
            assert_eq!(serde_json::to_value(&ours).unwrap(), serde_json::to_value(&serdes).unwrap());
        }
        (Err(ours), Err(serdes)) => assert_eq!(ours.to_string(), serdes.to_string().replace("BySerde", ""), "{text}"),
        (ours, serdes) => panic!("{text}: {:?} but {:?}", ours.err(), serdes.err()),
    }
}

fn whole() -> Value {
    json!({
        "id": "1", "the kind\n\"quoted\"": 2, "seat": null, "note": "n", "gone": null, "type": [1, {}], "f6": true, "f7": 1.5,
        "f8": ["x"], "f9": 7, "next": {"a": 1},
    })
}

#[test]
fn an_object_is_read_and_written_as_by_serde() {
    same::<Closed, ClosedBySerde>(&whole().to_string());
    // Each property left out, null, of another kind, there twice, and one more.
    for name in whole().as_object().unwrap().keys() {
        for value in [Value::Null, json!(true), json!("text"), json!([1]), json!({"a": []}), json!(300)] {
            let mut other = whole();
            other[name] = value;
            same::<Closed, ClosedBySerde>(&other.to_string());
        }
        let mut less = whole();
        less.as_object_mut().unwrap().shift_remove(name);
        same::<Closed, ClosedBySerde>(&less.to_string());
        let text = whole().to_string();
        let twice = format!("{},{}:{}}}", text.strip_suffix('}').unwrap(), json!(name), whole()[name]);
        same::<Closed, ClosedBySerde>(&twice);
        let more = format!("{},\"{name}x\":1}}", text.strip_suffix('}').unwrap().replace("\\n\\\"", ""));
        assert!(topika::json::from_str::<Closed>(&more).is_err());
    }
    for text in ["{}", "null", "[]", "1", "\"a\"", "{\"a\"", "", "[\"1\",2,null,\"n\"]"] {
        same::<Closed, ClosedBySerde>(text);
        same::<Empty, EmptyBySerde>(text);
    }
}

#[test]
fn what_the_type_does_not_name_is_kept_or_read_past() {
    for text in [
        r#"{"id":"1"}"#,
        r#"{"id":"1","b":[1,{"c":null}],"a":1e3}"#,
        r#"{"a":1,"id":"1"}"#,
        r#"{"a":1}"#,
        r#"{"id":"1","id":"2"}"#,
        r#"{"total":3,"x":4}"#,
        r#"{"total":null}"#,
        r#"{"x":"no number"}"#,
        r#"{"x":1.0}"#,
        r#"{"orderId":"1","b":{"c":[]}}"#,
        r#"{"order_id":"1"}"#,
    ] {
        same::<Open, OpenBySerde>(text);
        same::<Ignoring, IgnoringBySerde>(text);
        same::<Empty, EmptyBySerde>(text);
        assert_eq!(
            topika::json::from_str::<Counts>(text).map(|counts| serde_json::to_string(&counts).unwrap()).ok(),
            topika::json::from_str::<CountsBySerde>(text).map(|counts| serde_json::to_string(&counts).unwrap()).ok(),
            "{text}"
        );
    }
}

#[test]
fn an_object_within_others_of_serde_s_is_read_too() {
    #[derive(Debug, PartialEq, topika::serde::Serialize, topika::serde::Deserialize)]
    #[serde(crate = "::topika::serde", tag = "kind")]
    enum Tagged {
        Open(Open),
    }
    #[derive(Debug, PartialEq, topika::serde::Serialize, topika::serde::Deserialize)]
    #[serde(crate = "::topika::serde")]
    struct Around {
        n: i64,
        #[serde(flatten)]
        open: Open,
    }
    let text = r#"{"kind":"Open","id":"1","a":1}"#;
    let tagged: Tagged = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&tagged).unwrap(), text);
    let text = r#"{"n":1,"id":"1","a":1}"#;
    let around: Around = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&around).unwrap(), text);
    let value: Open = serde_json::from_value(json!({"id": "1", "z": 2})).unwrap();
    assert_eq!(value.additional.get("z"), Some(&json!(2)));
}
