use fastrand::Rng;
use serde_json::{Map, Value};

use super::super::random::{finite, one_of, text};

/// The document with one thing changed somewhere: a member gone or new, a value of another type or beyond a bound.
pub(super) fn mutated(document: &Value, rng: &mut Rng) -> Value {
    let mut out = document.clone();
    let mut at = &mut out;
    // Down to a random place; the root itself is a place too.
    while rng.usize(0..4) > 0 {
        let count = match at {
            Value::Object(members) => members.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if count == 0 {
            break;
        }
        let chosen = rng.usize(0..count);
        let next = match at {
            Value::Object(members) => members.values_mut().nth(chosen),
            Value::Array(items) => items.get_mut(chosen),
            _ => None,
        };
        // The place was counted just now.
        let Some(next) = next else { return document.clone() };
        at = next;
    }
    change(at, rng);
    out
}

fn change(at: &mut Value, rng: &mut Rng) {
    match at {
        Value::Object(members) if rng.usize(0..3) > 0 => change_members(members, rng),
        Value::Array(items) if rng.usize(0..3) > 0 => match rng.usize(0..3) {
            0 => items.clear(),
            1 => items.push(other(rng)),
            _ => {
                let again = one_of(rng, items).cloned().unwrap_or_default();
                items.extend(std::iter::repeat_n(again, 30));
            }
        },
        Value::String(text) if rng.usize(0..3) > 0 => match rng.usize(0..4) {
            0 => text.clear(),
            1 => text.push_str(&"x".repeat(300)),
            2 => *text = text.to_uppercase(),
            _ => text.push('?'),
        },
        Value::Number(_) if rng.usize(0..3) > 0 => {
            *at = match rng.usize(0..4) {
                0 => Value::from(-1),
                1 => Value::from(1_000_000_000_000_i64),
                2 => Value::from(0.5),
                _ => Value::from(finite(rng)),
            }
        }
        any => *any = other(rng),
    }
}

fn change_members(members: &mut Map<String, Value>, rng: &mut Rng) {
    let names: Vec<String> = members.keys().cloned().collect();
    match one_of(rng, &names) {
        Some(name) if rng.usize(0..3) > 0 => drop(members.remove(name)),
        _ => drop(members.insert(format!("x{}", text(rng)), other(rng))),
    }
}

fn other(rng: &mut Rng) -> Value {
    match rng.usize(0..7) {
        0 => Value::Null,
        1 => Value::Bool(rng.bool()),
        2 => Value::from(rng.i64(-10..100)),
        3 => Value::from(finite(rng)),
        4 => Value::from(text(rng)),
        5 => Value::Array(Vec::new()),
        _ => Value::Object(Map::new()),
    }
}
