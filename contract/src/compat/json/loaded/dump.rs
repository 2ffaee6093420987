//! The loaded schema in words, for tests.

use std::fmt::Write as _;

use super::java::{JavaNumber, JavaValue};
use super::model::{Array, Extra, Kind, Loaded, Node, NodeId, Number, Object, Text};

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
        let mut shown = Shown { line: class(&node.kind).to_owned(), below: Vec::new() };
        shown.kind(&node.kind);
        shown.common(self, node);
        lines.push(shown.line);
        if above.contains(&id) || above.len() > 40 {
            return lines.push("  ...".to_owned());
        }
        above.push(id);
        let mut parts: Vec<Vec<String>> = Vec::new();
        for (name, id) in shown.below {
            let mut part = Vec::new();
            self.show(id, above, &mut part);
            let indented = part
                .iter()
                .enumerate()
                .map(|(at, line)| if at == 0 { format!("  {name} {line}") } else { format!("  {line}") });
            parts.push(indented.collect());
        }
        above.pop();
        if matches!(&node.kind, Kind::Combined(combined) if combined.synthetic) {
            parts.sort();
        }
        lines.extend(parts.into_iter().flatten());
    }
}

/// A node's own line, and what stands below it.
struct Shown {
    line: String,
    below: Vec<(String, NodeId)>,
}

impl Shown {
    fn say(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            let _ = write!(self.line, " {name}={value}");
        }
    }

    fn flag(&mut self, name: &str, flag: bool) {
        self.say(name, flag.then(|| "yes".to_owned()));
    }

    fn count(&mut self, name: &str, count: Option<i32>) {
        self.say(name, count.map(|count| count.to_string()));
    }

    fn put(&mut self, name: impl Into<String>, id: impl Into<Option<NodeId>>) {
        self.below.extend(id.into().map(|id| (name.into(), id)));
    }

    /// What the class has.
    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Number(number) => self.number(number),
            Kind::String(text) => self.text(text),
            Kind::Enum(values) => self.say("values", Some(list(values))),
            Kind::Const(constant) => self.say("value", Some(value(constant))),
            Kind::Object(object) => self.object(object),
            Kind::Array(array) => self.array(array),
            Kind::Combined(combined) => {
                self.say("criterion", Some(combined.criterion.keyword().to_owned()));
                self.flag("synthetic", combined.synthetic);
                self.flag("extended", combined.extended);
                combined.subschemas.iter().for_each(|id| self.put("-", *id));
            }
            Kind::Not(id) => self.put("not", *id),
            Kind::Conditional(parts) => {
                self.put("if", parts.if_schema);
                self.put("then", parts.then_schema);
                self.put("else", parts.else_schema);
            }
            Kind::Reference(reference) => {
                self.say("ref", Some(reference.value.clone()));
                self.put("->", reference.target);
            }
            Kind::Empty | Kind::True | Kind::False | Kind::Boolean | Kind::Null => {}
        }
    }

    fn number(&mut self, n: &Number) {
        let text = |number: &Option<JavaNumber>| number.as_ref().map(JavaNumber::text);
        let yes = |flag: bool| flag.then(|| "yes".to_owned());
        self.flag("requires", n.requires_number);
        self.flag("integer", n.requires_integer);
        self.say("minimum", text(&n.minimum));
        self.say("maximum", text(&n.maximum));
        self.say("exclusiveMinimum", yes(n.exclusive_minimum).or_else(|| text(&n.exclusive_minimum_limit)));
        self.say("exclusiveMaximum", yes(n.exclusive_maximum).or_else(|| text(&n.exclusive_maximum_limit)));
        self.say("multipleOf", text(&n.multiple_of));
    }

    fn text(&mut self, s: &Text) {
        self.flag("requires", s.requires_string);
        self.count("minLength", s.min_length);
        self.count("maxLength", s.max_length);
        self.say("pattern", s.pattern.clone());
        self.say("format", s.format.map(str::to_owned));
    }

    fn object(&mut self, o: &Object) {
        self.flag("requires", o.requires_object);
        self.say("required", (!o.required.is_empty()).then(|| o.required.join(",")));
        self.flag("closed", o.closed);
        self.count("minProperties", o.min_properties);
        self.count("maxProperties", o.max_properties);
        for (name, needed) in o.property_dependencies.iter() {
            self.say(&format!("needs:{name}"), Some(needed.iter().collect::<Vec<_>>().join(",")));
        }
        o.properties.iter().for_each(|(name, id)| self.put(format!(".{name}"), *id));
        let mut patterns: Vec<_> = o.pattern_properties.iter().collect();
        patterns.sort();
        patterns.into_iter().for_each(|(name, id)| self.put(format!("~{name}"), *id));
        o.schema_dependencies.iter().for_each(|(name, id)| self.put(format!("needs:{name}"), *id));
        self.put("additional", o.additional);
        self.put("names", o.property_names);
    }

    fn array(&mut self, a: &Array) {
        self.flag("requires", a.requires_array);
        self.count("minItems", a.min_items);
        self.count("maxItems", a.max_items);
        self.flag("unique", a.unique);
        self.flag("closed", a.closed);
        self.put("items", a.all_items);
        a.items.iter().flatten().enumerate().for_each(|(index, id)| self.put(format!("[{index}]"), *id));
        self.put("additional", a.additional);
        self.put("contains", a.contained);
    }

    /// What every class has.
    fn common(&mut self, loaded: &Loaded, node: &Node) {
        self.say("id", node.id.clone());
        self.say("title", node.title.clone());
        self.say("description", node.description.clone());
        self.say("default", node.default.as_ref().map(value));
        let mut hidden: Vec<String> = Vec::new();
        for (name, extra) in node.unprocessed.iter().filter(|(name, _)| !matches!(*name, "$defs" | "definitions")) {
            match extra {
                Extra::Written(place) => {
                    let extra = loaded.json(*place).map_or(JavaValue::Null, JavaValue::stored);
                    hidden.push(format!("{name}:{}", value(&extra)));
                }
                Extra::Value(extra) => hidden.push(format!("{name}:{}", value(extra))),
                Extra::Schema(id) => self.put(name, *id),
                Extra::Schemas(_) => {}
            }
        }
        hidden.sort();
        self.say("more", (!hidden.is_empty()).then(|| hidden.join(",")));
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
