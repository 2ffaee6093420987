use std::collections::HashSet;

use serde_json::{Map, Value, json};
use topika_contract::report::Report;
use topika_contract::syntax::{Comments, parse_json};
use topika_contract::text::Source;
use topika_contract::text::json::{Json, Value as Held, compact};

const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
const WORDS: [&str; 7] = ["record", "error", "enum", "fixed", "array", "map", "union"];

/// What says how values are written. Docs, aliases and the properties of others do not.
const KEPT: [&str; 5] = ["symbols", "size", "logicalType", "precision", "scale"];

/// Writes schemas as apache-avro reads them, for the same values on the wire. It knows no comments, no `error`, no letters beyond ASCII, no
/// definition that is called like a primitive or like the word of a type, no definition twice, and no default of a later branch of a union.
#[derive(Default)]
pub(super) struct Plain {
    /// The full names that were written already.
    defined: HashSet<String>,
}

impl Plain {
    /// # Errors
    /// The text is no JSON.
    pub(super) fn text(&mut self, source: &Source) -> Result<String, String> {
        let json = parse_json(source, Comments::Allowed, &mut Report::default()).ok_or("the file is no JSON")?;
        Ok(self.ty(&json, "").to_string())
    }

    /// Bounded by the nesting of the text.
    fn ty(&mut self, json: &Json, namespace: &str) -> Value {
        if let Some(name) = json.as_str() {
            return Value::String(reference(name));
        }
        if let Some(branches) = json.as_array() {
            return branches.iter().map(|branch| self.ty(branch, namespace)).collect();
        }
        let word = json.get("type").and_then(Json::as_str).unwrap_or_default();
        match word {
            "record" | "error" | "enum" | "fixed" => self.definition(json, word, namespace),
            "array" => json!({ "type": word, "items": json.get("items").map(|items| self.ty(items, namespace)) }),
            "map" => json!({ "type": word, "values": json.get("values").map(|values| self.ty(values, namespace)) }),
            _ => Value::Object(kept(json, [("type", reference(word))])),
        }
    }

    fn definition(&mut self, json: &Json, word: &str, namespace: &str) -> Value {
        let text = |name: &str| json.get(name).and_then(Json::as_str);
        let written = text("name").unwrap_or_default();
        // What stands within is named from here.
        let (inner, short) =
            written.rsplit_once('.').unwrap_or_else(|| (text("namespace").unwrap_or(namespace), written));
        let full = if inner.is_empty() { name(short) } else { name(&format!("{inner}.{short}")) };
        if !self.defined.insert(full.clone()) {
            return Value::String(full);
        }
        // An empty namespace is written, since the one around would hold here.
        let (space, short) = full.rsplit_once('.').map_or(("", full.as_str()), |(space, short)| (space, short));
        let word = if word == "error" { "record" } else { word };
        let of = [("type", word), ("namespace", space), ("name", short)].map(|(key, value)| (key, value.to_owned()));
        let mut definition = kept(json, of);
        if let Some(fields) = json.get("fields").and_then(Json::as_array) {
            let field = |field: &Json| {
                let name = field.get("name").and_then(Json::as_str).map(ascii);
                let mut of = Map::from_iter([("name".to_owned(), json!(name))]);
                of.insert("type".to_owned(), json!(field.get("type").map(|ty| self.ty(ty, inner))));
                // With other names in it a default would be none of the type's values; it only counts for values of older schemas.
                let default = field.get("default").filter(|default| is_of_first(field.get("type"), default));
                let default = default.map(compact).filter(|default| default.is_ascii());
                let default = default.and_then(|default| serde_json::from_str::<Value>(&default).ok());
                of.extend(default.map(|default| ("default".to_owned(), default)));
                Value::Object(of)
            };
            definition.insert("fields".to_owned(), fields.iter().map(field).collect());
        }
        if let Some(symbols) = json.get("symbols").and_then(Json::as_array) {
            let symbols = symbols.iter().filter_map(Json::as_str).map(ascii);
            definition.insert("symbols".to_owned(), symbols.collect());
        }
        Value::Object(definition)
    }
}

/// The full name that stands for a full name.
pub(super) fn name(full: &str) -> String {
    let (space, short) = full.rsplit_once('.').map_or((None, full), |(space, short)| (Some(space), short));
    let mut short = ascii(short);
    if PRIMITIVES.contains(&short.as_str()) || WORDS.contains(&short.as_str()) {
        short.push('_');
    }
    match space {
        Some(space) => format!("{}.{short}", ascii(space)),
        None => short,
    }
}

/// A use of a type: a primitive without a dot is the primitive.
fn reference(written: &str) -> String {
    if PRIMITIVES.contains(&written) { written.to_owned() } else { name(written) }
}

