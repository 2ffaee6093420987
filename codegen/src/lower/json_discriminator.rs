//! OpenAPI's `discriminator`: a property that says which branch of a union was meant. To JSON Schema it is a word like any other, so the
//! branch is asked first, and the others all the same.

use std::collections::HashSet;

use topika_contract::json_schema::{Discriminator, NodeId, Schema};

use super::json_names::{Tag, is_root, key, stem};
use super::json_shape::Shape;

/// The property, and the values of it that mean each branch; none where there is no such property, or it means none of them.
pub(super) fn discriminator(schema: &Schema, union: &Shape<'_>, branches: &[Shape<'_>]) -> Option<Tag> {
    let at = union.union.and_then(|(id, _)| schema.node(id));
    let said = at.into_iter().chain(union.group.nodes(schema)).find_map(|node| node.discriminator.as_ref())?;
    let mut known = HashSet::new();
    let values: Vec<Vec<String>> = branches
        .iter()
        .map(|branch| values(schema, said, branch).into_iter().filter(|value| known.insert(value.clone())).collect())
        .collect();
    values.iter().any(|values| !values.is_empty()).then(|| (said.property.clone(), values))
}

/// The values that mean a branch: those that are mapped to it, and its name.
fn values(schema: &Schema, said: &Discriminator, branch: &Shape<'_>) -> Vec<String> {
    let last = branch.group.parts.last().map(|part| part.node);
    let Some(name) = [Some(branch.named.head), last].into_iter().flatten().find_map(|id| name(schema, id)) else {
        return Vec::new();
    };
    // `Dog`, `#/components/schemas/Dog` and `dog.json` are ways to say it.
    let means = |target: &str| {
        let last = target.rsplit(['/', '#']).find(|part| !part.is_empty()).unwrap_or(target);
        last == name || stem(last) == name
    };
    let mapped = said.mapping.iter().filter(|(_, target)| means(target)).map(|(value, _)| value.clone());
    mapped.chain([name.clone()]).collect()
}

/// What references call a subschema.
fn name(schema: &Schema, id: NodeId) -> Option<String> {
    let (_, node) = schema.target(id)?;
    key(schema, node)
        .map(|key| key.into_owned())
        .or_else(|| is_root(node).then(|| stem(node.at.source.path()).to_owned()))
}
