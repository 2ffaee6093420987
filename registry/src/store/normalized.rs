//! Normalised texts: equal for schemas that differ only in white space, in the order of their members, or in how names are written.

use std::collections::{BTreeMap, HashSet};

use topika_contract::avro::{Definition, Field, FullName, Kind, LeftOut, Logical, Named, Order, Schema, Type};
use topika_contract::text::json::{Comments, Json, compact, read, sorted};

/// What is still to print. A list instead of recursion: a chain of definitions may be as long as a file is large.
enum Step<'s> {
    Type(&'s Type),
    Text(String),
}

/// An Avro schema with full names and members in a fixed order. It keeps docs, aliases, defaults, logical types and all other
/// properties; what other files define stays a name.
pub(super) fn avro(schema: &Schema) -> String {
    print(schema, schema.external().iter().collect())
}

/// As [`avro`], with what other files define written out where it is first used.
pub(super) fn avro_inlined(schema: &Schema) -> String {
    print(schema, HashSet::new())
}

/// What is wrong with a default that Java refuses where it checks defaults at all: the first one.
pub(super) fn fault_of_defaults(schema: &Schema) -> Option<String> {
    let mut all = schema.definitions();
    all.find_map(|named| {
        let Definition::Record(fields) = &named.definition else { return None };
        fields.iter().find_map(|field| {
            let Some(LeftOut::ByJava(default)) = &field.left_out else { return None };
            let ty = of_type(schema, &field.ty);
            Some(format!("Invalid default for field {}: {} not a {ty}", field.name, compact(default)))
        })
    })
}

/// A type by itself, what it names as names.
fn of_type(schema: &Schema, ty: &Type) -> String {
    run(schema, ty, schema.definitions().map(|named| &named.name).chain(schema.external()).collect())
}

fn print<'s>(schema: &'s Schema, printed: HashSet<&'s FullName>) -> String {
    run(schema, schema.root(), printed)
}

fn run<'s>(schema: &'s Schema, ty: &'s Type, mut printed: HashSet<&'s FullName>) -> String {
    let mut out = String::new();
    let mut steps = vec![Step::Type(ty)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Text(text) => out.push_str(&text),
            Step::Type(ty) => {
                let mut next = pieces(schema, ty, &mut printed);
                next.reverse();
                steps.extend(next);
            }
        }
    }
    out
}

