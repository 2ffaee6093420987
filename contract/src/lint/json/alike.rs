use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::json_schema::{Node, NodeId, Schema};
use crate::text::json::compact;

/// Tells which subschemas say the same, whatever their titles and descriptions.
pub(super) struct Alike<'s> {
    schema: &'s Schema,
    known: HashMap<NodeId, u64>,
}

impl<'s> Alike<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self { schema, known: HashMap::new() }
    }

    /// A number that is the same for subschemas that say the same.
    pub(super) fn digest(&mut self, id: NodeId) -> u64 {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let mut hasher = DefaultHasher::new();
        if let Some(node) = self.schema.node(id) {
            self.node(node, &mut hasher);
        }
        let digest = hasher.finish();
        self.known.insert(id, digest);
        digest
    }

    fn node(&mut self, node: &'s Node, hasher: &mut DefaultHasher) {
        // Exhaustive, so that a new part of a node does not compile until it is weighed here.
        let Node {
            at: _,
            pointer: _,
            around: _,
            boolean,
            reference,
            title: _,
            description: _,
            types,
            properties,
            required,
            additional,
            items,
            variants,
            constant,
            default: _,
            format,
            one_of,
            any_of,
            all_of,
            assertions,
            unsupported,
            tags: _,
            envelope: _,
            discriminator,
            // Their texts are weighed, as `unsupported` holds them.
            pattern_properties: _,
            prefix_items: _,
            rest_items: _,
            asks: _,
            aside: _,
        } = node;
        (boolean, reference, format, discriminator).hash(hasher);
        let mut types = types.clone();
        types.sort_unstable();
        types.hash(hasher);
        let mut names: Vec<&str> = required.iter().map(|required| required.name.as_str()).collect();
        names.sort_unstable();
        names.hash(hasher);
        let mut parts: Vec<(&str, u64)> = Vec::with_capacity(properties.len());
        for property in properties {
            parts.push((&property.name, self.part(node, property.node)));
        }
        parts.sort_unstable();
        parts.hash(hasher);
        for ids in [additional.as_slice(), items.as_slice(), one_of, any_of, all_of] {
            ids.len().hash(hasher);
            for id in ids {
                self.part(node, *id).hash(hasher);
            }
        }
        variants.as_ref().map(|values| values.iter().map(compact).collect::<Vec<_>>()).hash(hasher);
        constant.as_ref().map(compact).hash(hasher);
        for (word, value) in assertions {
            (word, compact(value)).hash(hasher);
        }
        for (_, place) in unsupported {
            place.source.text().get(place.span.start..place.span.end).hash(hasher);
        }
    }

    /// A part that stands within its owner is weighed by what it says, any other by what it is: so the walk ends with the nesting of the
    /// text, whatever refers to whatever.
    fn part(&mut self, owner: &Node, id: NodeId) -> u64 {
        let within = self.schema.node(id).is_some_and(|node| {
            node.at.source.path() == owner.at.source.path()
                && node.pointer.len() > owner.pointer.len()
                && node.pointer.starts_with(&owner.pointer)
        });
        if within {
            return self.digest(id);
        }
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        hasher.finish()
    }
}
