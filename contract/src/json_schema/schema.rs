//! The model of a resolved JSON Schema: an arena of nodes, since `$ref` may run in circles. Only `resolve` makes a [`Schema`].

use std::sync::Arc;

use super::documents::Document;
use crate::text::json::Json;
use crate::text::{Location, Source};

/// A schema whose references are all resolved.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(super) draft: Draft,
    pub(super) root: NodeId,
    /// Shared by all schemas that were resolved together.
    pub(super) nodes: Arc<[Node]>,
    pub(super) external: Vec<String>,
    pub(super) external_files: Vec<Source>,
    pub(super) documents: Vec<Document>,
}

/// A draft of JSON Schema; a document without `$schema` is read as draft 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Draft {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

/// A node of a [`Schema`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) usize);

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// One subschema.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub at: Location,
    /// Its JSON pointer within its file (`#/properties/id`).
    pub pointer: String,
    /// The nearest subschema around it, in the same file; none for the root.
    pub around: Option<NodeId>,
    /// What a boolean schema says.
    pub boolean: Option<bool>,
    /// The target of `$ref`. From draft 2019-09 on, a `$ref` beside other assertions stands in `all_of` instead.
    pub reference: Option<NodeId>,
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `type`; empty where the schema says none.
    pub types: Vec<JsonType>,
    /// `properties`, in the order of the text.
    pub properties: Vec<Property>,
    /// `required`
    pub required: Vec<Required>,
    /// `patternProperties`: the pattern stands as the name.
    pub pattern_properties: Vec<Property>,
    /// `additionalProperties`; none where it is absent (any property may stand).
    pub additional: Option<NodeId>,
    /// `items` as one schema, for every item; none for a tuple.
    pub items: Option<NodeId>,
    /// `prefixItems`, or `items` as a list: the items of a tuple.
    pub prefix_items: Vec<NodeId>,
    /// What the items beyond those of a tuple are: `items` beside `prefixItems`, or `additionalItems`.
    pub rest_items: Option<NodeId>,
    /// `enum`
    pub variants: Option<Vec<Json>>,
    /// `const`
    pub constant: Option<Json>,
    /// `default`
    pub default: Option<Json>,
    /// `format`
    pub format: Option<String>,
    /// `oneOf`, `anyOf`, `allOf` in that order.
    pub one_of: Vec<NodeId>,
    /// `anyOf`
    pub any_of: Vec<NodeId>,
    /// `allOf`
    pub all_of: Vec<NodeId>,
    /// The keywords that ask something of a value and say nothing of its shape.
    pub asks: Asks,
    /// Whether the subschema stands below one of those keywords.
    pub aside: bool,
    /// Keywords that hold a bound, a length or a pattern (`minimum`, `maxLength`, `pattern` ...), as written.
    pub assertions: Vec<(String, Json)>,
    /// Keywords with subschemas that the lints do not look into, and those that are not understood, which are findings. The
    /// place holds name and value.
    pub unsupported: Vec<(String, Location)>,
    /// `confluent:tags`: marks of the value, as `["PII"]`.
    pub tags: Option<Json>,
    /// `topika.envelope`: which part of its message's envelope a property of an event carries.
    pub envelope: Option<Json>,
    /// `discriminator` of OpenAPI, which no draft knows: which branch of a union was meant.
    pub discriminator: Option<Discriminator>,
}

/// The property whose value says which branch of a union was meant (OpenAPI 3.1, section 4.8.25). It refuses nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Discriminator {
    /// `propertyName`
    pub property: String,
    /// `mapping`: the values, and the names or references of what they mean. Of others the value is the name itself.
    pub mapping: Vec<(String, String)>,
}

/// Keywords that ask something of a value without saying what it is made of.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    /// `contains`
    pub contains: Option<NodeId>,
    /// `propertyNames`
    pub property_names: Option<NodeId>,
    /// `not`
    pub not: Option<NodeId>,
    /// `if`
    pub condition: Option<NodeId>,
    /// `then`, which means nothing without `if`.
    pub then: Option<NodeId>,
    /// `else`, which means nothing without `if`.
    pub otherwise: Option<NodeId>,
    /// `dependentSchemas`, and the schemas in `dependencies`: what an object must be that has the property.
    pub dependent_schemas: Vec<Property>,
    /// `dependentRequired`, and the lists in `dependencies`: what an object must have that has the property.
    pub dependent_required: Vec<DependentRequired>,
    /// `unevaluatedProperties`
    pub unevaluated_properties: Option<NodeId>,
    /// `unevaluatedItems`
    pub unevaluated_items: Option<NodeId>,
}

impl Node {
    /// Whether it says more than a `$ref` and annotations.
    pub(crate) fn asserts(&self) -> bool {
        !(self.types.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
            && self.additional.is_none()
            && self.items.is_none()
            && self.variants.is_none()
            && self.constant.is_none()
            && self.format.is_none()
            && self.one_of.is_empty()
            && self.any_of.is_empty()
            && self.all_of.is_empty()
            && self.assertions.is_empty()
            && self.unsupported.is_empty())
    }
}

/// Properties that one property brings with it.
#[derive(Clone, Debug)]
pub struct DependentRequired {
    /// The property.
    pub name: String,
    /// Where its name stands.
    pub name_at: Location,
    /// What else must stand.
    pub required: Vec<String>,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_at: Location,
    /// Its schema.
    pub node: NodeId,
}

/// A name in `required`.
#[derive(Clone, Debug)]
pub struct Required {
    /// The property's name.
    pub name: String,
    /// Where it is said.
    pub at: Location,
}

impl Schema {
    /// The draft that the document says.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.draft
    }

    /// The root node.
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// The nodes of the document's own file, in the order in which they were read; without those that only ask something of a value
    /// (below `not`, `if`, `contains` ...).
    pub fn own_nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        let path = self.node(self.root).map(|root| root.at.source.path());
        // The nodes of a file stand side by side, the root first.
        let nodes = self.nodes.iter().enumerate().skip(self.root.0);
        nodes
            .take_while(move |(_, node)| Some(node.at.source.path()) == path)
            .filter(|(_, node)| !node.aside)
            .map(|(number, node)| (NodeId(number), node))
    }

    /// A node; ids of another schema give `None`.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// A node behind all its `$ref`s; `None` for a `$ref` that only points at itself.
    #[must_use]
    pub fn target(&self, id: NodeId) -> Option<(NodeId, &Node)> {
        let mut id = id;
        for _ in 0..=self.nodes.len() {
            let node = self.node(id)?;
            match node.reference {
                Some(next) => id = next,
                None => return Some((id, node)),
            }
        }
        None
    }

    /// The other files that this file refers to itself, as written before `#`, in order of first use.
    #[must_use]
    pub fn external(&self) -> &[String] {
        &self.external
    }

    /// The texts that the schema is made of: its own first, then every one that it reaches through `$ref`s.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The same references, each with the file that it means.
    pub fn external_files(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.external.iter().map(String::as_str).zip(&self.external_files)
    }
}
