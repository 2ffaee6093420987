//! Contexts: registries within the registry, each with ids of its own.

use super::change::Change;
use super::error::StoreError;
use super::model::Store;
use super::names::Name;

impl Store {
    /// The contexts, the default one (`.`) first: each that a schema was ever registered in and that was not deleted since.
    #[must_use]
    pub fn contexts(&self) -> Vec<String> {
        let others = self.other_contexts().map(|prefix| Name::of(prefix).context.to_owned());
        std::iter::once(".".to_owned()).chain(others).collect()
    }

    /// Deletes a context, given as `:.ctx:`. One that is not there is deleted already.
    ///
    /// # Errors
    /// When it still has subjects, softly deleted ones too.
    pub fn delete_context(&mut self, context: &str) -> Result<(), StoreError> {
        let name = Name::of(context);
        let prefix = name.full();
        if self.subjects.keys().any(|subject| subject.starts_with(&prefix)) {
            return Err(StoreError::context_not_empty(&prefix));
        }
        if self.context(&name).is_some_and(|held| held.listed) {
            self.apply(Change::Context { context: prefix, listed: false });
        }
        Ok(())
    }
}
