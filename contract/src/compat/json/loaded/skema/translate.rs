use std::collections::{HashMap, HashSet, VecDeque};

use super::model::{ObjectId, Objects};
use crate::compat::json::loaded::model::{Kind, Node, NodeId, Reference};
use crate::compat::json::loaded::place::Place;
use crate::compat::json::loaded::refusal::{DEEPEST, MOST_NODES, Refusal};

/// Makes everit's objects of json-sKema's.
pub(super) fn translate(objects: &Objects) -> Result<(Vec<Node>, NodeId), Refusal> {
    let mut translator = Translator {
        objects,
        nodes: Vec::new(),
        builders: Vec::new(),
        known: HashMap::new(),
        waiting: VecDeque::new(),
        referred: HashMap::new(),
        descending: HashSet::new(),
        scope: Vec::new(),
        depth: 0,
    };
    let context = translator.visit(objects.root)?;
    translator.settle_references()?;
    let root = translator.build(context.target)?;
    Ok((translator.nodes, root))
}

/// One of everit's builders. Building gives a new object each time, but for a reference, which is one object from the start.
pub(super) enum Builder {
    Fresh(Box<Node>),
    Built(NodeId),
}

/// The number of a builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BuilderId(pub(super) usize);

/// What came of an object.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) source: ObjectId,
    pub(super) target: BuilderId,
    /// Whether `target` was made by joining, for `source` alone: then it may be changed in place.
    pub(super) own: bool,
}

pub(super) struct Translator<'o> {
    pub(super) objects: &'o Objects,
    pub(super) nodes: Vec<Node>,
    pub(super) builders: Vec<Builder>,
    /// The builder of an object: the last that was made for it.
    pub(super) known: HashMap<ObjectId, BuilderId>,
    /// References whose target is not set yet.
    pub(super) waiting: VecDeque<(NodeId, ObjectId)>,
    /// What every reference refers to.
    pub(super) referred: HashMap<NodeId, ObjectId>,
    /// The objects whose keywords are being walked over.
    pub(super) descending: HashSet<ObjectId>,
    /// The subschemas that are being walked over, for `$dynamicRef`.
    pub(super) scope: Vec<ObjectId>,
    pub(super) depth: usize,
}

impl Translator<'_> {
    pub(super) fn place(&self, id: ObjectId) -> Place {
        let nowhere = Place { document: 0, span: crate::text::Span::new(0, 0) };
        self.objects.all.get(id.0).map_or(nowhere, |object| object.place)
    }

    pub(super) fn refuse(&self, id: ObjectId, message: impl Into<String>) -> Refusal {
        Refusal::new(message, self.place(id))
    }

    pub(super) fn context(&mut self, source: ObjectId, builder: Builder) -> Context {
        self.builders.push(builder);
        let target = BuilderId(self.builders.len() - 1);
        self.remember(source, target);
        Context { source, target, own: false }
    }

    /// A builder that says no more than its class.
    pub(super) fn fresh(&mut self, source: ObjectId, kind: Kind) -> Context {
        let place = self.place(source);
        self.context(source, Builder::Fresh(Box::new(Node::new(kind, place))))
    }

    pub(super) fn remember(&mut self, source: ObjectId, target: BuilderId) {
        self.known.insert(source, target);
    }

    /// The builder's state.
    pub(super) fn look(&self, id: BuilderId) -> Option<&Node> {
        match self.builders.get(id.0)? {
            Builder::Fresh(node) => Some(node),
            Builder::Built(id) => self.nodes.get(id.0),
        }
    }

    pub(super) fn add(&mut self, mut node: Node) -> Result<NodeId, Refusal> {
        if self.nodes.len() >= MOST_NODES {
            return Err(Refusal::too_large(node.place));
        }
        match &mut node.kind {
            Kind::Array(array) => array.settle(),
            Kind::Object(object) => object.settle(),
            _ => {}
        }
        self.nodes.push(node);
        Ok(NodeId(self.nodes.len() - 1))
    }

    pub(super) fn build(&mut self, id: BuilderId) -> Result<NodeId, Refusal> {
        match self.builders.get(id.0) {
            Some(Builder::Fresh(node)) => {
                let node = Node::clone(node);
                self.add(node)
            }
            Some(Builder::Built(id)) => Ok(*id),
            None => Ok(NodeId(usize::MAX)),
        }
    }

    /// Translates an object and builds it.
    pub(super) fn built(&mut self, id: ObjectId) -> Result<NodeId, Refusal> {
        let context = self.visit(id)?;
        self.build(context.target)
    }

    /// A reference whose target is set later.
    pub(super) fn refer(&mut self, node: Node, target: ObjectId) -> Result<Builder, Refusal> {
        let id = self.add(node)?;
        self.waiting.push_back((id, target));
        self.referred.insert(id, target);
        Ok(Builder::Built(id))
    }

    pub(super) fn reference(&mut self, at: ObjectId, value: &str, target: ObjectId) -> Result<Context, Refusal> {
        let reference = Reference { value: value.to_owned(), target: None };
        let builder = self.refer(Node::new(Kind::Reference(reference), self.place(at)), target)?;
        Ok(self.context(at, builder))
    }

    fn point(&mut self, reference: NodeId, to: NodeId) {
        if let Some(Node { kind: Kind::Reference(reference), .. }) = self.nodes.get_mut(reference.0) {
            reference.target.get_or_insert(to);
        }
    }

    /// Sets the targets of all references that wait. One whose target was not translated yet gets an object of its own; later ones
    /// share theirs, as far as they are set from the same place: that is how Java comes to it, and which objects are the same decides
    /// where a comparison of recursive schemas stops.
    pub(super) fn settle_references(&mut self) -> Result<(), Refusal> {
        let mut open: Vec<(NodeId, BuilderId)> = Vec::new();
        let mut shared: HashMap<ObjectId, NodeId> = HashMap::new();
        while let Some((reference, object)) = self.waiting.pop_front() {
            if let Some(builder) = self.known.get(&object).copied() {
                let target = match shared.get(&object) {
                    Some(target) => *target,
                    None => {
                        let target = self.build(builder)?;
                        shared.insert(object, target);
                        target
                    }
                };
                self.point(reference, target);
            } else {
                let context = self.visit(object)?;
                open.push((reference, context.target));
                // What waits from here on is set from within.
                shared = HashMap::new();
            }
        }
        while let Some((reference, builder)) = open.pop() {
            let target = self.build(builder)?;
            self.point(reference, target);
        }
        Ok(())
    }

    pub(super) fn deeper(&mut self, id: ObjectId) -> Result<(), Refusal> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refuse(id, "subschemas lead into each other without end"));
        }
        Ok(())
    }
}
