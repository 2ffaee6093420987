use std::collections::HashSet;

use super::java::{JavaMap, JavaNumber, JavaSet, JavaValue, set_order};
use super::model::{Array, Combined, Criterion, Extra, Kind, Loaded, Node, NodeId, Number, Object, Text};
use crate::text::json::quoted;

/// How deep nodes are printed into each other. What lies deeper is not told apart.
const DEEPEST: usize = 1_000;

impl Loaded {
    /// A node as everit prints it: JSON on one line. The registry takes two alternatives for one where this text is the same.
    /// References are printed, not followed.
    pub(in crate::compat::json) fn printed(&self, id: NodeId) -> String {
        let mut printer = Printer { loaded: self, out: String::new(), comma: false, depth: 0 };
        printer.node(id);
        printer.out
    }
}

struct Printer<'l> {
    loaded: &'l Loaded,
    out: String,
    /// Whether the next name or item needs a comma before it.
    comma: bool,
    depth: usize,
}

impl Printer<'_> {
    fn node(&mut self, id: NodeId) {
        self.separate();
        let Some(node) = self.loaded.node(id).filter(|_| self.depth < DEEPEST) else {
            self.out.push_str("null");
            return;
        };
        match node.kind {
            Kind::True => self.out.push_str("true"),
            Kind::False => self.out.push_str("false"),
            _ => self.braces('{', '}', |printer| printer.members(node)),
        }
    }

    fn members(&mut self, node: &Node) {
        self.common(node);
        match &node.kind {
            Kind::Empty | Kind::True | Kind::False => {}
            Kind::Boolean => self.text("type", "boolean"),
            Kind::Null => self.text("type", "null"),
            Kind::Number(number) => self.number(number),
            Kind::String(text) => self.string(text),
            Kind::Enum(values) => self.values("enum", values),
            Kind::Const(value) => self.value("const", value),
            Kind::Object(object) => self.object(object),
            Kind::Array(array) => self.array(array),
            Kind::Combined(combined) => self.combined(combined),
            Kind::Not(id) => self.child("not", *id),
            Kind::Conditional(parts) => {
                let parts = [("if", parts.if_schema), ("then", parts.then_schema), ("else", parts.else_schema)];
                parts.into_iter().for_each(|(name, id)| self.optional(name, id));
            }
            Kind::Reference(reference) => self.text("$ref", &reference.value),
        }
    }

    fn common(&mut self, node: &Node) {
        let texts = [("title", &node.title), ("description", &node.description), ("id", &node.id)];
        for (name, text) in texts {
            if let Some(text) = text {
                self.text(name, text);
            }
        }
        if let Some(default) = &node.default {
            self.value("default", default);
        }
        for (name, flag) in [("readOnly", node.read_only), ("writeOnly", node.write_only)] {
            if let Some(flag) = flag {
                self.plain(name, if flag { "true" } else { "false" });
            }
        }
        for (name, extra) in node.unprocessed.copied(|_, extra| extra.clone()).iter() {
            match extra {
                Extra::Value(value) => self.value(name, value),
                Extra::Written(place) => {
                    let value = self.loaded.json(*place).map_or(JavaValue::Null, JavaValue::stored);
                    self.value(name, &value);
                }
                // A schema among data is printed as a string of its text.
                Extra::Schema(id) => {
                    let text = self.loaded.printed(*id);
                    self.text(name, &text);
                }
                Extra::Schemas(schemas) => self.children(name, schemas),
            }
        }
    }

    fn number(&mut self, number: &Number) {
        match (number.requires_integer, number.requires_number) {
            (true, _) => self.text("type", "integer"),
            (false, true) => self.text("type", "number"),
            _ => {}
        }
        let bounds = [
            ("minimum", &number.minimum),
            ("maximum", &number.maximum),
            ("multipleOf", &number.multiple_of),
            ("exclusiveMinimum", &number.exclusive_minimum_limit),
            ("exclusiveMaximum", &number.exclusive_maximum_limit),
        ];
        for (name, bound) in bounds {
            if let Some(bound) = bound {
                self.plain(name, &digits(bound));
            }
        }
        self.flag("exclusiveMinimum", number.exclusive_minimum);
        self.flag("exclusiveMaximum", number.exclusive_maximum);
    }

    fn string(&mut self, text: &Text) {
        if text.requires_string {
            self.text("type", "string");
        }
        self.count("minLength", text.min_length);
        self.count("maxLength", text.max_length);
        if let Some(pattern) = &text.pattern {
            self.text("pattern", pattern);
        }
        if let Some(format) = text.format {
            self.text("format", format);
        }
    }

    fn object(&mut self, object: &Object) {
        if object.requires_object {
            self.text("type", "object");
        }
        self.count("minProperties", object.min_properties);
        self.count("maxProperties", object.max_properties);
        if !object.property_dependencies.is_empty() {
            self.name("dependencies");
            self.braces('{', '}', |printer| {
                object.property_dependencies.iter().for_each(|(name, needed)| printer.names(name, needed))
            });
        }
        if !object.schema_dependencies.is_empty() {
            self.children("dependencies", &object.schema_dependencies);
        }
        if object.closed {
            self.plain("additionalProperties", "false");
        }
        if !object.required.is_empty() {
            self.name("required");
            self.braces('[', ']', |printer| object.required.iter().for_each(|name| printer.item(&quoted(name))));
        }
        self.optional("propertyNames", object.property_names);
        self.optional("additionalProperties", object.additional);
        if !object.pattern_properties.is_empty() {
            self.name("patternProperties");
            self.braces('{', '}', |printer| {
                object.pattern_properties.iter().for_each(|(pattern, id)| printer.child(pattern, *id))
            });
        }
        if !object.properties.is_empty() {
            self.children("properties", &object.properties);
        }
    }

    fn array(&mut self, array: &Array) {
        if array.requires_array {
            self.text("type", "array");
        }
        self.flag("uniqueItems", array.unique);
        self.count("minItems", array.min_items);
        self.count("maxItems", array.max_items);
        if array.closed {
            self.plain("additionalItems", "false");
        }
        self.optional("items", array.all_items);
        if let Some(items) = &array.items {
            self.list("items", items);
        }
        self.optional("additionalItems", array.additional);
        self.optional("contains", array.contained);
    }

    /// Keywords that stood beside each other are printed so again, unless two combinations of one kind would get into each other's
    /// way.
    fn combined(&mut self, combined: &Combined) {
        let kinds = |id: &NodeId| self.loaded.node(*id).map(|node| &node.kind);
        let times = |criterion: Criterion| {
            let same = |kind: &Kind| matches!(kind, Kind::Combined(inner) if inner.criterion == criterion);
            combined.subschemas.iter().filter_map(kinds).filter(|kind| same(kind)).count()
        };
        let clashes =
            [Criterion::All, Criterion::Any, Criterion::One].into_iter().any(|criterion| times(criterion) > 1);
        if !combined.synthetic || clashes {
            return self.list(combined.criterion.keyword(), &combined.subschemas);
        }
        for node in combined.subschemas.iter().filter_map(|id| self.loaded.node(*id)) {
            self.members(node);
        }
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.comma, true) {
            self.out.push(',');
        }
    }

    fn braces(&mut self, open: char, close: char, inside: impl FnOnce(&mut Self)) {
        self.out.push(open);
        self.comma = false;
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.out.push(close);
        self.comma = true;
    }

    fn item(&mut self, text: &str) {
        self.separate();
        self.out.push_str(text);
    }

    /// A name, after which a value follows.
    fn name(&mut self, name: &str) {
        self.separate();
        self.out.push_str(&quoted(name));
        self.out.push(':');
        self.comma = false;
    }

    fn plain(&mut self, name: &str, text: &str) {
        self.name(name);
        self.item(text);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.plain(name, &quoted(text));
    }

    fn flag(&mut self, name: &str, flag: bool) {
        if flag {
            self.plain(name, "true");
        }
    }

    fn count(&mut self, name: &str, count: Option<i32>) {
        if let Some(count) = count {
            self.plain(name, &count.to_string());
        }
    }

    fn child(&mut self, name: &str, id: NodeId) {
        self.name(name);
        self.node(id);
    }

    fn optional(&mut self, name: &str, id: Option<NodeId>) {
        if let Some(id) = id {
            self.child(name, id);
        }
    }

    fn list(&mut self, name: &str, ids: &[NodeId]) {
        self.name(name);
        self.braces('[', ']', |printer| ids.iter().for_each(|id| printer.node(*id)));
    }

    fn children(&mut self, name: &str, ids: &JavaMap<NodeId>) {
        self.name(name);
        self.braces('{', '}', |printer| ids.iter().for_each(|(name, id)| printer.child(name, *id)));
    }

    fn names(&mut self, name: &str, names: &JavaSet) {
        self.name(name);
        self.braces('[', ']', |printer| names.iter().for_each(|name| printer.item(&quoted(name))));
    }

    fn value(&mut self, name: &str, value: &JavaValue) {
        self.plain(name, &said(value));
    }

    /// The values of an `enum`, which everit prints as a set: without repetition, in the order of their hashes.
    fn values(&mut self, name: &str, values: &[JavaValue]) {
        let mut seen = HashSet::new();
        let once: Vec<&JavaValue> = values.iter().filter(|value| seen.insert(exact(value))).collect();
        let hashes: Vec<u32> = once.iter().map(|value| value.hash()).collect();
        self.name(name);
        self.braces('[', ']', |printer| {
            for value in set_order(&hashes).into_iter().filter_map(|at| once.get(at)) {
                printer.item(&said(value));
            }
        });
    }
}

/// A number as org.json prints it: without zeros at the end of a fraction.
fn digits(number: &JavaNumber) -> String {
    let text = number.text();
    if !text.contains('.') || text.contains('E') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn said(value: &JavaValue) -> String {
    written(value, &digits)
}

/// A value in which `1` and `1.0` differ.
fn exact(value: &JavaValue) -> String {
    written(value, &JavaNumber::text)
}

fn written(value: &JavaValue, number: &dyn Fn(&JavaNumber) -> String) -> String {
    match value {
        JavaValue::Null => "null".to_owned(),
        JavaValue::Boolean(value) => value.to_string(),
        JavaValue::Number(value) => number(value),
        JavaValue::String(text) => quoted(text),
        JavaValue::List(items) => {
            let items: Vec<String> = items.iter().map(|item| written(item, number)).collect();
            format!("[{}]", items.join(","))
        }
        JavaValue::Map(map) => {
            let members: Vec<String> =
                map.iter().map(|(name, value)| format!("{}:{}", quoted(name), written(value, number))).collect();
            format!("{{{}}}", members.join(","))
        }
    }
}
