//! Avro schemas as Java prints them: what a registry keeps of one, and computes ids and GUIDs from.

use topika_contract::text::json::{Json, Value, compact as print};

const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
/// Members that mean something to Avro: where they do not belong, Java drops them; all others are properties, which stay.
const RESERVED: [&str; 10] =
    ["doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases"];
const RESERVED_OF_FIELDS: [&str; 6] = ["default", "doc", "name", "order", "type", "aliases"];

/// The schema without white space and comments, members in Java's order, names no longer than they have to be. It keeps docs, aliases,
/// defaults and properties. As deep as the reader of JSON text lets values be.
pub(super) fn avro(schema: &Json) -> String {
    let mut out = String::new();
    put(schema, "", &mut out);
    out
}

fn put(schema: &Json, space: &str, out: &mut String) {
    match &schema.value {
        Value::String(name) => out.push_str(&quoted(relative(name, space))),
        Value::Array(branches) => list(branches, out, |branch, out| put(branch, space, out)),
        Value::Object(_) => match schema.get("type") {
            Some(ty) => match text(Some(ty)) {
                Some("record" | "error" | "enum" | "fixed") => named(schema, space, out),
                Some("array") => holder(schema, "array", "items", space, out),
                Some("map") => holder(schema, "map", "values", space, out),
                Some(primitive) if PRIMITIVES.contains(&primitive) => {
                    let properties = properties(schema, &RESERVED);
                    if properties.is_empty() {
                        out.push_str(&quoted(primitive));
                    } else {
                        out.push_str(&format!("{{\"type\":{}{properties}}}", quoted(primitive)));
                    }
                }
                Some(name) => out.push_str(&quoted(relative(name, space))),
                None => put(ty, space, out),
            },
            None => out.push_str(&compact(schema)),
        },
        _ => out.push_str(&compact(schema)),
    }
}

fn holder(schema: &Json, ty: &str, of: &str, space: &str, out: &mut String) {
    out.push_str(&format!("{{\"type\":\"{ty}\",\"{of}\":"));
    if let Some(inner) = schema.get(of) {
        put(inner, space, out);
    }
    out.push_str(&properties(schema, &RESERVED));
    out.push('}');
}

fn named(schema: &Json, space: &str, out: &mut String) {
    let ty = text(schema.get("type")).unwrap_or_default();
    let full = text(schema.get("name")).unwrap_or_default();
    let (own, name) = match full.rsplit_once('.') {
        Some((own, name)) => (own, name),
        None => (text(schema.get("namespace")).unwrap_or(space), full),
    };
    out.push_str(&format!("{{\"type\":{},\"name\":{}", quoted(ty), quoted(name)));
    if own != space {
        out.push_str(&format!(",\"namespace\":{}", quoted(own)));
    }
    if let Some(doc) = text(schema.get("doc")) {
        out.push_str(&format!(",\"doc\":{}", quoted(doc)));
    }
    let mut reserved = RESERVED.to_vec();
    match ty {
        "enum" => {
            out.push_str(",\"symbols\":");
            out.push_str(&schema.get("symbols").map(compact).unwrap_or_default());
            if let Some(default) = schema.get("default") {
                out.push_str(&format!(",\"default\":{}", compact(default)));
            }
            reserved.push("default");
        }
        "fixed" => out.push_str(&format!(",\"size\":{}", schema.get("size").map(compact).unwrap_or_default())),
        _ => {
            out.push_str(",\"fields\":");
            list(items(schema.get("fields")), out, |one, out| field(one, own, out));
        }
    }
    out.push_str(&properties(schema, &reserved));
    let aliases = items(schema.get("aliases"));
    if !aliases.is_empty() {
        out.push_str(",\"aliases\":");
        list(aliases, out, |alias, out| out.push_str(&quoted(relative(text(Some(alias)).unwrap_or_default(), own))));
    }
    out.push('}');
}

