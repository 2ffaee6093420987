//! A value that is read before its type is known: how the derives `OneOf` and `Literal` read.

use std::cell::Cell;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;

use super::same::{same, without_points};

/// How often a branch may be tried for each part of a value. Unions in unions would otherwise try all ways through all of them.
const TRIES_PER_PART: u64 = 64;

thread_local! {
    /// How many unions are being read on this thread, and how often they may still try.
    static OPEN: Cell<(u32, u64)> = const { Cell::new((0, 0)) };
}

/// A value whose type is still to be found.
#[derive(Debug)]
pub struct Held {
    value: Value,
    /// What each branch had against it.
    failures: Vec<String>,
}

impl Held {
    /// Reads any value. A whole number that is written with a point is read as one: to JSON Schema `1.0` is an integer.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value: Value = serde::Deserialize::deserialize(deserializer)?;
        without_points(&mut value);
        Ok(Self { value, failures: Vec::new() })
    }

    /// The value of the property that tells the branches apart.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The value as the branch that its tag names.
    pub fn tagged<T: DeserializeOwned, E: Error>(&self, tag: &str) -> Result<T, E> {
        T::deserialize(&self.value).map_err(|error| E::custom(format_args!("in the branch of {tag:?}: {error}")))
    }

    /// The value as a branch, where it is one: it is read, and written again it is the same. serde takes a list for a struct too,
    /// whose fields it then holds in their order.
    pub fn branch<T: DeserializeOwned + serde::Serialize>(&mut self, name: &str) -> Option<T> {
        let opened = Opened::new(&self.value);
        if !opened.may_try() {
            self.failures.push("the unions in it can be read in more ways than are tried".to_owned());
            return None;
        }
        match T::deserialize(&self.value) {
            Ok(value) if serde_json::to_value(&value).is_ok_and(|written| same(&written, &self.value)) => Some(value),
            Ok(_) => {
                self.failures.push(format!("{name}: it would not be written as it was read"));
                None
            }
            Err(error) => {
                self.failures.push(format!("{name}: {error}"));
                None
            }
        }
    }

    /// Whether the value is the one that a JSON text says.
    pub fn is(&self, json: &str) -> bool {
        serde_json::from_str::<Value>(json).is_ok_and(|other| same(&self.value, &other))
    }

    /// The error of a value that is no branch.
    pub fn no_branch<E: Error>(&self, union: &str) -> E {
        // The errors of unions within this one stand in it; nobody reads more than this.
        let mut reasons = self.failures.join("; ");
        if reasons.len() > 1_000 {
            let end = (0..=1_000).rev().find(|at| reasons.is_char_boundary(*at)).unwrap_or(0);
            reasons.truncate(end);
            reasons.push_str(" ...");
        }
        E::custom(format_args!("no branch of {union} takes the value: {reasons}"))
    }

    /// The error of a value whose tag names no branch.
    pub fn no_tag<E: Error>(&self, union: &str, tag: &str) -> E {
        match self.value.get(tag) {
            Some(value) => E::custom(format_args!("`{tag}` is {value}, which is no branch of {union}")),
            None => E::custom(format_args!("`{tag}` is missing, which tells the branches of {union} apart")),
        }
    }

    /// The error of a value that is none of a list.
    pub fn no_literal<E: Error>(&self, name: &str) -> E {
        E::custom(format_args!("{} is no value of {name}", self.value))
    }
}

/// Writes the value that a JSON text says.
pub fn write_literal<S: serde::Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let value: Value = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
    serde::Serialize::serialize(&value, serializer)
}

/// A union that is being read.
struct Opened;

impl Opened {
    fn new(value: &Value) -> Self {
        let (depth, left) = OPEN.get();
        let left = if depth == 0 { TRIES_PER_PART.saturating_mul(parts(value)) } else { left };
        OPEN.set((depth + 1, left));
        Self
    }

    fn may_try(&self) -> bool {
        let (depth, left) = OPEN.get();
        OPEN.set((depth, left.saturating_sub(1)));
        left > 0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let (depth, left) = OPEN.get();
        OPEN.set((depth.saturating_sub(1), left));
    }
}

/// How many values stand in a value. A value is as deep as its reader let it be.
fn parts(value: &Value) -> u64 {
    match value {
        Value::Array(items) => items.iter().fold(1, |sum, item| sum + parts(item)),
        Value::Object(members) => members.values().fold(1, |sum, member| sum + parts(member)),
        _ => 1,
    }
}
