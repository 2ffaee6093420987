//! `enum` and `const`.

use std::collections::HashSet;

use super::change::Change;
use super::outcome::Gathered;
use crate::compat::json::loaded::JavaValue;

pub(super) fn compare_enums(original: &[JavaValue], update: &[JavaValue], out: &mut Gathered<'_>) {
    let grown = Values::of(update).contain(original);
    let shrunk = Values::of(original).contain(update);
    let change = match (grown, shrunk) {
        (true, true) => return,
        (true, false) => Change::EnumArrayExtended,
        (false, true) => Change::EnumArrayNarrowed,
        (false, false) => Change::EnumArrayChanged,
    };
    out.tell_keyword("enum", change);
}

pub(super) fn compare_constants(original: &JavaValue, update: &JavaValue, out: &mut Gathered<'_>) {
    if original != update {
        out.tell_keyword("const", Change::EnumArrayChanged);
    }
}

/// A set of values.
pub(in crate::compat::json) struct Values(HashSet<String>);

impl Values {
    pub(in crate::compat::json) fn of(values: &[JavaValue]) -> Self {
        Self(values.iter().map(key).collect())
    }

    pub(in crate::compat::json) fn has(&self, value: &JavaValue) -> bool {
        self.0.contains(&key(value))
    }

    fn contain(&self, values: &[JavaValue]) -> bool {
        values.iter().all(|value| self.has(value))
    }
}

/// A text that two values share exactly if Java takes them for equal.
fn key(value: &JavaValue) -> String {
    let mut text = String::new();
    put(value, &mut text);
    text
}

fn put(value: &JavaValue, text: &mut String) {
    match value {
        JavaValue::Null => text.push('n'),
        JavaValue::Boolean(value) => text.push_str(if *value { "t" } else { "f" }),
        JavaValue::Number(number) => text.push_str(&format!("{number:?}")),
        JavaValue::String(value) => text.push_str(&format!("{value:?}")),
        JavaValue::List(items) => {
            text.push('[');
            items.iter().for_each(|item| put(item, text));
            text.push(']');
        }
        JavaValue::Map(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in members {
                text.push_str(&format!("{name:?}"));
                put(value, text);
            }
            text.push('}');
        }
    }
}
