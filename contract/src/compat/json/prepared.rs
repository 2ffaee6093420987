use std::sync::OnceLock;

use super::loaded::{Loaded, Refusal, load};
use crate::json_schema::Schema;

/// A schema on its way through several comparisons. What the registry makes of it is made once, when it is first asked for.
pub(in crate::compat) struct Prepared<'s> {
    schema: &'s Schema,
    loaded: OnceLock<Result<Loaded, Refusal>>,
}

impl<'s> Prepared<'s> {
    pub(in crate::compat) fn new(schema: &'s Schema) -> Self {
        Self { schema, loaded: OnceLock::new() }
    }

    pub(super) fn schema(&self) -> &'s Schema {
        self.schema
    }

    /// What the registry makes of it. The first call needs a large stack.
    pub(super) fn loaded(&self) -> Result<&Loaded, &Refusal> {
        self.loaded.get_or_init(|| load(self.schema)).as_ref()
    }
}
