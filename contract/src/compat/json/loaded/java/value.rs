use super::map::string_hash;
use super::{JavaMap, JavaNumber};
use crate::text::json::{Json, Value};

/// A value of `enum`, `const` or `default`, as Java compares it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::compat::json) enum JavaValue {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number: classes and scales count.
    Number(JavaNumber),
    /// A string.
    String(String),
    /// A list, equal item by item.
    List(Vec<JavaValue>),
    /// A map, equal whatever its order.
    Map(JavaMap<JavaValue>),
}

impl JavaValue {
    /// The value of a JSON text as a parser gives it; a number that Java refuses becomes its text.
    pub(in crate::compat::json) fn of(json: &Json) -> Self {
        match &json.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(text) => JavaNumber::parse(text).map_or_else(|| Self::String(text.clone()), Self::Number),
            Value::String(text) => Self::String(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(members) => {
                let mut map = JavaMap::new();
                members.iter().for_each(|member| map.put(member.name.as_str(), Self::of(&member.value)));
                Self::Map(map)
            }
        }
    }

    /// The value as everit stores it: every map in a table that had the size of the map from the start.
    pub(in crate::compat::json) fn stored(json: &Json) -> Self {
        match &json.value {
            Value::Array(items) => Self::List(items.iter().map(Self::stored).collect()),
            Value::Object(members) => {
                let mut parsed = JavaMap::new();
                members.iter().for_each(|member| parsed.put(member.name.as_str(), &member.value));
                let mut map = JavaMap::with_capacity(parsed.len());
                parsed.iter().for_each(|(name, value)| map.put(name, Self::stored(value)));
                Self::Map(map)
            }
            _ => Self::of(json),
        }
    }

    /// A value that everit hands out: a map is a copy of the one in store, with what is below as it was.
    pub(in crate::compat::json) fn unwrapped(json: &Json) -> Self {
        match Self::stored(json) {
            Self::Map(map) => Self::Map(map.copied(|_, value| value.clone())),
            other => other,
        }
    }

    /// A default of everit's: the stored value, put into fresh maps.
    pub(in crate::compat::json) fn default_of(json: &Json) -> Self {
        Self::stored(json).fresh()
    }

    /// `hashCode`
    pub(in crate::compat::json) fn hash(&self) -> u32 {
        match self {
            Self::Null => 0,
            Self::Boolean(value) => {
                if *value {
                    1231
                } else {
                    1237
                }
            }
            Self::Number(number) => number.hash(),
            Self::String(text) => string_hash(text),
            Self::List(items) => items.iter().fold(1_u32, |hash, item| hash.wrapping_mul(31).wrapping_add(item.hash())),
            Self::Map(map) => {
                map.iter().fold(0_u32, |hash, (name, value)| hash.wrapping_add(string_hash(name) ^ value.hash()))
            }
        }
    }

    fn fresh(self) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(Self::fresh).collect()),
            Self::Map(stored) => {
                let mut map = JavaMap::new();
                stored.iter().for_each(|(name, value)| map.put(name, value.clone().fresh()));
                Self::Map(map)
            }
            other => other,
        }
    }
}

/// Whether the registry takes two defaults for the same, the older one asked: an array or an object is never equal to another one, and
/// a default of `null` equals none at all, though not the other way round.
pub(in crate::compat::json) fn same_default(original: Option<&JavaValue>, update: Option<&JavaValue>) -> bool {
    match (original, update) {
        (None, None) | (Some(JavaValue::Null), None) => true,
        (Some(JavaValue::List(_) | JavaValue::Map(_)), _) | (None, Some(_)) | (Some(_), None) => false,
        (Some(original), Some(update)) => original == update,
    }
}
