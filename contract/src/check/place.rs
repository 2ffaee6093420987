//! Places of a waiver: JSON pointers, in which a field may stand by its name.

use crate::report::Finding;
use crate::schema::Format;
use crate::text::Location;
use crate::text::json::{Comments, Json, read};

/// Whether a finding lies at `wanted` or below it. In a pointer of an Avro schema the fields are numbered; people write their names:
/// `/fields/coupon` for `/fields/3`.
#[must_use]
pub fn covers(wanted: &str, finding: &Finding) -> bool {
    let Some(pointer) = &finding.pointer else { return wanted.is_empty() };
    let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
    is_below(pointer, wanted) || by_name(finding).is_some_and(|named| is_below(&named, wanted))
}

/// The pointer of a finding with the names of fields in place of their numbers, as a `[[waive]]` row is best written; the pointer as it
/// is where there is none to name.
#[must_use]
pub fn place_of(finding: &Finding) -> Option<String> {
    let plain = || finding.pointer.as_ref().map(|pointer| pointer.strip_prefix('#').unwrap_or(pointer).to_owned());
    by_name(finding).or_else(plain)
}

fn is_below(pointer: &str, wanted: &str) -> bool {
    pointer.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn by_name(finding: &Finding) -> Option<String> {
    let pointer = finding.pointer.as_deref()?;
    // A finding about old readers points into the old schema, which is its second place.
    let places = finding.at.iter().chain(finding.related.iter().map(|related| &related.at));
    places
        .filter(|place| Format::of_path(place.source.path()) == Some(Format::Avro))
        .find_map(|place| named(pointer, place))
}

/// The pointer with names, as far as it can be followed within one text; `None` where it leads elsewhere than to that place.
fn named(pointer: &str, place: &Location) -> Option<String> {
    let (json, _) = read(place.source.text(), Comments::Allowed);
    let json = json?;
    let (mut at, mut deepest) = (Some(&json), json.span);
    let mut in_fields = false;
    let mut path = String::new();
    for segment in pointer.split('/').skip(1) {
        at = at.and_then(|at| step(at, segment));
        deepest = at.map_or(deepest, |at| at.span);
        let name = at.filter(|_| in_fields).and_then(|field| field.get("name")).and_then(Json::as_str);
        in_fields = segment == "fields";
        path.push('/');
        path.push_str(name.unwrap_or(segment));
    }
    (deepest.start <= place.span.start && place.span.end <= deepest.end).then_some(path)
}

/// What a segment leads to. `/fields/0/type/fields/1`: the type of a field may be written as an object with its own `type`.
fn step<'j>(json: &'j Json, segment: &str) -> Option<&'j Json> {
    match json.as_array() {
        Some(items) => items.get(segment.parse::<usize>().ok()?),
        None => json.get(segment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::AVRO_FIELD_REMOVED;
    use crate::text::{Source, Span};

    fn finding(pointer: &str, at: &str) -> Finding {
        let text = r#"{ "type": "record", "name": "O", "fields": [
            { "name": "id", "type": "string" },
            { "name": "line", "type": { "type": "record", "name": "L", "fields": [{ "name": "price", "type": "int" }] } }
        ] }"#;
        let source = Source::new("o.avsc", text);
        let start = text.find(at).unwrap();
        AVRO_FIELD_REMOVED.at(source.at(Span::new(start, start + at.len())), "x").pointer(pointer)
    }

    #[test]
    fn a_field_stands_by_its_number_or_its_name() {
        let one = finding("/fields/1/type/fields/0", "\"price\"");
        for wanted in ["", "/fields/1", "/fields/line", "/fields/line/type/fields/price", "/fields/1/type/fields/0"] {
            assert!(covers(wanted, &one), "{wanted}");
        }
        for wanted in ["/fields/0", "/fields/lin", "/fields/id", "/fields/line/type/fields/price/x"] {
            assert!(!covers(wanted, &one), "{wanted}");
        }
        assert_eq!(place_of(&one).as_deref(), Some("/fields/line/type/fields/price"));
    }

    #[test]
    fn a_pointer_that_leads_elsewhere_is_kept_as_it_is() {
        // The third field of an old schema; the place is the new record.
        let one = finding("/fields/0/type", "\"record\"");
        assert_eq!(place_of(&one).as_deref(), Some("/fields/0/type"));
        assert!(covers("/fields/0", &one) && !covers("/fields/id", &one));
    }
}
