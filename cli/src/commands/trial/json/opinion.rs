use fastrand::Rng;
use jsonschema::Validator;
use serde_json::Value;
use topika_contract::json_schema::Draft;
use topika_contract::text::Source;

use super::documents::{Bundle, Documents};
use super::draw;
use super::mutate::mutated;

/// What jsonschema makes of a schema.
pub(in super::super) struct Opinion {
    validator: Validator,
    linked: Vec<Value>,
    draft: Draft,
}

impl Opinion {
    /// The opinion on the first of `sources`, which refers to the others.
    ///
    /// # Errors
    /// Why there is none.
    pub(in super::super) fn of<'s>(draft: Draft, sources: impl Iterator<Item = &'s Source>) -> Result<Self, String> {
        let documents = Documents::of(sources)?;
        let bundle = documents.bundle();
        let root = bundle.root().ok_or("there is no text")?;
        let options =
            jsonschema::options().with_draft(known(draft)).with_base_uri(Bundle::uri(0)).with_retriever(bundle.clone());
        let validator = options.build(root).map_err(|error| format!("jsonschema does not take the schema: {error}"))?;
        Ok(Self { validator, linked: documents.linked(), draft })
    }

    pub(in super::super) fn accepts(&self, document: &Value) -> bool {
        self.validator.is_valid(document)
    }

    /// A document that the validator refuses, made of one that it accepts; `None` where none was found.
    pub(in super::super) fn spoilt(&self, document: &Value, rng: &mut Rng) -> Option<Value> {
        const TRIES: usize = 6;
        (0..TRIES).map(|_| mutated(document, rng)).find(|mutated| !self.accepts(mutated))
    }

    /// A document that the validator accepts; `None` where none was found.
    pub(in super::super) fn draw(&self, rng: &mut Rng) -> Option<Value> {
        /// So often is it tried again.
        const TRIES: usize = 12;
        (0..TRIES).find_map(|_| draw::document(&self.linked, self.draft, rng).filter(|drawn| self.accepts(drawn)))
    }
}

fn known(draft: Draft) -> jsonschema::Draft {
    match draft {
        Draft::Draft4 => jsonschema::Draft::Draft4,
        Draft::Draft6 => jsonschema::Draft::Draft6,
        Draft::Draft7 => jsonschema::Draft::Draft7,
        Draft::Draft2019 => jsonschema::Draft::Draft201909,
        Draft::Draft2020 => jsonschema::Draft::Draft202012,
    }
}
