//! Which events are missing, which are too many, and which are others. Kafka keeps the order within a key alone, so that is what is compared.

use std::fmt::Write as _;

use serde_json::Value;

use super::values::{differences, shown};

/// More steps than that are not taken to find the closest alignment: then events are compared one by one.
const MOST_STEPS: usize = 4_000_000;

/// An event to be compared.
#[derive(Clone, Debug)]
pub(in super::super) struct Event {
    /// `orders.order-placed`
    pub(in super::super) name: &'static str,
    /// The key as it is shown; equal keys are shown equal.
    pub(in super::super) key: Option<String>,
    pub(in super::super) value: Value,
    /// Where it stands, of one that was found.
    pub(in super::super) place: String,
}

impl Event {
    fn is(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value
    }
}

/// An event, and the how manieth of its key it is, from 1.
#[derive(Clone, Copy)]
struct Numbered<'a> {
    event: &'a Event,
    number: usize,
}

impl Numbered<'_> {
    fn told(&self) -> String {
        let Event { name, key, place, .. } = self.event;
        let key = key.as_ref().map_or_else(|| "without a key".to_owned(), |key| format!("of key {key}"));
        let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
        format!("{name}, number {} {key}{place}", self.number)
    }
}

/// What differs, line by line; `None` where nothing does.
pub(in super::super) fn report(expected: &[Event], found: &[Event]) -> Option<String> {
    let mut keys: Vec<Option<&str>> = Vec::new();
    for event in expected.iter().chain(found) {
        if !keys.contains(&event.key.as_deref()) {
            keys.push(event.key.as_deref());
        }
    }
    let (mut text, mut missing, mut extra) = (String::new(), Vec::new(), Vec::new());
    for key in keys {
        let (expected, found) = (of_key(expected, key), of_key(found, key));
        align(&expected, &found, &mut text, &mut missing, &mut extra);
    }
    for absent in missing {
        match extra.iter().position(|other: &Numbered<'_>| other.event.is(absent.event)) {
            Some(at) => {
                let other = extra.remove(at);
                if other.event.key == absent.event.key {
                    line(
                        &mut text,
                        &format!("in another order: {}, expected as number {}", other.told(), absent.number),
                    );
                } else {
                    let key = absent.event.key.as_deref().unwrap_or("none");
                    line(&mut text, &format!("with another key: {}, expected with key {key}", other.told()));
                }
            }
            None => line(&mut text, &format!("missing: {}: {}", absent.told(), shown(&absent.event.value))),
        }
    }
    for other in extra {
        line(&mut text, &format!("not expected: {}: {}", other.told(), shown(&other.event.value)));
    }
    (!text.is_empty()).then_some(text)
}

/// The event that is most like that one, and what differs.
pub(in super::super) fn nearest(expected: &Event, found: &[Event]) -> Option<String> {
    let same = found.iter().filter(|event| event.name == expected.name);
    let (all, event) = same
        .map(|event| (differences(&expected.value, &event.value), event))
        .min_by_key(|(all, event)| (all.len(), event.key != expected.key))?;
    let mut text = format!("\n  nearest: {} ({})", event.name, event.place);
    for difference in all {
        sub_line(&mut text, &difference.to_string());
    }
    if event.key != expected.key {
        let key = |event: &Event| event.key.clone().unwrap_or_else(|| "none".to_owned());
        sub_line(&mut text, &format!("key: expected {}, got {}", key(expected), key(event)));
    }
    Some(text)
}

fn of_key<'a>(events: &'a [Event], key: Option<&str>) -> Vec<Numbered<'a>> {
    let of = events.iter().filter(|event| event.key.as_deref() == key);
    of.zip(1..).map(|(event, number)| Numbered { event, number }).collect()
}

