use std::collections::HashSet;
use std::fmt::Write;

use super::FixedKind;

/// Avro schema text in the making: types that are written in Rust first write themselves into it. A named type is written out
/// where it comes first, and by its full name after that.
#[derive(Debug, Default)]
pub struct SchemaText {
    out: String,
    written: HashSet<&'static str>,
    /// What the field that is being written says of the types it is made of.
    said: &'static [(&'static str, &'static str)],
    /// Where within the field's type the writing is, as a JSON pointer.
    place: String,
}

/// What a schema says about a named type besides what it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypeText<'a> {
    /// The doc; empty: none.
    pub doc: &'a str,
    /// Other full names under which readers accept the type.
    pub aliases: &'a [&'a str],
    /// Properties that Avro does not know, as a JSON object; empty: none.
    pub properties: &'a str,
}

impl<'a> From<&'a str> for TypeText<'a> {
    fn from(doc: &'a str) -> Self {
        Self { doc, ..Self::default() }
    }
}

/// What a record says about one of its fields.
#[derive(Clone, Copy, Debug)]
pub struct FieldText {
    /// The name in the schema.
    pub name: &'static str,
    /// The doc; empty: none.
    pub doc: &'static str,
    /// The default as JSON text, as the schema spells it.
    pub default: Option<&'static str>,
    /// Other names under which readers accept the field.
    pub aliases: &'static [&'static str],
    /// Whether it tells about a person: it gets Confluent's inline tag `PII`, by which others find what to mask.
    pub personal: bool,
    /// How the field sorts, where it does not by its value: `descending` or `ignore`; empty: it does.
    pub order: &'static str,
    /// Properties that Avro does not know, as a JSON object; empty: none.
    pub properties: &'static str,
    /// Properties of the types that the field is made of: each a JSON pointer into the field's type (`/items`; empty: the type itself) and a
    /// JSON object.
    pub type_properties: &'static [(&'static str, &'static str)],
    /// Writes the field's type.
    pub describe: fn(&mut SchemaText),
}

impl SchemaText {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written: compact JSON.
    #[must_use]
    pub fn into_string(self) -> String {
        self.out
    }

    /// A primitive type, or a type of another file by its full name.
    pub fn primitive(&mut self, name: &str) {
        match self.said_here() {
            "" => self.string(name),
            said => {
                self.out.push_str("{\"type\":");
                self.string(name);
                self.properties(said);
                self.out.push('}');
            }
        }
    }

    /// A primitive type with a logical type; `more` are further members, with the comma before each.
    pub fn logical(&mut self, base: &str, logical: &str, more: &str) {
        let _ = write!(self.out, "{{\"type\":\"{base}\",\"logicalType\":\"{logical}\"{more}");
        self.close();
    }

    /// An array.
    pub fn array(&mut self, items: fn(&mut Self)) {
        self.out.push_str("{\"type\":\"array\",\"items\":");
        self.within("/items", items);
        self.close();
    }

    /// A map.
    pub fn map(&mut self, values: fn(&mut Self)) {
        self.out.push_str("{\"type\":\"map\",\"values\":");
        self.within("/values", values);
        self.close();
    }

