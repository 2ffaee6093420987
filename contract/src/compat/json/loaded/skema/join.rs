use super::merge::{merge, merges};
use super::model::{ObjectId, What};
use super::translate::{Builder, BuilderId, Context, Translator};
use crate::compat::json::loaded::model::{Combined, Criterion, Kind, Node, NodeId};
use crate::compat::json::loaded::refusal::Refusal;

const REFUSED: &str = "the registry refuses what these keywords make together";

/// A combination of Confluent's class.
pub(super) fn combined(criterion: Criterion, subschemas: Vec<NodeId>, generated: bool) -> Kind {
    Kind::Combined(Combined { criterion, subschemas, synthetic: false, extended: true, generated })
}

/// The parts of a combination that the translation made itself.
pub(super) fn generated(kind: &Kind, criterion: Criterion) -> Option<&[NodeId]> {
    match kind {
        Kind::Combined(combined) if combined.generated && combined.criterion == criterion => Some(&combined.subschemas),
        _ => None,
    }
}

impl Translator<'_> {
    /// What a keyword adds to what the ones before it said.
    pub(super) fn accumulate(
        &mut self,
        parent: ObjectId,
        previous: Option<Context>,
        current: Option<Context>,
    ) -> Result<Option<Context>, Refusal> {
        match (previous, current) {
            (Some(previous), Some(current)) => self.join(parent, previous, current).map(Some),
            (previous, current) => Ok(current.or(previous)),
        }
    }

    fn join(&mut self, parent: ObjectId, previous: Context, current: Context) -> Result<Context, Refusal> {
        let (Some(before), Some(now)) = (self.look(previous.target), self.look(current.target)) else {
            return Ok(previous);
        };
        if merges(before, now) {
            return self.join_same_class(parent, previous, current);
        }
        let parts = |any: &Node, other: &Node| -> Option<Vec<NodeId>> {
            let parts = generated(&any.kind, Criterion::Any)?;
            let holds =
                parts.iter().any(|id| self.nodes.get(id.0).is_some_and(|part| part.kind.same_class(&other.kind)));
            holds.then(|| parts.to_vec())
        };
        let kind = if let Some(parts) = parts(before, now) {
            let current = self.build(current.target)?;
            combined(Criterion::Any, self.unite(parent, parts, vec![current])?, true)
        } else if let Some(parts) = parts(now, before) {
            let previous = self.build(previous.target)?;
            combined(Criterion::Any, self.unite(parent, parts, vec![previous])?, true)
        } else if let Some((criterion, mut parts)) = self.alternatives(parent, before) {
            parts.extend(self.flat(current.target)?);
            combined(criterion, parts, false)
        } else {
            let mut parts = self.flat(previous.target)?;
            parts.extend(self.flat(current.target)?);
            combined(Criterion::All, self.unite(parent, Vec::new(), parts)?, true)
        };
        Ok(self.fresh(parent, kind))
    }

    /// Where the parent is `allOf`, `anyOf` or `oneOf`, the parts so far.
    fn alternatives(&self, parent: ObjectId, before: &Node) -> Option<(Criterion, Vec<NodeId>)> {
        match (self.objects.all.get(parent.0).map(|object| &object.what), &before.kind) {
            (Some(What::Combined(criterion, _)), Kind::Combined(known)) => Some((*criterion, known.subschemas.clone())),
            _ => None,
        }
    }

    fn join_same_class(&mut self, parent: ObjectId, previous: Context, current: Context) -> Result<Context, Refusal> {
        let Some(now) = self.look(current.target).cloned() else { return Ok(previous) };
        // A builder that was made for the parent is not seen by anybody else, and copying it for every property would take its time.
        if previous.own && previous.source == parent {
            if let Some(Builder::Fresh(into)) = self.builders.get_mut(previous.target.0) {
                merge(into, &now).ok_or_else(|| self.refuse(parent, REFUSED))?;
            }
            self.remember(parent, previous.target);
            return Ok(previous);
        }
        let Some(mut into) = self.look(previous.target).cloned() else { return Ok(current) };
        into.place = self.place(parent);
        merge(&mut into, &now).ok_or_else(|| self.refuse(parent, REFUSED))?;
        let context = self.context(parent, Builder::Fresh(Box::new(into)));
        Ok(Context { own: true, ..context })
    }

    /// Adds parts to others: one whose class is there already is merged into the first of it.
    fn unite(&mut self, parent: ObjectId, mut parts: Vec<NodeId>, more: Vec<NodeId>) -> Result<Vec<NodeId>, Refusal> {
        for id in more {
            let Some(node) = self.nodes.get(id.0) else { continue };
            let same = parts.iter_mut().find(|part| self.nodes.get(part.0).is_some_and(|part| merges(part, node)));
            let Some(part) = same else {
                parts.push(id);
                continue;
            };
            let (Some(mut into), from) = (self.nodes.get(part.0).cloned(), node.clone()) else { continue };
            merge(&mut into, &from).ok_or_else(|| self.refuse(parent, REFUSED))?;
            *part = self.add(into)?;
        }
        Ok(parts)
    }

    /// The parts of an `allOf` that the translation made itself; anything else by itself.
    fn flat(&mut self, target: BuilderId) -> Result<Vec<NodeId>, Refusal> {
        if let Some(parts) = self.look(target).and_then(|node| generated(&node.kind, Criterion::All)) {
            return Ok(parts.to_vec());
        }
        Ok(vec![self.build(target)?])
    }
}
