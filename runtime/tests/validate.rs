//! `#[derive(Validate)]`: where violations are told, and what they say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use topika::Validate;
use topika::types::text::Email;

#[derive(Serialize, Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
#[validate(min_properties = 3)]
struct Customer {
    #[validate(min_length = 2, max_length = 4, pattern = "^[a-z]+$", pattern = "^[^q]*$")]
    customer_id: String,
    #[validate(format = "email")]
    mail: Option<Email>,
    #[serde(rename = "a/b")]
    address: Box<Address>,
    #[validate(min_items = 1, unique_items, items(minimum = 0, exclusive_maximum = 1.5))]
    rates: Vec<f64>,
    #[serde(flatten)]
    #[validate(keys(max_length = 3), values(multiple_of = 5))]
    more: BTreeMap<String, i64>,
    #[validate(skip)]
    cache: Unchecked,
}

#[derive(Serialize, Deserialize)]
struct Unchecked;

#[derive(Serialize, Deserialize, Validate)]
struct Address {
    zip: Zip,
    #[validate(max_length = 1)]
    again: Option<Zip>,
}

#[derive(Serialize, Deserialize, Validate)]
struct Zip(#[validate(min_length = 2)] String);

#[derive(Serialize, Deserialize, Validate)]
enum Tagged {
    Unit,
    Zip(Zip),
    Pair(Zip, i64),
    Both {
        #[validate(maximum = 9)]
        of: i64,
    },
}

#[derive(Serialize, Deserialize, Validate)]
#[serde(untagged)]
#[validate(one_of)]
enum Either {
    Small(Small),
    Even(Even),
}

#[derive(Serialize, Deserialize, Validate)]
struct Small(#[validate(maximum = 10)] i64);

#[derive(Serialize, Deserialize, Validate)]
struct Even(#[validate(multiple_of = 2)] i64);

fn said(value: &impl Validate) -> Vec<String> {
    value.validate().map_or_else(|found| found.iter().map(|v| format!("{v} [{}]", v.keyword())).collect(), |()| vec![])
}

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let customer = Customer {
        customer_id: "Quite".into(),
        mail: Some("nobody".into()),
        address: Box::new(Address { zip: Zip("1".into()), again: Some(Zip("22".into())) }),
        rates: vec![1.5, 0.5, -1.0, 0.5],
        more: BTreeMap::from([("long".to_owned(), 7)]),
        cache: Unchecked,
    };
    assert_eq!(
        said(&customer),
        [
            "/customerId: \"Quite\" has 5 characters, and may have 4 at most [maxLength]",
            "/customerId: \"Quite\" does not match the pattern \"^[a-z]+$\" [pattern]",
            "/mail: \"nobody\" is no email [format]",
            "/a~1b/zip: \"1\" has 1 characters, and needs 2 at least [minLength]",
            "/a~1b/again: \"22\" has 2 characters, and may have 1 at most [maxLength]",
            "/rates: the items 1 and 3 of the list are equal [uniqueItems]",
            "/rates/0: 1.5 is not less than 1.5 [exclusiveMaximum]",
            "/rates/2: -1 is less than the minimum 0 [minimum]",
            "/long: \"long\" has 4 characters, and may have 3 at most [maxLength]",
            "/long: 7 is no multiple of 5 [multipleOf]",
        ]
    );
}

#[test]
fn what_is_right_or_absent_is_not_told() {
    let address = Box::new(Address { zip: Zip("12".into()), again: None });
    let customer = Customer {
        customer_id: "ab".into(),
        mail: None,
        address,
        rates: vec![0.0],
        more: BTreeMap::new(),
        cache: Unchecked,
    };
    assert_eq!(said(&customer), [""; 0]);
}

#[test]
fn the_place_within_an_enum_is_the_one_that_serde_writes() {
    assert_eq!(said(&Tagged::Unit), [""; 0]);
    assert!(said(&Tagged::Zip(Zip("1".into())))[0].starts_with("/Zip: "));
    assert!(said(&Tagged::Pair(Zip("1".into()), 1))[0].starts_with("/Pair/0: "));
    assert!(said(&Tagged::Both { of: 10 })[0].starts_with("/Both/of: 10 is more than the maximum 9"));
}

#[test]
fn a_value_of_one_of_is_of_one_branch_only() {
    assert_eq!(said(&Either::Small(Small(3))), [""; 0]);
    assert_eq!(said(&Either::Even(Even(12))), [""; 0]);
    assert_eq!(said(&Either::Small(Small(4))), ["the value is also a Even [oneOf]"]);
    assert_eq!(said(&Either::Even(Even(13))), ["13 is no multiple of 2 [multipleOf]"]);
}

#[derive(topika::Tuple, Validate)]
#[validate(tuple)]
struct Row {
    #[validate(max_length = 3)]
    name: String,
    #[tuple(optional)]
    #[validate(maximum = 9)]
    count: Option<i64>,
    #[tuple(rest)]
    #[validate(items(minimum = 0))]
    more: Vec<i64>,
}

#[test]
fn the_places_of_an_array_are_numbers() {
    let row = Row { name: "long".to_owned(), count: Some(10), more: vec![1, -1] };
    let places: Vec<String> = row.validate().unwrap_err().iter().map(|found| found.path().to_owned()).collect();
    assert_eq!(places, ["/0", "/1", "/3"]);
    assert_eq!(said(&Row { name: "a".to_owned(), count: None, more: vec![] }), [""; 0]);
}

#[derive(Serialize, Validate, topika::RedactedDebug)]
struct Person {
    #[event(personal)]
    #[validate(max_length = 3)]
    name: String,
    #[event(personal)]
    row: Vec<Row>,
    #[validate(max_length = 3)]
    city: String,
}

#[test]
fn a_personal_value_is_not_told() {
    let row = Row { name: "a".to_owned(), count: Some(4711), more: vec![] };
    let person = Person { name: "Lovelace".to_owned(), row: vec![row], city: "Berlin".to_owned() };
    assert_eq!(
        said(&person),
        [
            "/name: a personal value does not meet `maxLength` [maxLength]",
            "/row/0/1: a personal value does not meet `maximum` [maximum]",
            "/city: \"Berlin\" has 6 characters, and may have 3 at most [maxLength]",
        ]
    );
    assert!(!format!("{person:?}").contains("Lovelace"));
}