    /// A union.
    pub fn union(&mut self, branches: &[fn(&mut Self)]) {
        self.out.push('[');
        for (at, branch) in branches.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.within(&format!("/{at}"), *branch);
        }
        self.out.push(']');
    }

    /// Writes what stands at a place within the type.
    fn within(&mut self, step: &str, describe: fn(&mut Self)) {
        let outer = self.place.len();
        self.place.push_str(step);
        describe(self);
        self.place.truncate(outer);
    }

    /// What the field says of the type at this place.
    fn said_here(&self) -> &'static str {
        self.said.iter().find(|(place, _)| *place == self.place).map_or("", |(_, said)| said)
    }

    /// Ends the object of a type.
    fn close(&mut self) {
        self.properties(self.said_here());
        self.out.push('}');
    }

    /// A record.
    pub fn record<'a>(&mut self, name: &'static str, said: impl Into<TypeText<'a>>, fields: &[FieldText]) {
        let said = said.into();
        if !self.open(name, "record", &said) {
            return;
        }
        self.out.push_str(",\"fields\":[");
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.field(field);
        }
        self.out.push(']');
        self.properties(said.properties);
        self.out.push('}');
    }

    fn field(&mut self, field: &FieldText) {
        self.out.push_str("{\"name\":");
        self.string(field.name);
        self.doc(field.doc);
        if !field.aliases.is_empty() {
            self.out.push_str(",\"aliases\":");
            self.strings(field.aliases);
        }
        self.out.push_str(",\"type\":");
        // A record within a field has fields of its own, which say what they are made of.
        let outer = (self.said, std::mem::take(&mut self.place));
        self.said = field.type_properties;
        (field.describe)(self);
        (self.said, self.place) = outer;
        if let Some(default) = field.default {
            let _ = write!(self.out, ",\"default\":{default}");
        }
        if !field.order.is_empty() {
            self.out.push_str(",\"order\":");
            self.string(field.order);
        }
        if field.personal && !field.properties.contains("\"confluent:tags\"") {
            self.out.push_str(",\"confluent:tags\":[\"PII\"]");
        }
        self.properties(field.properties);
        self.out.push('}');
    }

    /// An enum.
    pub fn enumeration<'a>(
        &mut self,
        name: &'static str,
        said: impl Into<TypeText<'a>>,
        symbols: &[&str],
        default: Option<&str>,
    ) {
        let said = said.into();
        if !self.open(name, "enum", &said) {
            return;
        }
        self.out.push_str(",\"symbols\":");
        self.strings(symbols);
        if let Some(default) = default {
            self.out.push_str(",\"default\":");
            self.string(default);
        }
        self.properties(said.properties);
        self.out.push('}');
    }

    /// A fixed of `size` bytes.
    pub fn fixed<'a>(
        &mut self,
        name: &'static str,
        said: impl Into<TypeText<'a>>,
        size: usize,
        kind: Option<FixedKind>,
    ) {
        let said = said.into();
        if self.open(name, "fixed", &said) {
            let members = kind.map(FixedKind::members).unwrap_or_default();
            let _ = write!(self.out, ",\"size\":{size}{members}");
            self.properties(said.properties);
            self.out.push('}');
        }
    }

    /// The head of a named type; `false` where it was written before, and now its name.
    fn open(&mut self, full: &'static str, kind: &str, said: &TypeText<'_>) -> bool {
        if !self.written.insert(full) {
            self.primitive(full);
            return false;
        }
        let (namespace, name) = full.rsplit_once('.').unwrap_or(("", full));
        let _ = write!(self.out, "{{\"type\":\"{kind}\",\"name\":");
        self.string(name);
        if !namespace.is_empty() {
            self.out.push_str(",\"namespace\":");
            self.string(namespace);
        }
        self.doc(said.doc);
        if !said.aliases.is_empty() {
            self.out.push_str(",\"aliases\":");
            self.strings(said.aliases);
        }
        true
    }

    /// The members of an object, behind others.
    fn properties(&mut self, object: &str) {
        let members =
            object.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default().trim();
        if !members.is_empty() {
            self.out.push(',');
            self.out.push_str(members);
        }
    }

    fn doc(&mut self, doc: &str) {
        if !doc.is_empty() {
            self.out.push_str(",\"doc\":");
            self.string(doc);
        }
    }

    fn strings(&mut self, all: &[&str]) {
        self.out.push('[');
        for (at, one) in all.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.string(one);
        }
        self.out.push(']');
    }

    fn string(&mut self, text: &str) {
        self.out.push_str(&serde_json::Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::AvroValue;

    #[test]
    fn a_named_type_is_written_once_and_named_after_that() {
        fn colour(text: &mut SchemaText) {
            text.enumeration("a.Colour", "", &["RED"], Some("RED"));
        }
        let mut text = SchemaText::new();
        let field = |name| FieldText {
            name,
            doc: "",
            default: None,
            aliases: &[],
            personal: name == "y",
            order: "",
            properties: "",
            type_properties: &[],
            describe: colour,
        };
        text.record("a.R", "says \"x\"", &[field("x"), FieldText { aliases: &["z"], ..field("y") }]);
        assert_eq!(
            text.into_string(),
            concat!(
                r#"{"type":"record","name":"R","namespace":"a","doc":"says \"x\"","fields":[{"name":"x","type":{"type":"enum","#,
                r#""name":"Colour","namespace":"a","symbols":["RED"],"default":"RED"}},{"name":"y","aliases":["z"],"type":"a.Colour","confluent:tags":["PII"]}]}"#
            )
        );
    }

    #[test]
    fn what_else_a_schema_says_stands_behind() {
        let said = TypeText { doc: "d", aliases: &["b.Old"], properties: r#"{"owner": "x"}"# };
        let mut text = SchemaText::new();
        text.fixed("a.F", said, 2, None);
        let fixed =
            r#"{"type":"fixed","name":"F","namespace":"a","doc":"d","aliases":["b.Old"],"size":2,"owner": "x"}"#;
        assert_eq!(text.into_string(), fixed);
        let mut text = SchemaText::new();
        text.enumeration("E", TypeText { properties: "{ }", ..said }, &["A"], None);
        let written = text.into_string();
        assert_eq!(written, r#"{"type":"enum","name":"E","doc":"d","aliases":["b.Old"],"symbols":["A"]}"#);
    }

    #[test]
    fn a_field_says_what_its_types_say_where_they_stand() {
        fn inner(text: &mut SchemaText) {
            text.record("In", "", &[field("a", &[("", r#"{"x":1}"#)], i32::describe)]);
        }
        fn field(
            name: &'static str,
            said: &'static [(&'static str, &'static str)],
            of: fn(&mut SchemaText),
        ) -> FieldText {
            let (doc, default, aliases) = ("", None, &[] as &[&str]);
            FieldText {
                name,
                doc,
                default,
                aliases,
                personal: false,
                order: "",
                properties: "",
                type_properties: said,
                describe: of,
            }
        }
        let mut text = SchemaText::new();
        let said = &[("", r#"{"of":"list"}"#), ("/items", r#"{"no":1}"#), ("/items/1", r#"{"java":"String"}"#)];
        text.record(
            "R",
            "",
            &[
                field("list", said, <Vec<Option<String>>>::describe),
                field("in", &[("", r#"{"definition":"own"}"#)], inner),
                field("again", &[("", r#"{"here":true}"#)], inner),
            ],
        );
        assert_eq!(
            text.into_string(),
            concat!(
                r#"{"type":"record","name":"R","fields":["#,
                r#"{"name":"list","type":{"type":"array","items":["null",{"type":"string","java":"String"}],"of":"list"}},"#,
                r#"{"name":"in","type":{"type":"record","name":"In","fields":[{"name":"a","type":{"type":"int","x":1}}]}},"#,
                r#"{"name":"again","type":{"type":"In","here":true}}]}"#
            )
        );
    }

    #[test]
    fn containers_are_written_around_their_items() {
        let mut text = SchemaText::new();
        <std::collections::BTreeMap<String, Vec<Option<i64>>>>::describe(&mut text);
        assert_eq!(text.into_string(), r#"{"type":"map","values":{"type":"array","items":["null","long"]}}"#);
        let mut text = SchemaText::new();
        text.fixed("Md5", "", 16, None);
        assert_eq!(text.into_string(), r#"{"type":"fixed","name":"Md5","size":16}"#);
    }
}
