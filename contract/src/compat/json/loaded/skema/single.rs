//! What a keyword without subschemas becomes.

use super::join::combined;
use super::model::{Bound, Count, What};
use crate::compat::json::loaded::java::{JavaMap, JavaNumber, JavaSet};
use crate::compat::json::loaded::model::{Array, Criterion, Kind, Number, Object, Text};

/// The class of a keyword that says all by itself.
pub(super) fn of_itself(what: &What) -> Kind {
    match what {
        What::True => Kind::True,
        What::False => Kind::False,
        What::Const(value) => Kind::Const(value.clone()),
        What::Enum(values) => Kind::Enum(values.clone()),
        What::Type(word) => of_type(word),
        What::Number(bound, number) => Kind::Number(of_bound(*bound, number)),
        What::Count(count, number) => of_count(*count, *number),
        What::Pattern(pattern) => Kind::String(Text { pattern: Some(pattern.clone()), ..Text::default() }),
        What::Unique(unique) => array(|array| array.unique = *unique),
        What::Required(names) => object(|object| object.required.clone_from(names)),
        What::DependentRequired(lists) => object(|object| object.property_dependencies = needed(lists)),
        // What the translation passes over; what holds subschemas never comes here.
        _ => combined(Criterion::All, Vec::new(), true),
    }
}

fn needed(lists: &[(String, Vec<String>)]) -> JavaMap<JavaSet> {
    let mut map = JavaMap::new();
    for (name, needed) in lists.iter().filter(|(_, needed)| !needed.is_empty()) {
        let mut set = JavaSet::with_capacity(1);
        needed.iter().for_each(|other| set.add(other));
        map.put(name.as_str(), set);
    }
    map
}

pub(super) fn object(fill: impl FnOnce(&mut Object)) -> Kind {
    let mut object = Object::default();
    fill(&mut object);
    Kind::Object(Box::new(object))
}

pub(super) fn array(fill: impl FnOnce(&mut Array)) -> Kind {
    let mut array = Array::default();
    fill(&mut array);
    Kind::Array(Box::new(array))
}

pub(super) fn of_type(word: &str) -> Kind {
    match word {
        "string" => Kind::String(Text { requires_string: true, ..Text::default() }),
        "integer" | "number" => {
            Kind::Number(Number { requires_number: true, requires_integer: word == "integer", ..Number::default() })
        }
        "boolean" => Kind::Boolean,
        "null" => Kind::Null,
        "array" => array(|array| array.requires_array = true),
        _ => object(|object| object.requires_object = true),
    }
}

fn of_bound(bound: Bound, value: &JavaNumber) -> Number {
    let mut number = Number::default();
    let value = Some(value.clone());
    match bound {
        Bound::Minimum => number.minimum = value,
        Bound::Maximum => number.maximum = value,
        Bound::ExclusiveMinimum => number.exclusive_minimum_limit = value,
        Bound::ExclusiveMaximum => number.exclusive_maximum_limit = value,
        Bound::MultipleOf => number.multiple_of = value,
    }
    number
}

fn of_count(count: Count, value: i32) -> Kind {
    match count {
        Count::MinLength => Kind::String(Text { min_length: Some(value), ..Text::default() }),
        Count::MaxLength => Kind::String(Text { max_length: Some(value), ..Text::default() }),
        Count::MinItems => array(|array| array.min_items = Some(value)),
        Count::MaxItems => array(|array| array.max_items = Some(value)),
        Count::MinProperties => object(|object| object.min_properties = Some(value)),
        Count::MaxProperties => object(|object| object.max_properties = Some(value)),
    }
}
