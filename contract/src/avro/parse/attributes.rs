use super::reader::Reader;
use crate::rules::{AVRO_ATTRIBUTE_MISSPELT, AVRO_DOC, AVRO_SHAPE};
use crate::text::json::{Json, Member};
use crate::text::{closest, shortened};

/// An attribute that is absent, right, or told and broken.
pub(super) enum Attribute<T> {
    Absent,
    Is(T),
    Broken,
}

impl<T> Attribute<T> {
    pub(super) fn value(self) -> Option<T> {
        match self {
            Attribute::Is(value) => Some(value),
            Attribute::Absent | Attribute::Broken => None,
        }
    }
}

impl Reader<'_> {
    /// A text attribute; `null` counts as absent, as in Java.
    pub(super) fn text<'j>(&mut self, object: &'j Json, name: &str) -> Attribute<(&'j str, &'j Json)> {
        match object.get(name) {
            None => Attribute::Absent,
            Some(value) if value.is_null() => Attribute::Absent,
            Some(value) => match value.as_str() {
                Some(text) => Attribute::Is((text, value)),
                None => {
                    self.wrong(name, value, "a string");
                    Attribute::Broken
                }
            },
        }
    }

    /// The doc of a definition or a field. Java passes over one that is no text.
    pub(super) fn doc(&mut self, object: &Json) -> Option<String> {
        let value = object.get("doc").filter(|value| !value.is_null())?;
        if value.as_str().is_none() {
            let finding = self.finding(
                &AVRO_DOC,
                value.span,
                format!("a doc is a string, not {}, and is not read", value.kind()),
            );
            self.tell(finding.help("write it in double quotes; lines are parted by `\\n`"));
        }
        value.as_str().map(str::to_owned)
    }

    /// A text attribute that must be there; `of` says whose (`a record`).
    pub(super) fn required_text<'j>(&mut self, object: &'j Json, name: &str, of: &str) -> Option<(&'j str, &'j Json)> {
        match self.text(object, name) {
            Attribute::Is(found) => Some(found),
            Attribute::Broken => None,
            Attribute::Absent => {
                self.missing(object, name, of);
                None
            }
        }
    }

    /// An array of strings; absent and `null` are empty.
    pub(super) fn texts<'j>(&mut self, object: &'j Json, name: &str) -> Attribute<Vec<(&'j str, &'j Json)>> {
        let Some(value) = object.get(name).filter(|value| !value.is_null()) else { return Attribute::Absent };
        let Some(items) = value.as_array() else {
            self.wrong(name, value, "an array of strings");
            return Attribute::Broken;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.as_str() {
                Some(text) => texts.push((text, item)),
                None => {
                    self.wrong(name, item, "an array of strings");
                    return Attribute::Broken;
                }
            }
        }
        Attribute::Is(texts)
    }

    /// Tells that an attribute is of the wrong JSON type.
    pub(super) fn wrong(&mut self, name: &str, found: &Json, wanted: &str) {
        let message = format!("`{name}` is {wanted}, not {}", found.kind());
        let finding = self.finding(&AVRO_SHAPE, found.span, message);
        self.refuse(finding);
    }

    /// Tells a custom property that looks like one of the attributes which may stand here and do not.
    pub(super) fn misspelt(&mut self, object: &Json, optional: &[&str]) {
        // Looking costs little, but a hostile file would ask for it a million times.
        if self.has_many_findings() {
            return;
        }
        for member in object.as_object().unwrap_or_default() {
            let name = member.name.as_str();
            // Names with a mark in them are other tools' own.
            if WORDS.contains(&name) || name.contains(['.', ':', '-', '$']) {
                continue;
            }
            let absent = optional.iter().copied().filter(|attribute| object.get(attribute).is_none());
            let meant = if name == "alias" { Some("aliases") } else { closest(name, absent) };
            if let Some(meant) = meant {
                let finding = self.finding(
                    &AVRO_ATTRIBUTE_MISSPELT,
                    member.name_span,
                    format!("`{name}` is no attribute of Avro"),
                );
                self.tell(finding.help(format!("did you mean `{meant}`? as it is, it does nothing")));
            }
        }
    }

    /// Tells that an attribute is missing, and names the one that was meant.
    pub(super) fn missing(&mut self, object: &Json, name: &str, of: &str) {
        let members = object.as_object().unwrap_or_default();
        let meant = closest(name, members.iter().map(|member| member.name.as_str()));
        let finding = self.finding(&AVRO_SHAPE, object.span, format!("{of} without `{name}`"));
        let finding = match meant {
            Some(meant) => finding.help(format!("did you mean `{name}` where it says `{}`?", shortened(meant))),
            None => finding.help(format!("write `\"{name}\": ...` into it")),
        };
        self.refuse(finding);
    }
}

/// All attributes of the specification, at whatever place.
const WORDS: [&str; 15] = [
    "type",
    "name",
    "namespace",
    "doc",
    "aliases",
    "fields",
    "symbols",
    "items",
    "values",
    "size",
    "default",
    "order",
    "logicalType",
    "precision",
    "scale",
];

/// The members that Avro does not know at this place, in the order of the text.
pub(super) fn properties(object: &Json, known: &[&str], consumed: &[&str]) -> Vec<(String, Json)> {
    let is_property = |member: &&Member| {
        let name = member.name.as_str();
        !known.contains(&name) && !consumed.contains(&name)
    };
    object
        .as_object()
        .unwrap_or_default()
        .iter()
        .filter(is_property)
        .map(|m| (m.name.clone(), m.value.clone()))
        .collect()
}
