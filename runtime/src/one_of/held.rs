//! A value that is read before its type is known: how the derives `OneOf` and `Literal` read.

use std::cell::Cell;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;

use crate::json::from_value;
use crate::json::same::same;
use crate::validate::{Place, Validate, Violations};

/// How often a branch may be tried for each part of a value. Unions in unions would otherwise try all ways through all of them.
const TRIES_PER_PART: u64 = 64;

thread_local! {
    /// How many unions are being read on this thread, and how often they may still try.
    static OPEN: Cell<(u32, u64)> = const { Cell::new((0, 0)) };
}

/// A value whose type is still to be found: a branch of the union `U`.
#[derive(Debug)]
pub struct Held<U = ()> {
    value: Value,
    /// What each branch had against it.
    failures: Vec<String>,
    /// The first branch that can be read, and is not valid.
    invalid: Option<U>,
}

impl<U> Held<U> {
    /// Reads any value.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde::Deserialize::deserialize(deserializer)?;
        Ok(Self { value, failures: Vec::new(), invalid: None })
    }

    /// The value of the property that tells the branches apart.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The value as the branch that its tag names.
    pub fn tagged<T: DeserializeOwned, E: Error>(&self, tag: &str) -> Result<T, E> {
        from_value(&self.value).map_err(|error| E::custom(format_args!("in the branch of {tag:?}: {error}")))
    }

    /// The value as a branch, where it is one: it is read, written again it is the same (a type that keeps half of a value would take it
    /// too), and it is valid. Of those that are not, the first is kept; the last branch need not be asked where none was before it.
    pub fn branch<T>(&mut self, name: &str, branch: fn(T) -> U, is_last: bool) -> Option<U>
    where
        T: DeserializeOwned + serde::Serialize,
        U: Validate,
    {
        let opened = Opened::new(&self.value);
        if !opened.may_try() {
            self.failures.push("the unions in it can be read in more ways than are tried".to_owned());
            return None;
        }
        match from_value::<T>(&self.value) {
            Ok(value) if serde_json::to_value(&value).is_ok_and(|written| same(&written, &self.value)) => {
                let value = branch(value);
                if is_last && self.invalid.is_none() || is_valid(&value) {
                    return Some(value);
                }
                self.invalid.get_or_insert(value);
            }
            Ok(_) => self.failures.push(format!("{name}: it would not be written as it was read")),
            Err(error) => self.failures.push(format!("{name}: {error}")),
        }
        None
    }

    /// What to take where no branch is valid: the first that could be read, of which `validate()` will say what is wrong.
    pub fn likely<E: Error>(self, union: &str) -> Result<U, E> {
        let Self { failures, invalid, .. } = self;
        invalid.ok_or_else(|| no_branch(&failures, union))
    }

    /// Whether the value is the one that a JSON text says.
    pub fn is(&self, json: &str) -> bool {
        serde_json::from_str::<Value>(json).is_ok_and(|other| same(&self.value, &other))
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

fn no_branch<E: Error>(failures: &[String], union: &str) -> E {
    // The errors of unions within this one stand in it; nobody reads more than this.
    let mut reasons = failures.join("; ");
    if reasons.len() > 1_000 {
        let end = (0..=1_000).rev().find(|at| reasons.is_char_boundary(*at)).unwrap_or(0);
        reasons.truncate(end);
        reasons.push_str(" ...");
    }
    E::custom(format_args!("no branch of {union} takes the value: {reasons}"))
}

/// Whether a value could be that branch too: it is read as one, and is valid.
pub fn accepts<T: DeserializeOwned, U: Validate>(value: &Value, branch: fn(T) -> U) -> bool {
    let opened = Opened::new(value);
    opened.may_try() && from_value::<T>(value).is_ok_and(|value| is_valid(&branch(value)))
}

/// Whether a branch is what its schema says; whether another one is so too is another question.
fn is_valid<U: Validate>(value: &U) -> bool {
    let mut found = Violations::default();
    value.check_branch(&Place::ROOT, &mut found);
    found.is_empty()
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