fn ascii(text: &str) -> String {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let kept: String =
        text.chars().map(|c| if is_kept(c) { c.to_string() } else { format!("_u{:x}_", u32::from(c)) }).collect();
    // A part of a namespace may begin with a digit, of which apache-avro knows nothing.
    let begun =
        |part: &str| if part.starts_with(|c: char| c.is_ascii_digit()) { format!("_{part}") } else { part.to_owned() };
    kept.split('.').map(begun).collect::<Vec<_>>().join(".")
}

/// Whether apache-avro takes a default: of a union it knows the first branch alone.
fn is_of_first(ty: Option<&Json>, default: &Json) -> bool {
    let Some(branches) = ty.and_then(Json::as_array) else {
        return !matches!(&default.value, Held::Object(members) if !members.is_empty())
            && !matches!(&default.value, Held::Array(items) if !items.is_empty());
    };
    let first = branches.first().and_then(|first| first.as_str().or_else(|| first.get("type")?.as_str()));
    match (first, &default.value) {
        (Some("null"), Held::Null) | (Some("boolean"), Held::Bool(_)) | (Some("string"), Held::String(_)) => true,
        (Some("float" | "double"), Held::Number(_)) => true,
        (Some("int" | "long"), Held::Number(text)) => text.parse::<i32>().is_ok(),
        (Some("array"), Held::Array(items)) => items.is_empty(),
        (Some("map"), Held::Object(members)) => members.is_empty(),
        _ => false,
    }
}

fn kept<const N: usize>(json: &Json, of: [(&str, String); N]) -> Map<String, Value> {
    let mut map: Map<String, Value> = of.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    for key in KEPT {
        let value = json.get(key).and_then(|value| serde_json::from_str(&compact(value)).ok());
        map.extend(value.map(|value| (key.to_owned(), value)));
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of members says nothing.
    fn same(text: &str, expected: &str) {
        let plain = Plain::default().text(&Source::new("a.avsc", text)).unwrap();
        assert_eq!(plain.parse::<Value>().unwrap(), expected.parse::<Value>().unwrap());
    }

    #[test]
    fn an_error_is_a_record_and_what_says_nothing_about_values_is_left_out() {
        same(
            r#"{ "type": "error", "name": "a.E", "doc": 7, "fields": [ // a comment
                { "name": "at", "type": { "type": "long", "logicalType": "date", "x": 1 }, "default": 3, "order": "ignore" } ] }"#,
            r#"{"fields":[{"name":"at","type":{"logicalType":"date","type":"long"},"default":3}],"name":"E","namespace":"a","type":"record"}"#,
        );
    }

    #[test]
    fn names_that_apache_avro_refuses_become_others_wherever_they_stand() {
        same(
            r#"{ "type": "record", "name": "ä.R", "fields": [
                { "name": "ö", "type": { "type": "fixed", "name": "int", "size": 2 } },
                { "name": "b", "type": ["int", "ä.int", "map", { "type": "enum", "name": "E", "symbols": ["Ü"] }] } ] }"#,
            concat!(
                r#"{"fields":[{"name":"_uf6_","type":{"name":"int_","namespace":"_ue4_","size":2,"type":"fixed"}},"#,
                r#"{"name":"b","type":["int","_ue4_.int_","map_",{"name":"E","namespace":"_ue4_","symbols":["_udc_"],"type":"enum"}]}],"#,
                r#""name":"R","namespace":"_ue4_","type":"record"}"#
            ),
        );
        assert_eq!(name("ä.int"), "_ue4_.int_");
    }

    #[test]
    fn namespaces_of_other_signs_become_others_and_a_default_of_a_later_branch_is_left_out() {
        same(
            r#"{ "type": "record", "name": "R", "namespace": "my-db.1st", "fields": [
                { "name": "a", "type": ["string", "null"], "default": null }, { "name": "b", "type": ["null", "my-db.1st.R"], "default": null } ] }"#,
            concat!(
                r#"{"fields":[{"name":"a","type":["string","null"]},{"name":"b","type":["null","my_u2d_db._1st.R"],"default":null}],"#,
                r#""name":"R","namespace":"my_u2d_db._1st","type":"record"}"#
            ),
        );
    }

    #[test]
    fn a_definition_that_stands_again_is_its_name() {
        let id = r#"{ "type": "fixed", "name": "Id", "size": 1 }"#;
        same(
            &format!(
                r#"{{ "type": "record", "name": "a.R", "fields": [{{ "name": "x", "type": {id} }}, {{ "name": "y", "type": {id} }}] }}"#
            ),
            concat!(
                r#"{"fields":[{"name":"x","type":{"name":"Id","namespace":"a","size":1,"type":"fixed"}},"#,
                r#"{"name":"y","type":"a.Id"}],"name":"R","namespace":"a","type":"record"}"#
            ),
        );
    }
}
