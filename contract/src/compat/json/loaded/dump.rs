//! The loaded schema in words, for tests.

use std::fmt::Write as _;

use super::java::{JavaNumber, JavaValue};
use super::model::{Extra, Kind, Loaded, NodeId};

impl Loaded {
    /// A line for each node below the root, deeper ones further in. What everit made itself of keywords beside each other stands in
    /// the order of its text, since Java's own order is anybody's guess.
    pub(super) fn dump(&self) -> String {
        let mut lines = Vec::new();
        self.show(self.root, &mut Vec::new(), &mut lines);
        lines.join("\n")
    }

    fn show(&self, id: NodeId, above: &mut Vec<NodeId>, lines: &mut Vec<String>) {
        let Some(node) = self.node(id) else { return lines.push("nothing".to_owned()) };
        let mut line = String::new();
        let mut say = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(line, " {name}={value}");
            }
        };
        let mut below: Vec<(String, NodeId)> = Vec::new();
        let number = |number: &Option<JavaNumber>| number.as_ref().map(JavaNumber::text);
        let length = |length: Option<i32>| length.map(|length| length.to_string());
        let flag = |flag: bool| flag.then(|| "yes".to_owned());
        let (class, mut sorted) = (class(&node.kind), false);
        match &node.kind {
            Kind::Number(n) => {
                say("requires", flag(n.requires_number));
                say("integer", flag(n.requires_integer));
                say("minimum", number(&n.minimum));
                say("maximum", number(&n.maximum));
                say("exclusiveMinimum", flag(n.exclusive_minimum).or_else(|| number(&n.exclusive_minimum_limit)));
                say("exclusiveMaximum", flag(n.exclusive_maximum).or_else(|| number(&n.exclusive_maximum_limit)));
                say("multipleOf", number(&n.multiple_of));
            }
            Kind::String(s) => {
                say("requires", flag(s.requires_string));
                say("minLength", length(s.min_length));
                say("maxLength", length(s.max_length));
                say("pattern", s.pattern.clone());
                say("format", s.format.map(str::to_owned));
            }
            Kind::Enum(values) => say("values", Some(list(values))),
            Kind::Const(constant) => say("value", Some(value(constant))),
            Kind::Object(o) => {
                say("requires", flag(o.requires_object));
                say("required", (!o.required.is_empty()).then(|| o.required.join(",")));
                say("closed", flag(o.closed));
                say("minProperties", length(o.min_properties));
                say("maxProperties", length(o.max_properties));
                for (name, needed) in o.property_dependencies.iter() {
                    say(&format!("needs:{name}"), Some(needed.iter().collect::<Vec<_>>().join(",")));
                }
                below.extend(o.properties.iter().map(|(name, id)| (format!(".{name}"), *id)));
                let mut patterns: Vec<_> =
                    o.pattern_properties.iter().map(|(name, id)| (format!("~{name}"), *id)).collect();
                patterns.sort();
                below.extend(patterns);
                below.extend(o.schema_dependencies.iter().map(|(name, id)| (format!("needs:{name}"), *id)));
                below.extend(o.additional.map(|id| ("additional".to_owned(), id)));
                below.extend(o.property_names.map(|id| ("names".to_owned(), id)));
            }
            Kind::Array(a) => {
                say("requires", flag(a.requires_array));
                say("minItems", length(a.min_items));
                say("maxItems", length(a.max_items));
                say("unique", flag(a.unique));
                say("closed", flag(a.closed));
                below.extend(a.all_items.map(|id| ("items".to_owned(), id)));
                let items = a.items.iter().flatten().enumerate();
                below.extend(items.map(|(index, id)| (format!("[{index}]"), *id)));
                below.extend(a.additional.map(|id| ("additional".to_owned(), id)));
                below.extend(a.contained.map(|id| ("contains".to_owned(), id)));
            }
            Kind::Combined(c) => {
                say("criterion", Some(c.criterion.keyword().to_owned()));
                say("synthetic", flag(c.synthetic));
                say("extended", flag(c.extended));
                sorted = c.synthetic;
                below.extend(c.subschemas.iter().map(|id| ("-".to_owned(), *id)));
            }
            Kind::Not(id) => below.push(("not".to_owned(), *id)),
            Kind::Conditional(c) => {
                let parts = [("if", c.if_schema), ("then", c.then_schema), ("else", c.else_schema)];
                below.extend(parts.into_iter().filter_map(|(name, id)| Some((name.to_owned(), id?))));
            }
            Kind::Reference(r) => {
                say("ref", Some(r.value.clone()));
                below.extend(r.target.map(|id| ("->".to_owned(), id)));
            }
            Kind::Empty | Kind::True | Kind::False | Kind::Boolean | Kind::Null => {}
        }
        say("id", node.id.clone());
        say("title", node.title.clone());
        say("description", node.description.clone());
        say("default", node.default.as_ref().map(value));
        let mut hidden: Vec<String> = Vec::new();
        for (name, extra) in node.unprocessed.iter().filter(|(name, _)| !matches!(*name, "$defs" | "definitions")) {
            match extra {
                Extra::Value(extra) => hidden.push(format!("{name}:{}", value(extra))),
                Extra::Schema(id) => below.push((name.to_owned(), *id)),
                Extra::Schemas(_) => {}
            }
        }
        hidden.sort();
        say("more", (!hidden.is_empty()).then(|| hidden.join(",")));
        lines.push(format!("{class}{line}"));
        if above.contains(&id) || above.len() > 40 {
            return lines.push("  ...".to_owned());
        }
        above.push(id);
        let mut parts: Vec<Vec<String>> = Vec::new();
        for (name, id) in below {
            let mut part = Vec::new();
            self.show(id, above, &mut part);
            let indented = part
                .iter()
                .enumerate()
                .map(|(at, line)| if at == 0 { format!("  {name} {line}") } else { format!("  {line}") });
            parts.push(indented.collect());
        }
        above.pop();
        if sorted {
            parts.sort();
        }
        lines.extend(parts.into_iter().flatten());
    }
}

fn class(kind: &Kind) -> &'static str {
    match kind {
        Kind::Empty => "empty",
        Kind::True => "true",
        Kind::False => "false",
        Kind::Boolean => "boolean",
        Kind::Null => "null",
        Kind::Number(_) => "number",
        Kind::String(_) => "string",
        Kind::Enum(_) => "enum",
        Kind::Const(_) => "const",
        Kind::Object(_) => "object",
        Kind::Array(_) => "array",
        Kind::Combined(_) => "combined",
        Kind::Not(_) => "not",
        Kind::Conditional(_) => "conditional",
        Kind::Reference(_) => "reference",
    }
}

fn list(values: &[JavaValue]) -> String {
    format!("[{}]", values.iter().map(value).collect::<Vec<_>>().join(","))
}

fn value(value: &JavaValue) -> String {
    match value {
        JavaValue::Null => "null".to_owned(),
        JavaValue::Boolean(value) => value.to_string(),
        JavaValue::Number(number) => number.text(),
        JavaValue::String(text) => format!("'{text}'"),
        JavaValue::List(values) => list(values),
        JavaValue::Map(map) => {
            let members: Vec<String> =
                map.iter().map(|(name, member)| format!("{name}={}", self::value(member))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}