fn field(field: &Json, space: &str, out: &mut String) {
    out.push_str(&format!("{{\"name\":{},\"type\":", quoted(text(field.get("name")).unwrap_or_default())));
    if let Some(ty) = field.get("type") {
        put(ty, space, out);
    }
    if let Some(doc) = text(field.get("doc")) {
        out.push_str(&format!(",\"doc\":{}", quoted(doc)));
    }
    if let Some(default) = field.get("default") {
        out.push_str(&format!(",\"default\":{}", compact(default)));
    }
    if let Some(order) = text(field.get("order")).map(str::to_lowercase).filter(|order| order != "ascending") {
        out.push_str(&format!(",\"order\":{}", quoted(&order)));
    }
    let aliases = items(field.get("aliases"));
    if !aliases.is_empty() {
        out.push_str(",\"aliases\":");
        list(aliases, out, |alias, out| out.push_str(&compact(alias)));
    }
    out.push_str(&properties(field, &RESERVED_OF_FIELDS));
    out.push('}');
}

fn list(items: &[Json], out: &mut String, mut put: impl FnMut(&Json, &mut String)) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        put(item, out);
    }
    out.push(']');
}

/// A name as it is written within a namespace.
fn relative<'a>(name: &'a str, space: &str) -> &'a str {
    match name.rsplit_once('.') {
        Some((own, short)) if own == space => short,
        _ => name,
    }
}

fn properties(of: &Json, reserved: &[&str]) -> String {
    let Value::Object(members) = &of.value else { return String::new() };
    let own = members.iter().filter(|member| !reserved.contains(&member.name.as_str()));
    own.map(|member| format!(",{}:{}", quoted(&member.name), compact(&member.value))).collect()
}

/// A value without white space, its numbers as Java prints them.
fn compact(json: &Json) -> String {
    print(&with_javas_numbers(json))
}

fn with_javas_numbers(json: &Json) -> Json {
    let value = match &json.value {
        Value::Number(text) => Value::Number(number(text)),
        Value::Array(items) => Value::Array(items.iter().map(with_javas_numbers).collect()),
        Value::Object(members) => {
            let mut members = members.clone();
            members.iter_mut().for_each(|member| member.value = with_javas_numbers(&member.value));
            Value::Object(members)
        }
        other => other.clone(),
    };
    Json { value, span: json.span }
}

/// Whole numbers keep their digits. Others are doubles to Java: `10.00` is `10.0`, from 10^7 on and below 10^-3 with an exponent.
fn number(text: &str) -> String {
    if !text.contains(['.', 'e', 'E']) {
        return if text == "-0" { "0".to_owned() } else { text.to_owned() };
    }
    let Some(value) = text.parse::<f64>().ok().filter(|value| value.is_finite()) else { return text.to_owned() };
    let sign = if value.is_sign_negative() { "-" } else { "" };
    // The fewest digits that read back as the same double, as `d.ddde-7`.
    let shortest = format!("{:e}", value.abs());
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits = mantissa.replace('.', "");
    let padded = |width: usize| format!("{digits:0<width$}");
    let or_zero = |rest: &str| if rest.is_empty() { "0".to_owned() } else { rest.to_owned() };
    let (whole, rest) = match exponent.parse::<i32>().unwrap_or_default() {
        exponent @ 0..=6 => {
            let at = usize::try_from(exponent).unwrap_or_default() + 1;
            let all = padded(at);
            let (whole, rest) = all.split_at_checked(at).unwrap_or((&all, ""));
            (whole.to_owned(), or_zero(rest))
        }
        exponent @ -3..=-1 => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or_default();
            ("0".to_owned(), format!("{}{digits}", "0".repeat(zeros)))
        }
        exponent => {
            let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
            (first.to_owned(), format!("{}E{exponent}", or_zero(rest)))
        }
    };
    format!("{sign}{whole}.{rest}")
}

