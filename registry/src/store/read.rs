//! What a request's schema is: the text that would be kept, and the schema as a value.

use super::change::Text;
use super::contract;
use super::error::StoreError;
use super::judge::{self, Parsed};
use super::model::Store;
use crate::api::{ErrorCode, NewSchema};

/// A schema as it would be kept, with what it means.
pub(super) struct Reading {
    pub(super) text: Text,
    pub(super) parsed: Parsed,
}

/// What a draft is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To find it, or to take it as another registry gave it: what was taken once is taken again.
    Find,
    /// To compare it: where it is normalised its defaults are checked.
    Check,
    /// To register it: its defaults likewise, and what it refers to must not be deleted.
    Register,
}

/// A request's schema, its metadata and rule set in one form.
pub(super) fn draft(new: &NewSchema) -> Result<Text, StoreError> {
    let bad = |fault| StoreError::new(ErrorCode::BadRequest, fault);
    Ok(Text {
        schema_type: new.schema_type.clone(),
        schema: new.schema.clone(),
        references: new.references.clone(),
        metadata: new.metadata.as_ref().map(contract::metadata).transpose().map_err(bad)?,
        rule_set: new.rule_set.as_ref().map(contract::rule_set).transpose().map_err(bad)?,
    })
}

pub(super) fn is_empty(draft: &Text) -> bool {
    draft.schema.trim().is_empty()
}

impl Store {
    /// Reads a draft, as strictly as its purpose asks for.
    pub(super) fn read(
        &self,
        subject: &str,
        draft: &Text,
        normalize: bool,
        purpose: Purpose,
    ) -> Result<Reading, StoreError> {
        let new = purpose == Purpose::Register;
        if is_empty(draft) {
            return Err(StoreError::invalid_schema("Empty schema"));
        }
        let schema_type = draft.schema_type.clone();
        let invalid = |fault: String| {
            StoreError::invalid_schema(format!("Invalid schema of type {schema_type}, details: {fault}"))
        };
        let references = self.concrete(subject, &draft.references, normalize, new).map_err(invalid)?;
        let texts = self.texts(subject, &references, new).map_err(invalid)?;
        let parsed = judge::parse(&schema_type, &draft.schema, &texts).map_err(invalid)?;
        if let Some(fault) = judge::fault_of_defaults(&parsed).filter(|_| normalize && purpose != Purpose::Find) {
            return Err(invalid(fault));
        }
        let schema = if normalize {
            judge::normalized(&schema_type, &draft.schema, &parsed)
        } else {
            judge::printed(&schema_type, &draft.schema)
        };
        let text = Text { schema, references, ..draft.clone() };
        Ok(Reading { text, parsed })
    }

    /// A kept schema read again.
    pub(super) fn read_again(&self, subject: &str, kept: &Text) -> Result<Parsed, String> {
        let texts = self.texts(subject, &kept.references, false)?;
        judge::parse(&kept.schema_type, &kept.schema, &texts)
    }
}
