//! A letter that is changed before it is sent again.

use std::path::Path;

use serde_json::{Value, json};
use topika::ErrorKind;
use topika::dead_letters::{DeadLetter, DeadLetters, Edit, Filter};

use super::place::Place;
use super::text::shown;
use crate::args::{RedriveArgs, Setting};
use crate::problem::Problem;

/// The change that the command line asks for, held to the letter's schema; `None` where it asks for none.
pub(super) fn edit(place: &Place, letters: &DeadLetters, args: &RedriveArgs) -> Result<Option<Edit>, Problem> {
    if let Some(file) = &args.edit {
        let (partition, offset, value) = read(file, letters.topic())?;
        let letter = one(place, letters, partition, offset)?;
        return edited(place, &letter, &value).map(Some);
    }
    let (Some(partition), Some(offset), false) = (args.which.partition, args.which.offset, args.set.is_empty()) else {
        return Ok(None);
    };
    let letter = one(place, letters, partition, offset)?;
    let decoded = match place.registry() {
        Some(registry) => place.runtime.block_on(letter.decoded(registry)).map_err(|error| place.problem(&error))?,
        None => letter.payload.as_deref().and_then(|payload| serde_json::from_slice(payload).ok()),
    };
    let Some(mut value) = decoded else {
        let message = format!("what the letter at {partition}:{offset} says is not known, so no part of it can be set");
        return Err(Problem::new(message, "`cargo topika dlq show` says why; `--edit FILE` says all of it"));
    };
    for setting in &args.set {
        set(&mut value, setting)?;
    }
    edited(place, &letter, &value).map(Some)
}

/// The place and the value of a file, in the form of `show --format json`.
fn read(file: &Path, topic: &str) -> Result<(i32, i64, Value), Problem> {
    let name = file.display();
    let help = "write what `cargo topika dlq show --format json` prints of one letter, and change its `value`";
    let no = |why: String| Problem::new(format!("{name}: {why}"), help);
    let text = std::fs::read_to_string(file).map_err(|error| no(error.to_string()))?;
    let mut letter: Value =
        serde_json::from_str(&text).map_err(|error| no(format!("it is not one JSON object: {error}")))?;
    let said = letter.get("topic").and_then(Value::as_str).unwrap_or_default();
    if said != topic {
        return Err(no(format!("its `topic` is {said:?}, and the letters are those of {topic:?}")));
    }
    let partition = letter.get("partition").and_then(Value::as_i64).and_then(|number| i32::try_from(number).ok());
    let offset = letter.get("offset").and_then(Value::as_i64);
    let (Some(partition), Some(offset)) = (partition, offset) else {
        return Err(no("its `partition` and `offset` do not say which letter it is".to_owned()));
    };
    match letter.get_mut("value").map(Value::take) {
        Some(Value::Null) | None => Err(no("it has no `value`".to_owned())),
        Some(value) => Ok((partition, offset, value)),
    }
}

/// The letter at a place.
fn one(place: &Place, letters: &DeadLetters, partition: i32, offset: i64) -> Result<DeadLetter, Problem> {
    let found = place
        .runtime
        .block_on(async { letters.read(Filter::all().at(partition, offset)).await?.next().await.transpose() });
    found.map_err(|error| place.problem(&error))?.ok_or_else(|| {
        let message = format!("no letter waits at partition {partition}, offset {offset} of {}", letters.topic());
        Problem::new(
            message,
            "it was sent again already, or stands elsewhere: `cargo topika dlq show` lists those that wait",
        )
    })
}

fn edited(place: &Place, letter: &DeadLetter, value: &Value) -> Result<Edit, Problem> {
    let edited = match place.registry() {
        Some(registry) => place.runtime.block_on(letter.edited(registry, value)),
        None => letter.edited_json(value),
    };
    edited.map_err(|error| {
        let help = match error.kind() {
            ErrorKind::Encode => "mend that place; `cargo topika dlq show --format json` has what stands there now",
            _ => "letters that name a schema need the registry that knows it: `registry` of [env.NAME], or SCHEMA_REGISTRY_URL",
        };
        Problem::new(error.message(), help)
    })
}

