//! The shapes of JSON Schemas, and what their types take, refuse and write.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails fails the test")]

use std::fmt::Debug;

use topika::event::Event;

/// Decodes, encodes, and compares as JSON.
fn keeps<E: Event + PartialEq + Debug>(text: &str) -> E {
    let event = E::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    assert_eq!(value(&crate::round_trip(&event)), value(text.as_bytes()), "{text}");
    event
}

fn refuses<E: Event + PartialEq + Debug>(text: &str) {
    assert!(E::decode(text.as_bytes()).is_err(), "{text}");
}

#[test]
fn required_optional_and_null_are_three_things() {
    use crate::json_shapes::shapes::*;
    let least = keeps::<OptionsGiven>(r#"{"needed":"n","nullable":null,"known":null}"#);
    assert_eq!((least.nullable, least.known, least.both), (None, None, None));
    let more = keeps::<OptionsGiven>(
        r#"{"needed":"n","nullable":"x","known":"on","both":null,"any":null,"always":"yes","answer":42,"truth":true,"nothing":null,
            "when":"2026-11-21T00:00:00Z","where":null,"optional":-1}"#,
    );
    assert_eq!(more.both, Some(None));
    assert_eq!(more.any, Some(serde_json::Value::Null));
    assert_eq!(more.answer, Some(Some(OptionsGivenAnswer::N42)));
    for wrong in [
        r#"{"nullable":null,"known":null}"#,
        r#"{"needed":"n","known":null}"#,
        r#"{"needed":"n","nullable":null,"known":null,"optional":null}"#,
        r#"{"needed":"n","nullable":null,"known":"maybe"}"#,
        r#"{"needed":"n","nullable":null,"known":null,"never":1}"#,
        r#"{"needed":"n","nullable":null,"known":null,"truth":false}"#,
        r#"{"needed":"n","nullable":null,"known":null,"optional":9223372036854775808}"#,
    ] {
        refuses::<OptionsGiven>(wrong);
    }
    // To JSON Schema a whole number is an integer, however it is written.
    let whole =
        <OptionsGiven as Event>::decode(br#"{"needed":"n","nullable":null,"known":null,"optional":2.0}"#).unwrap();
    assert_eq!(whole.optional, Some(2));
}

#[test]
fn a_union_takes_the_branch_that_takes_the_value() {
    use crate::json_shapes::shapes::*;
    let met = keeps::<UnionsMet>(
        r#"{"payment":{"kind":"cash","coins":3},"id":7,"maybe":null,"one":{"name":"A","boss":{"name":"B","boss":null}},"listed":"b",
            "open":"blue","text":"::1","contact":{"mail":"m","x":1},"tree":["a",["b",{"c":["d"]}]]}"#,
    );
    assert!(matches!(met.payment, UnionsMetPayment::Cash(_)));
    assert_eq!(met.id, UnionsMetId::Integer(7));
    assert_eq!(met.maybe, Some(None));
    assert_eq!(met.listed, Some(UnionsMetListed::B));
    let met =
        keeps::<UnionsMet>(r#"{"payment":{"kind":"card","number":"1","more":[]},"id":"x","maybe":["a"],"open":"red"}"#);
    assert!(matches!(met.payment, UnionsMetPayment::CardPayment(_)));
    refuses::<UnionsMet>(r#"{"payment":{"kind":"cheque"},"id":7}"#);
    refuses::<UnionsMet>(r#"{"payment":{"kind":"cash","number":"1"},"id":7}"#);
    refuses::<UnionsMet>(r#"{"payment":{"kind":"cash"},"id":null}"#);
    refuses::<UnionsMet>(r#"{"payment":{"kind":"cash"},"id":1.5}"#);
}

#[test]
fn the_branch_that_a_discriminator_names_is_taken_where_the_value_is_one() {
    use crate::json_shapes::shapes::*;
    let pet = |text: &str| keeps::<Discriminated>(text).pet.unwrap();
    assert!(
        matches!(pet(r#"{"pet":{"petType":"Dog","bark":"woof"}}"#), DiscriminatedPet::Dog(dog) if dog.bark.is_some())
    );
    assert!(matches!(pet(r#"{"pet":{"petType":"woofer"}}"#), DiscriminatedPet::Dog(_)));
    assert!(matches!(pet(r#"{"pet":{"petType":"Cat","lives":9}}"#), DiscriminatedPet::Cat(_)));
    // To JSON Schema it says nothing: a value of another branch is one all the same.
    assert!(matches!(pet(r#"{"pet":{"petType":"Dog","bark":3}}"#), DiscriminatedPet::Cat(_)));
    assert!(matches!(pet(r#"{"pet":{"petType":"Bird"}}"#), DiscriminatedPet::Cat(_)));
    assert!(matches!(pet(r#"{"pet":"Dog"}"#), DiscriminatedPet::String(_)));
    refuses::<Discriminated>(r#"{"pet":{"petType":1}}"#);
}

#[test]
fn all_of_is_one_type() {
    use crate::json_shapes::shapes::*;
    let seen = keeps::<MergedSeen>(r#"{"id":1,"state":"open","owner":null,"called":"c","extra":"e"}"#);
    assert_eq!(seen.state, MergedSeenState::Open);
    refuses::<MergedSeen>(r#"{"id":1,"state":"closed"}"#);
    refuses::<MergedSeen>(r#"{"id":1,"state":"open","owner":{"name":"A"}}"#);
    refuses::<MergedSeen>(r#"{"id":1,"state":"open","more":1}"#);
}

#[test]
fn lists_have_places_and_maps_have_types() {
    use crate::json_shapes::shapes::*;
    let made = keeps::<ListsMade>(
        r#"{"point":[1.5,2.5],"row":["a",null,true,false],"nested":[["a",null]],"self":[[],[[]]],"anything":[1,"a"],
            "dictionary":{"a":[1]},"patterns":{"x-a":"b"},"mixed":{"n":1,"s":"s","o":null},"loose":[],"untyped":{"a":1,"b":2}}"#,
    );
    assert_eq!(made.point, Some((1.5, 2.5)));
    assert_eq!(made.row.unwrap().rest, [true, false]);
    keeps::<ListsMade>(r#"{"row":["a"]}"#);
    for wrong in [
        r#"{"point":[1.5]}"#,
        r#"{"point":[1.5,2.5,3.5]}"#,
        r#"{"row":[]}"#,
        r#"{"row":["a",1,"b"]}"#,
        r#"{"self":[1]}"#,
    ] {
        refuses::<ListsMade>(wrong);
    }
}

#[test]
fn a_root_may_be_one_of_several() {
    use crate::json_shapes::types::*;
    let several = kept::<RootOfSeveral>(r#"{"event":"made","by":{"name":"A"},"x":1}"#);
    assert!(matches!(several, RootOfSeveral::Made(_)));
    assert!(serde_json::from_str::<RootOfSeveral>(r#"{"event":"lost"}"#).is_err());
    assert_eq!(kept::<RootWord>(r#""yes""#), RootWord::Yes);
}

fn kept<T: topika::serde::Serialize + topika::serde::de::DeserializeOwned>(text: &str) -> T {
    let value: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
    value
}