/// Lays the two beside each other so that as many as can be are equal; what lies between is compared pair by pair, as far as it is of one name.
fn align<'a>(
    expected: &[Numbered<'a>],
    found: &[Numbered<'a>],
    text: &mut String,
    missing: &mut Vec<Numbered<'a>>,
    extra: &mut Vec<Numbered<'a>>,
) {
    let (mut from, mut to) = (0, 0);
    let mut anchors = common(expected, found);
    anchors.push((expected.len(), found.len()));
    for (at, other) in anchors {
        let between = (expected.get(from..at).unwrap_or_default(), found.get(to..other).unwrap_or_default());
        pair(between.0, between.1, text, missing, extra);
        (from, to) = (at + 1, other + 1);
    }
}

fn pair<'a>(
    expected: &[Numbered<'a>],
    found: &[Numbered<'a>],
    text: &mut String,
    missing: &mut Vec<Numbered<'a>>,
    extra: &mut Vec<Numbered<'a>>,
) {
    let mut left: Vec<Numbered<'a>> = found.to_vec();
    for one in expected {
        // What stands elsewhere, unchanged, is told as that.
        let is_elsewhere = left.iter().any(|other| other.event.is(one.event));
        match left.iter().position(|other| other.event.name == one.event.name).filter(|_| !is_elsewhere) {
            Some(at) => {
                let other = left.remove(at);
                line(text, &format!("differs: {}", other.told()));
                for difference in differences(&one.event.value, &other.event.value) {
                    sub_line(text, &difference.to_string());
                }
            }
            None => missing.push(*one),
        }
    }
    extra.extend(left);
}

/// The places of a longest common subsequence.
fn common(expected: &[Numbered<'_>], found: &[Numbered<'_>]) -> Vec<(usize, usize)> {
    let is = |at: usize, other: usize| match (expected.get(at), found.get(other)) {
        (Some(one), Some(another)) => one.event.is(another.event),
        _ => false,
    };
    let (rows, columns) = (expected.len(), found.len());
    if rows.saturating_mul(columns) > MOST_STEPS {
        return (0..rows.min(columns)).filter(|at| is(*at, *at)).map(|at| (at, at)).collect();
    }
    let width = columns + 1;
    let mut longest = vec![0_u32; (rows + 1) * width];
    let get = |longest: &[u32], at: usize, other: usize| longest.get(at * width + other).copied().unwrap_or_default();
    for at in (0..rows).rev() {
        for other in (0..columns).rev() {
            let best = if is(at, other) {
                get(&longest, at + 1, other + 1) + 1
            } else {
                get(&longest, at + 1, other).max(get(&longest, at, other + 1))
            };
            if let Some(cell) = longest.get_mut(at * width + other) {
                *cell = best;
            }
        }
    }
    let (mut at, mut other, mut places) = (0, 0, Vec::new());
    while at < rows && other < columns {
        if is(at, other) {
            places.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if get(&longest, at + 1, other) >= get(&longest, at, other + 1) {
            at += 1;
        } else {
            other += 1;
        }
    }
    places
}

fn line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _written = write!(text, "\n  {line}");
}

fn sub_line(text: &mut String, line: &str) {
    let _written = write!(text, "\n    {line}");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &'static str, key: &str, value: Value, place: &str) -> Event {
        Event { name, key: Some(format!("{key:?}")), value, place: place.to_owned() }
    }

    fn expected(events: &[(&'static str, &str, Value)]) -> Vec<Event> {
        events.iter().map(|(name, key, value)| event(name, key, value.clone(), "")).collect()
    }

    fn found(events: &[(&'static str, &str, Value)]) -> Vec<Event> {
        let placed = events.iter().enumerate();
        placed
            .map(|(at, (name, key, value))| event(name, key, value.clone(), &format!("partition 0 offset {at}")))
            .collect()
    }

    #[test]
    fn keys_may_be_mixed_in_any_way_and_each_keeps_its_order() {
        let one = [("placed", "A", json!(1)), ("placed", "B", json!(1)), ("paid", "A", json!(2))];
        let mixed = [("placed", "B", json!(1)), ("placed", "A", json!(1)), ("paid", "A", json!(2))];
        assert_eq!(report(&expected(&one), &found(&mixed)), None);
        assert_eq!(report(&[], &[]), None);
    }

    #[test]
    fn a_report_tells_what_differs_is_missing_too_much_or_elsewhere() {
        let wanted = [
            ("placed", "A", json!({"id": 1, "items": [{"price": "9.50"}]})),
            ("paid", "A", json!({"id": 1})),
            ("placed", "A", json!({"id": 2})),
            ("placed", "B", json!({"id": 3})),
            ("placed", "C", json!({"id": 4})),
            ("cooked", "D", json!({"id": 5})),
            ("served", "D", json!({"id": 5})),
        ];
        let there = [
            ("placed", "A", json!({"id": 1, "items": [{"price": "9.60"}]})),
            ("paid", "A", json!({"id": 1})),
            ("paid", "A", json!({"id": 1})),
            ("placed", "A", json!({"id": 2})),
            ("placed", "X", json!({"id": 3})),
            ("served", "D", json!({"id": 5})),
            ("cooked", "D", json!({"id": 5})),
        ];
        let told = report(&expected(&wanted), &found(&there)).unwrap();
        assert_eq!(
            told,
            r#"
  differs: placed, number 1 of key "A" (partition 0 offset 0)
    items[0].price: expected "9.50", got "9.60"
  with another key: placed, number 1 of key "X" (partition 0 offset 4), expected with key "B"
  missing: placed, number 1 of key "C": {"id":4}
  in another order: cooked, number 2 of key "D" (partition 0 offset 6), expected as number 1
  not expected: paid, number 3 of key "A" (partition 0 offset 2): {"id":1}"#
        );
    }

    #[test]
    fn the_nearest_event_is_the_one_with_the_fewest_differences() {
        let there = found(&[
            ("placed", "A", json!({"a": 1, "b": 2})),
            ("placed", "B", json!({"a": 1, "b": 3})),
            ("paid", "A", json!({})),
        ]);
        let [wanted] = &expected(&[("placed", "A", json!({"a": 1, "b": 3, "c": 4}))])[..] else { unreachable!() };
        let told = nearest(wanted, &there).unwrap();
        assert_eq!(
            told,
            "\n  nearest: placed (partition 0 offset 1)\n    c: expected 4, got nothing\n    key: expected \"A\", got \"B\""
        );
        let [other] = &expected(&[("cooked", "A", json!({}))])[..] else { unreachable!() };
        assert_eq!(nearest(other, &there), None);
    }

    #[test]
    fn very_many_events_are_compared_one_by_one() {
        let many: Vec<_> = (0..2100).map(|id| ("placed", "A", json!(id))).collect();
        assert_eq!(report(&expected(&many), &found(&many)), None);
        let mut other = many.clone();
        other[7].2 = json!("x");
        let told = report(&expected(&many), &found(&other)).unwrap();
        assert_eq!(
            told,
            "\n  differs: placed, number 8 of key \"A\" (partition 0 offset 7)\n    the value: expected 7, got \"x\""
        );
    }
}