/// Sets a member that is there, or one that an object may have besides.
fn set(value: &mut Value, Setting { path, text }: &Setting) -> Result<(), Problem> {
    let no = |why: &str| {
        Problem::new(
            format!("`--set {path}`: {why}"),
            "a path is members and places in lists: items.0.count; `cargo topika dlq show` has the value",
        )
    };
    let (above, last) = path.rsplit_once('.').map_or((None, path.as_str()), |(above, last)| (Some(above), last));
    let mut here = value;
    for step in above.into_iter().flat_map(|above| above.split('.')) {
        here = match here {
            Value::Object(members) => members.get_mut(step),
            Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
            _ => None,
        }
        .ok_or_else(|| no(&format!("there is no `{step}`")))?;
    }
    let before = match here {
        Value::Object(members) => members.entry(last).or_insert(Value::Null),
        Value::Array(items) => {
            let item = last.parse::<usize>().ok().and_then(|index| items.get_mut(index));
            item.ok_or_else(|| no(&format!("there is no item `{last}`")))?
        }
        _ => return Err(no("what stands above it has no members")),
    };
    // Where a text stands, one is meant, unless it says by quotes, or by null, what it is.
    let is_said = text.starts_with('"') || text == "null" || !before.is_string();
    let said = is_said.then(|| serde_json::from_str(text).ok()).flatten();
    *before = said.unwrap_or_else(|| Value::String(text.clone()));
    Ok(())
}

/// A place, what stands there, and what will.
type Change = (String, Option<Value>, Option<Value>);

/// What changes, each place with what stands there and what will.
pub(super) fn changes(edit: &Edit) -> Vec<Change> {
    let mut found = Vec::new();
    compare("", edit.before(), Some(edit.after()), &mut found);
    found
}

fn compare(at: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let new = after.keys().filter(|name| !before.contains_key(*name));
            for name in before.keys().chain(new) {
                compare(&format!("{at}/{name}"), before.get(name), after.get(name), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                compare(&format!("{at}/{index}"), before.get(index), after.get(index), found);
            }
        }
        (before, after) => found.push((at.to_owned(), before.cloned(), after.cloned())),
    }
}

/// The changes for people.
pub(super) fn lines(edit: &Edit) -> Vec<String> {
    let said = |value: Option<Value>| value.map_or_else(|| "(nothing)".to_owned(), |value| shown(&value.to_string()));
    let line = |(at, before, after): Change| format!("  edit      {}: {} -> {}", shown(&at), said(before), said(after));
    match changes(edit) {
        none if none.is_empty() => vec!["  edit      nothing is changed".to_owned()],
        all => all.into_iter().map(line).collect(),
    }
}

/// The changes for programs.
pub(super) fn document(edit: &Edit) -> Value {
    let changes =
        changes(edit).into_iter().map(|(at, before, after)| json!({ "at": at, "before": before, "after": after }));
    json!({ "before": edit.before(), "after": edit.after(), "changes": changes.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_one(value: Value, path: &str, text: &str) -> Result<Value, String> {
        let mut value = value;
        let setting = Setting { path: path.to_owned(), text: text.to_owned() };
        set(&mut value, &setting).map(|()| value).map_err(|problem| problem.message)
    }

    #[test]
    fn a_path_is_set_to_json_and_a_text_to_a_text() {
        let order = || json!({ "id": "a", "items": [{ "count": 1 }], "note": null });
        assert_eq!(set_one(order(), "items.0.count", "7").unwrap()["items"][0]["count"], 7);
        assert_eq!(set_one(order(), "id", "7").unwrap()["id"], "7");
        assert_eq!(set_one(order(), "id", "null").unwrap()["id"], Value::Null);
        assert_eq!(set_one(order(), "id", "\"null\"").unwrap()["id"], "null");
        assert_eq!(set_one(order(), "note", "soon").unwrap()["note"], "soon");
        assert_eq!(set_one(order(), "more", "[1]").unwrap()["more"], json!([1]));
        for wrong in ["items.1.count", "items.1", "id.x", "no.where"] {
            assert!(set_one(order(), wrong, "1").is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_differs_is_told_with_its_place() {
        let mut found = Vec::new();
        let (before, after) = (json!({ "a": [1, 2], "b": 1 }), json!({ "a": [1, 3, 4], "c": 1 }));
        compare("", Some(&before), Some(&after), &mut found);
        let places: Vec<&str> = found.iter().map(|(at, ..)| at.as_str()).collect();
        assert_eq!(places, ["/a/1", "/a/2", "/b", "/c"]);
    }
}
