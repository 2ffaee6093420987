use super::reader::Reader;
use crate::json_schema::keyword::{Keyword, keyword};
use crate::json_schema::parsed::{Anchor, Pending, Resource};
use crate::json_schema::schema::{Asks, Draft, Node, NodeId, Property};
use crate::json_schema::uri;
use crate::rules::JSON_SCHEMA_SHAPE;
use crate::text::json::{Json, Member, Value};

impl Reader<'_, '_> {
    /// Reads a subschema and everything in it; gives its number. Bounded by the nesting of the text.
    pub(super) fn subschema(&mut self, json: &Json, pointer: &str, base: &str) -> Option<usize> {
        if let Some(known) = self.parsed.pointers.get(pointer) {
            return Some(*known);
        }
        if !self.has_room(json, pointer) {
            return None;
        }
        let mut node = empty(self.at(json.span), pointer);
        // The number is taken before the children are read, so that the root is number 0.
        let number = self.parsed.nodes.len();
        match &json.value {
            Value::Bool(value) => node.boolean = Some(*value),
            Value::Object(_) => {}
            _ => {
                let message = format!("a schema is an object, true or false, not {}", json.kind());
                let finding = JSON_SCHEMA_SHAPE.at(node.at, message).pointer(pointer);
                self.refuse(finding.help("write `{ \"type\": ... }`"));
                return None;
            }
        }
        self.parsed.nodes.push(node);
        self.parsed.pointers.insert(pointer.to_owned(), number);
        let members = json.as_object().unwrap_or_default();
        let base = self.name(json, pointer, base);
        let has_ref = json.get("$ref").is_some();
        let legacy_ref = has_ref && self.parsed.draft < Draft::Draft2019;
        // Before 2020-12 a tuple is a list in `items`; since then it is `prefixItems`, beside which `items` means the rest.
        let is_tuple = json.get("items").is_some_and(|items| items.as_array().is_some())
            || (self.parsed.draft >= Draft::Draft2020 && json.get("prefixItems").is_some());
        for member in members {
            if legacy_ref && self.is_ignored_beside_ref(member) {
                self.ignored(number, member, pointer);
            } else if is_tuple && matches!(member.name.as_str(), "items" | "additionalItems" | "prefixItems") {
                self.tuple(number, member, pointer, &base);
            } else {
                self.member(number, member, pointer, &base, has_ref);
            }
        }
        if let Some(tags) = json.get("confluent:tags") {
            self.set(number, |node| node.tags = Some(tags.clone()));
        }
        if let Some(part) = json.get("topika.envelope") {
            self.set(number, |node| node.envelope = Some(part.clone()));
        }
        self.reference(number, json, pointer, &base);
        Some(number)
    }

    fn member(&mut self, number: usize, member: &Member, pointer: &str, base: &str, has_ref: bool) {
        let value = &member.value;
        let child = |name: &str| format!("{pointer}/{}", uri::escape(name));
        match keyword(&member.name, self.parsed.draft) {
            Keyword::Asked => return self.asks(number, member, pointer, base),
            Keyword::Unsupported => return self.unsupported(number, member, pointer, has_ref),
            Keyword::OpenApi => return self.discriminator(number, member, pointer),
            Keyword::Unknown => return self.unknown(number, member, pointer),
            Keyword::Annotation => return,
            Keyword::Assertion(wants) => return self.assertion(number, member, wants, pointer),
            Keyword::Modelled => {}
        }
        match member.name.as_str() {
            "properties" => self.properties(number, value, &child("properties"), base),
            "$defs" | "definitions" => self.definitions(member, pointer, base),
            "additionalProperties" => {
                let read = self.subschema(value, &child("additionalProperties"), base).map(NodeId);
                self.set(number, |node| node.additional = read);
            }
            "items" => {
                let read = self.subschema(value, &child("items"), base).map(NodeId);
                self.set(number, |node| node.items = read);
            }
            "oneOf" | "anyOf" | "allOf" => self.combined(number, member, pointer, base),
            "enum" => match value.as_array() {
                Some(items) => self.set(number, |node| node.variants = Some(items.to_vec())),
                None => self.wrong("enum", value, "an array", pointer),
            },
            "const" => self.set(number, |node| node.constant = Some(value.clone())),
            "default" => self.set(number, |node| node.default = Some(value.clone())),
            "type" => self.types(number, value, pointer),
            "required" => self.required(number, value, pointer),
            "title" | "description" | "format" => self.text(number, member, pointer),
            // `$ref`, `$id`, `$anchor` and `$schema` are read where they belong.
            _ => {}
        }
    }

    fn properties(&mut self, number: usize, value: &Json, pointer: &str, base: &str) {
        let Some(members) = value.as_object() else {
            return self.wrong("properties", value, "an object", pointer);
        };
        let properties = self.named(members, pointer, base);
        self.set(number, |node| node.properties = properties);
    }

    /// Subschemas by name.
    pub(super) fn named(&mut self, members: &[Member], pointer: &str, base: &str) -> Vec<Property> {
        let mut properties = Vec::with_capacity(members.len());
        for member in members {
            let at = format!("{pointer}/{}", uri::escape(&member.name));
            if let Some(node) = self.subschema(&member.value, &at, base) {
                properties.push(Property {
                    name: member.name.clone(),
                    name_at: self.at(member.name_span),
                    node: NodeId(node),
                });
            }
        }
        properties
    }

