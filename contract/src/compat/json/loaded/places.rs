use super::model::Loaded;
use super::place::Place;
use crate::text::json::{Json, Value};
use crate::text::{Location, Span};

impl Loaded {
    /// The place of a subschema in its text.
    pub(in crate::compat::json) fn at(&self, place: Place) -> Option<Location> {
        self.documents.get(place.document).map(|document| document.source.at(place.span))
    }

    /// The place of a keyword of a subschema, name and value; that of the subschema where it does not stand there.
    pub(in crate::compat::json) fn keyword_at(&self, place: Place, keyword: &str) -> Option<Location> {
        let member = self.json(place).and_then(|json| json.member(keyword));
        let span = member.map_or(place.span, |member| Span::new(member.name_span.start, member.value.span.end));
        self.documents.get(place.document).map(|document| document.source.at(span))
    }

    /// The JSON pointer of a subschema within its text (`#/properties/id`), escaped as RFC 6901 says.
    pub(in crate::compat::json) fn pointer(&self, place: Place) -> String {
        let mut pointer = "#".to_owned();
        self.walk(place, |step| {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        });
        pointer
    }

    /// The text of a subschema, read.
    pub(in crate::compat::json) fn json(&self, place: Place) -> Option<&Json> {
        self.walk(place, |_| {}).filter(|json| json.span == place.span)
    }

    /// Follows the values that hold a place down to it. Bounded by the nesting of the text.
    fn walk(&self, place: Place, mut step: impl FnMut(&str)) -> Option<&Json> {
        let mut json: &Json = &self.documents.get(place.document)?.json;
        let holds = |json: &Json| json.span.start <= place.span.start && place.span.end <= json.span.end;
        // Values stand in the order of the text.
        let ends_before = |json: &Json| json.span.end <= place.span.start;
        while json.span != place.span {
            json = match &json.value {
                Value::Array(items) => {
                    let index = items.partition_point(ends_before);
                    let item = items.get(index).filter(|item| holds(item))?;
                    step(&index.to_string());
                    item
                }
                Value::Object(members) => {
                    let at = members.partition_point(|member| ends_before(&member.value));
                    let member = members.get(at).filter(|member| holds(&member.value))?;
                    step(&member.name);
                    &member.value
                }
                _ => return None,
            };
        }
        Some(json)
    }
}