fn pieces<'s>(schema: &'s Schema, ty: &'s Type, printed: &mut HashSet<&'s FullName>) -> Vec<Step<'s>> {
    let text = |text: &str| Step::Text(text.to_owned());
    match &ty.kind {
        Kind::Array(inner) => vec![text(r#"{"type":"array","items":"#), Step::Type(inner), Step::Text(tail(ty))],
        Kind::Map(inner) => vec![text(r#"{"type":"map","values":"#), Step::Type(inner), Step::Text(tail(ty))],
        Kind::Union(branches) => {
            let mut steps = vec![text("[")];
            for (index, branch) in branches.iter().enumerate() {
                steps.push(text(if index > 0 { "," } else { "" }));
                steps.push(Step::Type(branch));
            }
            steps.push(text("]"));
            steps
        }
        Kind::Named(name) => match schema.named(name).filter(|_| printed.insert(name)) {
            Some(named) => definition(named),
            None => vec![Step::Text(quoted(name.as_str()))],
        },
        primitive => {
            let name = quoted(primitive.name());
            let tail = tail(ty);
            vec![Step::Text(if tail == "}" { name } else { format!("{{\"type\":{name}{tail}") })]
        }
    }
}

fn definition(named: &Named) -> Vec<Step<'_>> {
    let mut steps = vec![Step::Text(format!("{{\"name\":{}", quoted(named.name.as_str())))];
    let mut more = String::new();
    match &named.definition {
        Definition::Fixed(size) => more.push_str(&format!(",\"type\":\"fixed\",\"size\":{size}")),
        Definition::Enum { symbols, default } => {
            let symbols: Vec<String> = symbols.iter().map(|symbol| quoted(&symbol.name)).collect();
            more.push_str(&format!(",\"type\":\"enum\",\"symbols\":[{}]", symbols.join(",")));
            if let Some(default) = default {
                more.push_str(&format!(",\"default\":{}", quoted(default)));
            }
        }
        Definition::Record(fields) => {
            steps.push(Step::Text(",\"type\":\"record\",\"fields\":[".to_owned()));
            for (index, field) in fields.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                steps.push(Step::Text(format!("{comma}{{\"name\":{},\"type\":", quoted(&field.name))));
                steps.push(Step::Type(&field.ty));
                steps.push(Step::Text(field_tail(field)));
            }
            more.push(']');
        }
    }
    let aliases: Vec<&str> = named.aliases.iter().map(FullName::as_str).collect();
    more.push_str(&doc_and_aliases(named.doc.as_deref(), &aliases));
    more.push_str(&properties(&named.properties, named.logical.as_ref()));
    more.push('}');
    steps.push(Step::Text(more));
    steps
}

fn field_tail(field: &Field) -> String {
    let aliases: Vec<&str> = field.aliases.iter().map(String::as_str).collect();
    let mut out = String::new();
    let left_out = field.left_out.as_ref().map(|(LeftOut::ByUs(default) | LeftOut::ByJava(default))| default);
    if let Some(default) = field.default.as_ref().or(left_out) {
        out.push_str(&format!(",\"default\":{}", compact(default)));
    }
    out.push_str(&doc_and_aliases(field.doc.as_deref(), &aliases));
    match field.order {
        Order::Ascending => {}
        Order::Descending => out.push_str(",\"order\":\"descending\""),
        Order::Ignore => out.push_str(",\"order\":\"ignore\""),
    }
    out.push_str(&properties(&field.properties, None));
    out.push('}');
    out
}

fn doc_and_aliases(doc: Option<&str>, aliases: &[&str]) -> String {
    let mut out = doc.map_or_else(String::new, |doc| format!(",\"doc\":{}", quoted(doc)));
    if !aliases.is_empty() {
        let aliases: Vec<String> = aliases.iter().map(|alias| quoted(alias)).collect();
        out.push_str(&format!(",\"aliases\":[{}]", aliases.join(",")));
    }
    out
}

fn tail(ty: &Type) -> String {
    properties(&ty.properties, ty.logical.as_ref()) + "}"
}

/// All further members, the logical type among them, sorted by name.
fn properties(own: &[(String, Json)], logical: Option<&Logical>) -> String {
    let mut all: BTreeMap<&str, String> =
        own.iter().map(|(name, value)| (name.as_str(), compact(&sorted(value)))).collect();
    if let Some(logical) = logical {
        all.insert("logicalType", quoted(logical.name()));
        if let Logical::Decimal { precision, scale } = logical {
            all.insert("precision", precision.to_string());
            all.insert("scale", scale.to_string());
        }
    }
    all.into_iter().map(|(name, value)| format!(",{}:{value}", quoted(name))).collect()
}

/// A JSON text without white space, the members of every object sorted by name.
pub(super) fn json(text: &str) -> String {
    read(text, Comments::Refused).0.map_or_else(|| text.to_owned(), |json| compact(&sorted(&json)))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use topika_contract::text::Source;

    use super::*;

    fn normal(text: &str) -> String {
        avro(&Schema::from_texts(&Source::new("a", text), &[]).unwrap())
    }

    #[test]
    fn names_are_full_and_members_stand_in_one_order() {
        let one = r#"{"type":"record","name":"R","namespace":"a","doc":"d","x":{"b":1,"a":2},"aliases":["Q"],"fields":[
            {"type":{"type":"bytes","scale":2,"precision":10,"logicalType":"decimal"},"name":"f","default":"\u0000","order":"ignore"},
            {"name":"g","type":["null",{"type":"enum","name":"E","symbols":["A"],"default":"A"}],"default":null,"doc":"x"},
            {"name":"h","type":{"type":"map","values":"E"}},{"name":"i","type":{"type":"array","items":"long","k":1}},
            {"name":"j","type":{"type":"fixed","name":"F","size":2},"order":"descending","aliases":["k"]}]}"#;
        let normalized = concat!(
            r#"{"name":"a.R","type":"record","fields":["#,
            r#"{"name":"f","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2},"default":"\u0000","order":"ignore"},"#,
            r#"{"name":"g","type":["null",{"name":"a.E","type":"enum","symbols":["A"],"default":"A"}],"default":null,"doc":"x"},"#,
            r#"{"name":"h","type":{"type":"map","values":"a.E"}},{"name":"i","type":{"type":"array","items":"long","k":1}},"#,
            r#"{"name":"j","type":{"name":"a.F","type":"fixed","size":2},"aliases":["k"],"order":"descending"}],"#,
            r#""doc":"d","aliases":["a.Q"],"x":{"a":2,"b":1}}"#
        );
        assert_eq!(normal(one), normalized);
        assert_eq!(normal(normalized), normalized);
    }

    #[test]
    fn what_another_file_defines_stays_a_name() {
        let main = Source::new("a", r#"{"type":"array","items":"types.Id"}"#);
        let id = Source::new("id", r#"{"type":"fixed","name":"types.Id","size":16}"#);
        let schema = Schema::from_texts(&main, &[id]).unwrap();
        assert_eq!(avro(&schema), r#"{"type":"array","items":"types.Id"}"#);
        let inlined = r#"{"type":"array","items":{"name":"types.Id","type":"fixed","size":16}}"#;
        assert_eq!(avro_inlined(&schema), inlined);
    }

    #[test]
    fn json_members_are_sorted_and_numbers_keep_their_text() {
        assert_eq!(json(r#"{ "b": [ {"d": 1.0, "c": 1e3} ], "a": null }"#), r#"{"a":null,"b":[{"c":1e3,"d":1.0}]}"#);
        assert_eq!(json("{"), "{");
    }

    #[test]
    fn every_logical_type_keeps_its_name() {
        for (base, name) in [
            ("string", "uuid"),
            ("int", "date"),
            ("int", "time-millis"),
            ("long", "time-micros"),
            ("long", "timestamp-millis"),
            ("long", "timestamp-micros"),
            ("long", "timestamp-nanos"),
            ("long", "local-timestamp-millis"),
            ("long", "local-timestamp-micros"),
            ("long", "local-timestamp-nanos"),
        ] {
            let text = format!(r#"{{"type":"{base}","logicalType":"{name}"}}"#);
            assert_eq!(normal(&text), text);
        }
        let duration = r#"{"name":"D","type":"fixed","size":12,"logicalType":"duration"}"#;
        assert_eq!(normal(duration), duration);
    }
}
