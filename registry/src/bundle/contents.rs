use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use super::error::BundleError;
use crate::api::{Guid, Schema, SubjectVersion, context_of};

/// The schemas of one environment, with the ids that its registry gave them.
#[derive(Clone)]
pub struct Bundle {
    pub(super) env: String,
    /// By subject and version.
    pub(super) versions: BTreeMap<String, BTreeMap<u32, Arc<SubjectVersion>>>,
    pub(super) ids: HashMap<u32, Arc<Schema>>,
    pub(super) guids: HashMap<Guid, Arc<Schema>>,
}

impl Bundle {
    /// Puts versions together: those that an environment's registry holds of the locked ones, with their frozen texts. Their order does
    /// not matter.
    ///
    /// # Errors
    /// When a version stands there twice, one id is given to schemas of two types, a GUID is none, or a version refers to one that is
    /// not there.
    pub fn new(env: impl Into<String>, versions: Vec<SubjectVersion>) -> Result<Self, BundleError> {
        let mut bundle =
            Self { env: env.into(), versions: BTreeMap::new(), ids: HashMap::new(), guids: HashMap::new() };
        for version in versions {
            bundle.add(version)?;
        }
        bundle.references_are_there()?;
        Ok(bundle)
    }

    fn add(&mut self, mut version: SubjectVersion) -> Result<(), BundleError> {
        // What says nothing about the schema would make two bundles of it.
        (version.ts, version.deleted) = (None, false);
        let name = format!("version {} of subject {:?}", version.version, version.subject);
        let schema = Arc::new(Schema {
            schema: version.schema.clone(),
            schema_type: version.schema_type.clone(),
            references: version.references.clone(),
            guid: version.guid.clone(),
            metadata: version.metadata.clone(),
            rule_set: version.rule_set.clone(),
            subject: None,
            version: None,
            max_id: None,
            ts: None,
            deleted: None,
        });
        // Ids are those of a context, and a bundle names the subjects of its own without.
        if context_of(&version.subject).is_none() {
            let kept = self.ids.entry(version.id).or_insert_with(|| Arc::clone(&schema));
            if kept.schema_type != schema.schema_type {
                return Err(BundleError::new(format!(
                    "id {} stands for {} and, as {name}, for {}; an id has one schema",
                    version.id, kept.schema_type, schema.schema_type
                )));
            }
        }
        if let Some(text) = &version.guid {
            let guid = Guid::parse(text)
                .ok_or_else(|| BundleError::new(format!("{name} has the GUID {text:?}, which is none")))?;
            self.guids.entry(guid).or_insert(schema);
        }
        let of_subject = self.versions.entry(version.subject.clone()).or_default();
        if of_subject.insert(version.version, Arc::new(version)).is_some() {
            return Err(BundleError::new(format!("{name} stands there twice")));
        }
        Ok(())
    }

    fn references_are_there(&self) -> Result<(), BundleError> {
        for version in self.iter() {
            for reference in &version.references {
                let number = u32::try_from(reference.version).ok();
                if number.and_then(|number| self.version(&reference.subject, number)).is_none() {
                    return Err(BundleError::new(format!(
                        "version {} of subject {:?} refers to version {} of {:?}, which is not there",
                        version.version, version.subject, reference.version, reference.subject
                    )));
                }
            }
        }
        Ok(())
    }

    /// The environment whose ids these are.
    #[must_use]
    pub fn env(&self) -> &str {
        &self.env
    }

    /// All versions, sorted by subject and number.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SubjectVersion>> {
        self.versions.values().flat_map(BTreeMap::values)
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bundle({}: {} subjects, {} ids)", self.env, self.versions.len(), self.ids.len())
    }
}