    fn definitions(&mut self, member: &Member, pointer: &str, base: &str) {
        let pointer = format!("{pointer}/{}", member.name);
        let Some(members) = member.value.as_object() else {
            return self.wrong(&member.name, &member.value, "an object", &pointer);
        };
        for definition in members {
            self.subschema(&definition.value, &format!("{pointer}/{}", uri::escape(&definition.name)), base);
        }
    }

    fn combined(&mut self, number: usize, member: &Member, pointer: &str, base: &str) {
        let pointer = format!("{pointer}/{}", member.name);
        let Some(items) = member.value.as_array().filter(|items| !items.is_empty()) else {
            return self.wrong(&member.name, &member.value, "an array of at least one schema", &pointer);
        };
        let read = |(index, item)| self.subschema(item, &format!("{pointer}/{index}"), base).map(NodeId);
        let nodes: Vec<NodeId> = items.iter().enumerate().filter_map(read).collect();
        self.set(number, |node| match member.name.as_str() {
            "oneOf" => node.one_of = nodes,
            "anyOf" => node.any_of = nodes,
            _ => node.all_of = nodes,
        });
    }

    /// Keeps `$id` and anchors, and gives the base URI for what is inside.
    fn name(&mut self, json: &Json, pointer: &str, base: &str) -> String {
        let draft = self.parsed.draft;
        let mut base = base.to_owned();
        let id =
            json.get("$id").or_else(|| json.get("id").filter(|id| draft == Draft::Draft4 && id.as_str().is_some()));
        // Up to draft 7, everything beside a `$ref` is ignored.
        if let Some(id) = id.filter(|_| draft >= Draft::Draft2019 || json.get("$ref").is_none()) {
            match id.as_str() {
                None => self.wrong("$id", id, "a string", pointer),
                Some(written) => {
                    let (uri, fragment) = uri::cut(written);
                    let at = self.at(id.span);
                    if !uri.is_empty() {
                        // The root's own `$id` stands as written: relative ones are names that other files know.
                        base = if pointer == "#" { uri.to_owned() } else { uri::resolve(&base, uri) };
                        self.parsed.resources.push(Resource {
                            uri: base.clone(),
                            pointer: pointer.to_owned(),
                            at: at.clone(),
                        });
                    }
                    if !fragment.is_empty() && !fragment.starts_with('/') {
                        self.parsed.anchors.push(Anchor {
                            uri: format!("{base}#{fragment}"),
                            dynamic: false,
                            pointer: pointer.to_owned(),
                            at,
                        });
                    }
                }
            }
        }
        for word in ["$anchor", "$dynamicAnchor"] {
            let Some(anchor) = json.get(word).filter(|_| draft >= Draft::Draft2019) else { continue };
            match anchor.as_str() {
                Some(name) => {
                    let at = self.at(anchor.span);
                    let (uri, dynamic) = (format!("{base}#{name}"), word == "$dynamicAnchor");
                    self.parsed.anchors.push(Anchor { uri, dynamic, pointer: pointer.to_owned(), at });
                }
                None => self.wrong(word, anchor, "a string", pointer),
            }
        }
        base
    }

    fn reference(&mut self, number: usize, json: &Json, pointer: &str, base: &str) {
        // Without an anchor of the same name further out, the dynamic ones lead where `$ref` leads.
        let dynamic = match self.parsed.draft {
            Draft::Draft2019 => json.get("$recursiveRef"),
            Draft::Draft2020 => json.get("$dynamicRef"),
            _ => None,
        };
        let plain = json.get("$ref");
        let Some(value) = plain.or(dynamic.filter(|value| value.as_str().is_some())) else { return };
        let Some(written) = value.as_str() else {
            return self.wrong("$ref", value, "a string", pointer);
        };
        let joins = self.parsed.draft >= Draft::Draft2019 && self.parsed.nodes.get(number).is_some_and(Node::asserts);
        let at = self.at(value.span);
        let (written, base) = (written.to_owned(), base.to_owned());
        let dynamic = plain.is_none() && self.parsed.draft == Draft::Draft2020;
        self.parsed.references.push(Pending { node: number, written, base, at, dynamic, joins });
    }

    pub(super) fn set(&mut self, number: usize, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.parsed.nodes.get_mut(number) {
            change(node);
        }
    }
}

/// A subschema that says nothing: any value meets it.
pub(in crate::json_schema) fn empty(at: crate::text::Location, pointer: &str) -> Node {
    Node {
        at,
        pointer: pointer.to_owned(),
        around: None,
        boolean: None,
        reference: None,
        title: None,
        description: None,
        types: Vec::new(),
        properties: Vec::new(),
        required: Vec::new(),
        pattern_properties: Vec::new(),
        additional: None,
        items: None,
        prefix_items: Vec::new(),
        rest_items: None,
        variants: None,
        constant: None,
        default: None,
        format: None,
        one_of: Vec::new(),
        any_of: Vec::new(),
        all_of: Vec::new(),
        asks: Asks::default(),
        aside: false,
        assertions: Vec::new(),
        unsupported: Vec::new(),
        tags: None,
        envelope: None,
        discriminator: None,
    }
}
