use super::reader::Reader;
use crate::json_schema::keyword::Wants;
use crate::json_schema::schema::{JsonType, Required};
use crate::rules::JSON_SCHEMA_SHAPE;
use crate::text::json::{Json, Member, Value};
use crate::text::{closest, shortened};

const TYPES: [(&str, JsonType); 7] = [
    ("null", JsonType::Null),
    ("boolean", JsonType::Boolean),
    ("integer", JsonType::Integer),
    ("number", JsonType::Number),
    ("string", JsonType::String),
    ("array", JsonType::Array),
    ("object", JsonType::Object),
];

impl Reader<'_, '_> {
    pub(super) fn types(&mut self, number: usize, value: &Json, pointer: &str) {
        let words: Vec<&Json> = match &value.value {
            Value::String(_) => vec![value],
            Value::Array(items) if !items.is_empty() => items.iter().collect(),
            _ => return self.wrong("type", value, "a string or an array of strings", pointer),
        };
        let mut types = Vec::with_capacity(words.len());
        for word in words {
            let Some(name) = word.as_str() else {
                return self.wrong("type", word, "a string or an array of strings", pointer);
            };
            match TYPES.iter().find(|(known, _)| *known == name) {
                Some((_, ty)) if types.contains(ty) => {
                    let finding = JSON_SCHEMA_SHAPE
                        .at(self.at(word.span), format!("type `{name}` stands twice"))
                        .pointer(pointer);
                    self.refuse(finding.help("remove one of the two"));
                }
                Some((_, ty)) => types.push(*ty),
                None => {
                    let finding =
                        JSON_SCHEMA_SHAPE.at(self.at(word.span), format!("`{}` is no JSON type", shortened(name)));
                    let meant = match name {
                        "int" | "long" => Some("integer"),
                        "float" | "double" => Some("number"),
                        _ => closest(name, TYPES.iter().map(|(known, _)| *known)),
                    };
                    let help = meant.map_or_else(
                        || "types are null, boolean, integer, number, string, array and object".to_owned(),
                        |meant| format!("did you mean `{meant}`?"),
                    );
                    self.refuse(finding.pointer(pointer).help(help));
                }
            }
        }
        self.set(number, |node| node.types = types);
    }

    pub(super) fn required(&mut self, number: usize, value: &Json, pointer: &str) {
        let Some(items) = value.as_array() else {
            return self.wrong("required", value, "an array of property names", pointer);
        };
        let mut seen = std::collections::HashSet::with_capacity(items.len());
        let mut required = Vec::with_capacity(items.len());
        for item in items {
            match item.as_str() {
                Some(name) if seen.insert(name) => {
                    required.push(Required { name: name.to_owned(), at: self.at(item.span) })
                }
                // A name said twice is required, no more and no less.
                Some(_) => {}
                None => return self.wrong("required", item, "an array of property names", pointer),
            }
        }
        self.set(number, |node| node.required = required);
    }

    pub(super) fn text(&mut self, number: usize, member: &Member, pointer: &str) {
        let Some(text) = member.value.as_str() else {
            return self.wrong(&member.name, &member.value, "a string", pointer);
        };
        let text = Some(text.to_owned());
        self.set(number, |node| match member.name.as_str() {
            "title" => node.title = text,
            "description" => node.description = text,
            _ => node.format = text,
        });
    }

    pub(super) fn assertion(&mut self, number: usize, member: &Member, wants: Wants, pointer: &str) {
        let value = &member.value;
        let fits = match wants {
            Wants::Number => value.as_number().is_some(),
            Wants::Positive => value.as_f64().is_some_and(|number| number > 0.0),
            // From draft 6 on `2.0` is an integer too.
            Wants::Count => value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
            Wants::Text => value.as_str().is_some(),
            Wants::Flag => value.as_bool().is_some(),
        };
        if fits {
            return self.set(number, |node| node.assertions.push((member.name.clone(), value.clone())));
        }
        let wanted = match wants {
            Wants::Number => "a number",
            Wants::Positive => "a number above 0",
            Wants::Count => "a whole number from 0 on",
            Wants::Text => "a string",
            Wants::Flag => "true or false",
        };
        if value.as_number().is_none() {
            return self.wrong(&member.name, value, wanted, pointer);
        }
        let finding =
            JSON_SCHEMA_SHAPE.at(self.at(value.span), format!("`{}` is {wanted}", member.name)).pointer(pointer);
        self.refuse(finding.help(format!("write {wanted}")));
    }
}
