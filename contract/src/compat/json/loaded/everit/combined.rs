use super::extracted::Extracted;
use super::loader::Loader;
use super::scope::Scope;
use crate::compat::json::loaded::model::{Combined, Criterion, Kind, NodeId};
use crate::compat::json::loaded::refusal::Refusal;

/// `anyOf` as several types in `type` give it.
pub(super) fn any_of(subschemas: Vec<NodeId>) -> Combined {
    Combined { criterion: Criterion::Any, subschemas, synthetic: false, extended: false, generated: false }
}

impl<'d> Loader<'d> {
    /// `allOf`, `oneOf` and `anyOf`, in the order in which a hash set has the three words.
    pub(super) fn combined(&mut self, scope: &Scope<'d>, found: &mut Extracted) -> Result<(), Refusal> {
        for criterion in [Criterion::All, Criterion::One, Criterion::Any] {
            let Some(list) = scope.get(criterion.keyword())? else { continue };
            let mut subschemas = Vec::new();
            for item in list.items()? {
                subschemas.push(self.schema(&list.child(item)?)?);
            }
            found.kinds.push(Kind::Combined(Combined { criterion, ..any_of(subschemas) }));
            found.consumed.push(criterion.keyword());
        }
        Ok(())
    }
}
