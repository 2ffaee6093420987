use std::collections::HashMap;

use super::scope::{Draft, Scope};
use crate::compat::json::loaded::java::{JavaMap, JavaValue};
use crate::compat::json::loaded::members::Members;
use crate::compat::json::loaded::model::{Combined, Criterion, Extra, Kind, Loaded, Node, NodeId};
use crate::compat::json::loaded::place::Place;
use crate::compat::json::loaded::refusal::{DEEPEST, MOST_NODES, Refusal, refusal};
use crate::json_schema::Document;
use crate::text::json::Value;

/// Loads a schema of draft 4, 6 or 7; its own text is the first.
pub(in crate::compat::json::loaded) fn load(documents: &[Document]) -> Result<Loaded, Refusal> {
    let mut loader = Loader {
        documents,
        nodes: Vec::new(),
        knots: HashMap::new(),
        ids: HashMap::new(),
        by_uri: HashMap::new(),
        roots: 1,
        depth: 0,
        members: Members::default(),
    };
    let Some(main) = documents.first() else {
        return Err(Refusal::new("there is no text to load", None));
    };
    let draft = draft(main, Some(Draft::Seven))?;
    let scope = Scope::of_document((0, main), None, draft, 0)?;
    loader.register(main)?;
    let root = loader.schema(&scope)?;
    Ok(Loaded { nodes: loader.nodes, root, documents: documents.to_vec() })
}

/// The draft that a document says; where it says none, or one that is not known, that of the document before.
pub(super) fn draft(document: &Document, otherwise: Option<Draft>) -> Result<Draft, Refusal> {
    let Some(value) = document.json.get("$schema") else { return Ok(otherwise.unwrap_or(Draft::Four)) };
    let refuse = |message: &str| refusal(&document.source, value.span, message.to_owned());
    let uri = value.as_str().ok_or_else(|| refuse("`$schema` is a string"))?;
    Draft::of(uri).or(otherwise).ok_or_else(|| refuse("the registry does not know this draft"))
}

/// What one URI leads to, and who refers to it.
#[derive(Default)]
pub(super) struct Knot {
    pub(super) refs: Vec<NodeId>,
    pub(super) target: Option<NodeId>,
}

/// The subschemas of a document that have an id, by the id as written.
pub(super) type Ids<'d> = HashMap<String, Scope<'d>>;

pub(super) struct Loader<'d> {
    pub(super) documents: &'d [Document],
    pub(super) nodes: Vec<Node>,
    /// What `$ref`s lead to, by the URI.
    pub(super) knots: HashMap<String, Knot>,
    /// The subschemas with an id, by root.
    pub(super) ids: HashMap<usize, Ids<'d>>,
    /// The number of a document by the URI under which it is registered.
    pub(super) by_uri: HashMap<String, usize>,
    pub(super) roots: usize,
    depth: usize,
    /// What `$ref`s lead over.
    pub(super) members: Members<'d>,
}

impl<'d> Loader<'d> {
    pub(super) fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    pub(super) fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0)
    }

    /// Loads a subschema and all in it.
    pub(super) fn schema(&mut self, scope: &Scope<'d>) -> Result<NodeId, Refusal> {
        if self.nodes.len() >= MOST_NODES {
            return Err(Refusal::too_large(scope.place()));
        }
        if self.depth >= DEEPEST {
            return Err(scope.refuse(format!("subschemas lead more than {DEEPEST} deep into each other")));
        }
        self.depth += 1;
        let loaded = match &scope.json.value {
            Value::Bool(true) => Ok(self.add(Node::new(Kind::True, scope.place()))),
            Value::Bool(false) => Ok(self.add(Node::new(Kind::False, scope.place()))),
            Value::Object(_) => self.object_schema(scope),
            _ => Err(scope.refuse(format!("a schema is an object, true or false, not {}", scope.json.kind()))),
        };
        self.depth -= 1;
        loaded
    }

    /// Loads the subschema under a keyword.
    pub(super) fn member(&mut self, scope: &Scope<'d>, name: &str) -> Result<Option<NodeId>, Refusal> {
        match scope.get(name)? {
            Some(child) => self.schema(&child).map(Some),
            None => Ok(None),
        }
    }

    fn object_schema(&mut self, scope: &Scope<'d>) -> Result<NodeId, Refusal> {
        if scope.has("$ref") {
            return self.reference_schema(scope);
        }
        let mut extracted = self.extract(scope)?;
        let node = match extracted.kinds.len() {
            0 => Node::new(Kind::Empty, scope.place()),
            1 => Node::new(extracted.kinds.pop().unwrap_or(Kind::Empty), scope.place()),
            _ => {
                let parts: Vec<NodeId> =
                    extracted.kinds.into_iter().map(|kind| self.add(Node::new(kind, scope.place()))).collect();
                let combined = Combined {
                    criterion: Criterion::All,
                    subschemas: parts,
                    synthetic: true,
                    extended: false,
                    generated: false,
                };
                Node::new(Kind::Combined(combined), scope.place())
            }
        };
        let id = self.add(node);
        self.common(scope, id, extracted.consumed, true)?;
        Ok(id)
    }

    fn reference_schema(&mut self, scope: &Scope<'d>) -> Result<NodeId, Refusal> {
        let Some(written) = scope.get("$ref")? else { return Err(scope.refuse("`$ref` is missing")) };
        let (id, built) = self.lookup(&written, scope)?;
        // An object of Java's that is built already takes a title and a description, but neither an id nor a default.
        self.common(scope, id, vec!["$ref"], !built)?;
        Ok(id)
    }

    /// What every subschema may say.
    fn common(
        &mut self,
        scope: &Scope<'d>,
        id: NodeId,
        mut consumed: Vec<&'static str>,
        whole: bool,
    ) -> Result<(), Refusal> {
        let mut string = |name: &'static str| -> Result<Option<String>, Refusal> {
            if consumed.contains(&name) {
                return Ok(None);
            }
            consumed.push(name);
            scope.get(name)?.map(|value| value.string().map(str::to_owned)).transpose()
        };
        let own_id = string(scope.draft.id_keyword())?;
        let title = string("title")?;
        let description = string("description")?;
        let mut flags = [None, None];
        if scope.draft == Draft::Seven {
            for (flag, name) in flags.iter_mut().zip(["readOnly", "writeOnly"]) {
                *flag = scope.get(name)?.map(|value| value.boolean()).transpose()?;
                consumed.push(name);
            }
        }
        let default = scope.json.get("default").map(JavaValue::default_of);
        consumed.push("default");
        let mut unprocessed = JavaMap::new();
        for member in scope.members()? {
            if !consumed.contains(&member.name.as_str()) {
                let place = Place { document: scope.number, span: member.value.span };
                unprocessed.put(member.name.as_str(), Extra::of(&member.value, place));
            }
        }
        let Some(node) = self.node_mut(id) else { return Ok(()) };
        // A reference that was met before keeps what it has.
        node.title = title.or_else(|| node.title.take());
        node.description = description.or_else(|| node.description.take());
        node.unprocessed = unprocessed;
        if whole {
            node.id = own_id;
            node.default = default;
            let [read_only, write_only] = flags;
            node.read_only = read_only;
            node.write_only = write_only;
        }
        Ok(())
    }
}