fn text(json: Option<&Json>) -> Option<&str> {
    match &json?.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn items(json: Option<&Json>) -> &[Json] {
    match json.map(|json| &json.value) {
        Some(Value::Array(items)) => items,
        _ => &[],
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use topika_contract::text::json::{Comments, read};

    use super::*;

    fn printed(text: &str) -> String {
        avro(&read(text, Comments::Allowed).0.unwrap())
    }

    #[test]
    fn members_stand_in_javas_order_and_names_are_as_short_as_can_be() {
        let one = r#"{"fields": [
            {"type": {"logicalType": "decimal", "type": "bytes", "scale": 2, "precision": 10}, "name": "a", "doc": "d", "order": "ASCENDING", "x": {"b": 1, "a": 2}},
            {"default": null, "name": "e", "type": ["null", {"symbols": ["A"], "name": "s.E", "type": "enum", "default": "A", "p": 1}], "order": "ignore", "aliases": ["old"]},
            {"name": "f", "type": {"size": 2, "type": "fixed", "name": "F", "namespace": "other"}},
            {"name": "g", "type": {"values": {"type": "s.E"}, "type": "map"}},
            {"name": "h", "type": {"items": "other.F", "type": "array", "k": [1]}}
        ], "aliases": ["s.Q", "t.Q"], "z": "last", "doc": "all", "namespace": "s", "name": "R", "type": "record"}"#;
        let expected = concat!(
            r#"{"type":"record","name":"R","namespace":"s","doc":"all","fields":["#,
            r#"{"name":"a","type":{"type":"bytes","logicalType":"decimal","scale":2,"precision":10},"doc":"d","x":{"b":1,"a":2}},"#,
            r#"{"name":"e","type":["null",{"type":"enum","name":"E","symbols":["A"],"default":"A","p":1}],"default":null,"order":"ignore","aliases":["old"]},"#,
            r#"{"name":"f","type":{"type":"fixed","name":"F","namespace":"other","size":2}},"#,
            r#"{"name":"g","type":{"type":"map","values":"E"}},"#,
            r#"{"name":"h","type":{"type":"array","items":"other.F","k":[1]}}"#,
            r#"],"z":"last","aliases":["Q","t.Q"]}"#
        );
        assert_eq!(printed(one), expected);
        assert_eq!(printed(expected), expected);
    }

    #[test]
    fn numbers_are_printed_as_java_prints_doubles() {
        for (text, java) in [
            ("10.00", "10.0"),
            ("1E2", "100.0"),
            ("-1.50", "-1.5"),
            ("0.001", "0.001"),
            ("0.00012", "1.2E-4"),
            ("1234567.5", "1234567.5"),
            ("12345678.5", "1.23456785E7"),
            ("1e10", "1.0E10"),
            ("-0.0", "-0.0"),
            ("3", "3"),
            ("-0", "0"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("1e999", "1e999"),
        ] {
            assert_eq!(number(text), java, "{text}");
        }
        let schema = r#"{"type":"double","p":{"max":[10.00,1]}}"#;
        assert_eq!(printed(schema), r#"{"type":"double","p":{"max":[10.0,1]}}"#);
    }

    #[test]
    fn what_says_nothing_more_than_a_name_is_the_name() {
        assert_eq!(printed(r#"{"type": "string", "doc": "not kept by Java"}"#), r#""string""#);
        assert_eq!(
            printed(r#"{"type": "string", "avro.java.string": "String"}"#),
            r#"{"type":"string","avro.java.string":"String"}"#
        );
        assert_eq!(printed(r#"["null", {"type": "long"}]"#), r#"["null","long"]"#);
        let nested = r#"{"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"fixed","name":"F","namespace":"","size":1}}]}"#;
        assert_eq!(
            printed(nested),
            r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":{"type":"fixed","name":"F","namespace":"","size":1}}]}"#
        );
    }
}
