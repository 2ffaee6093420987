use super::list::List;
use crate::report::Edit;
use crate::text::Location;
use crate::text::json::{Comments, Value, quoted, read};

/// Puts a member at the end of the object at a place, in the layout of its neighbours: their indentation, line ends and comments stay.
/// `value` is JSON. `None` where no object stands there, or it has the member.
///
/// ```
/// use topika_contract::{fix, text::{Source, Span}};
///
/// let text = "{\n  \"name\": \"id\", // the key\n  \"type\": \"string\" // as text\n}";
/// let source = Source::new("a.avsc", text);
/// let edits = fix::insert_member(&source.at(Span::new(0, text.len())), "default", "\"\"").unwrap();
/// assert_eq!(
///     fix::edited(text, &edits).unwrap(),
///     "{\n  \"name\": \"id\", // the key\n  \"type\": \"string\", // as text\n  \"default\": \"\"\n}"
/// );
/// ```
#[must_use]
pub fn insert_member(object: &Location, name: &str, value: &str) -> Option<Vec<Edit>> {
    insert_member_behind(object, None, name, value)
}

/// The same behind the last of the members `behind` that the object has; at the end where it has none of them.
#[must_use]
pub fn insert_member_behind(
    object: &Location,
    behind: impl IntoIterator<Item = &'static str>,
    name: &str,
    value: &str,
) -> Option<Vec<Edit>> {
    let list = list_of(object, '{')?;
    if list.names.iter().any(|known| known == name) {
        return None;
    }
    let found = behind.into_iter().filter_map(|one| list.names.iter().position(|known| known == one)).max();
    let index = found.map_or(list.len(), |index| index + 1);
    Some(list.insert(index, &[format!("{}{}{value}", quoted(name), list.colon())]))
}

/// Takes a member out of the object at a place, with a comma and its line. `None` where there is no such object or member.
#[must_use]
pub fn remove_member(object: &Location, name: &str) -> Option<Vec<Edit>> {
    let list = list_of(object, '{')?;
    let index = list.names.iter().position(|known| known == name)?;
    Some(list.remove(index))
}

/// The place of a member's value in the object at a place.
#[must_use]
pub fn member_value(object: &Location, name: &str) -> Option<Location> {
    let list = list_of(object, '{')?;
    list.value(list.names.iter().position(|known| known == name)?)
}

/// Puts items, which are JSON, into the array at a place, before the item `index`, or at the end.
#[must_use]
pub fn insert_items(array: &Location, index: usize, items: &[String]) -> Option<Vec<Edit>> {
    Some(list_of(array, '[')?.insert(index, items))
}

/// Takes an item out of the array at a place.
#[must_use]
pub fn remove_item(array: &Location, index: usize) -> Option<Vec<Edit>> {
    let list = list_of(array, '[')?;
    (index < list.len()).then(|| list.remove(index))
}

/// The values of the strings in the array at a place; what is no string is `None`.
#[must_use]
pub fn strings(array: &Location) -> Option<Vec<Option<String>>> {
    let (json, _) = read(array.source.text().get(array.span.start..array.span.end)?, Comments::Allowed);
    match json?.value {
        Value::Array(items) => Some(items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect()),
        _ => None,
    }
}

/// Puts a text in the place of another.
#[must_use]
pub fn replace(at: &Location, text: impl Into<String>) -> Vec<Edit> {
    vec![Edit { at: at.clone(), text: text.into() }]
}

fn list_of(at: &Location, bracket: char) -> Option<List> {
    at.source.text().get(at.span.start..)?.starts_with(bracket).then(|| List::of(at))?
}
