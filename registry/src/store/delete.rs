use super::error::StoreError;
use super::lookup::VersionSpec;
use super::model::Store;
use crate::api::ErrorCode;

impl Store {
    /// Deletes a version: softly, or with `permanent` for good, which needs the soft deletion before. Answers its number.
    ///
    /// # Errors
    /// When it is not there, was deleted already (or not yet), or another schema refers to it.
    pub fn delete_version(&mut self, subject: &str, spec: VersionSpec, permanent: bool) -> Result<u32, StoreError> {
        self.writable_mode(subject)?;
        // A permanent deletion is about a deleted version: it must be seen, to be found or to be refused by its own code.
        let (number, version) = match spec {
            VersionSpec::Latest => self.find(subject, spec, permanent)?,
            VersionSpec::Number(_) => self.find(subject, spec, true)?,
        };
        if !permanent && version.deleted {
            return Err(StoreError::new(
                ErrorCode::VersionSoftDeleted,
                format!(
                    "version {number} of subject \"{subject}\" is softly deleted already; permanent=true deletes it for good"
                ),
            ));
        }
        if permanent && !version.deleted {
            return Err(StoreError::new(
                ErrorCode::VersionNotSoftDeleted,
                format!(
                    "version {number} of subject \"{subject}\" must be softly deleted before it is deleted for good"
                ),
            ));
        }
        self.must_not_be_referenced(subject, &[number], permanent)?;
        self.remove(subject, &[number], permanent);
        Ok(number)
    }

    /// Deletes all versions of a subject, as [`Self::delete_version`] does one, and its settings. Answers their numbers.
    ///
    /// # Errors
    /// As [`Self::delete_version`].
    pub fn delete_subject(&mut self, subject: &str, permanent: bool) -> Result<Vec<u32>, StoreError> {
        self.writable_mode(subject)?;
        let all = self.versions(subject, true)?;
        let visible: Vec<u32> = self.subject(subject)?.visible(false).map(|(number, _)| number).collect();
        if permanent && !visible.is_empty() {
            return Err(StoreError::new(
                ErrorCode::SubjectNotSoftDeleted,
                format!("subject \"{subject}\" must be softly deleted before it is deleted for good"),
            ));
        }
        if !permanent && visible.is_empty() {
            return Err(StoreError::new(
                ErrorCode::SubjectSoftDeleted,
                format!("subject \"{subject}\" is softly deleted already; permanent=true deletes it for good"),
            ));
        }
        let numbers = if permanent { all } else { visible };
        self.must_not_be_referenced(subject, &numbers, permanent)?;
        self.remove(subject, &numbers, permanent);
        if let Some(gone) = self.subjects.get_mut(subject) {
            (gone.level, gone.normalize, gone.mode) = (None, None, None);
        }
        if permanent {
            self.subjects.remove(subject);
        }
        Ok(numbers)
    }

    fn remove(&mut self, subject: &str, numbers: &[u32], permanent: bool) {
        let Some(line) = self.subjects.get_mut(subject) else { return };
        if permanent {
            line.versions.retain(|number, _| !numbers.contains(number));
            self.forget_schemas_without_version();
        } else {
            line.versions
                .iter_mut()
                .filter(|(n, _)| numbers.contains(n))
                .for_each(|(_, version)| version.deleted = true);
        }
    }

    fn forget_schemas_without_version(&mut self) {
        let used: std::collections::HashSet<u32> = self.every_version().map(|(_, _, v)| v.id).collect();
        self.schemas.retain(|id, _| used.contains(id));
        self.ids.retain(|_, id| used.contains(id));
    }

    fn must_not_be_referenced(&self, subject: &str, numbers: &[u32], permanent: bool) -> Result<(), StoreError> {
        for number in numbers {
            let by = self.referrers(subject, *number, permanent);
            if let Some(first) = by.iter().find(|by| by.subject != subject || !numbers.contains(&by.version)) {
                return Err(StoreError::new(
                    ErrorCode::ReferenceExists,
                    format!(
                        "version {number} of subject \"{subject}\" is referred to by version {} of subject \"{}\"; delete that first",
                        first.version, first.subject
                    ),
                ));
            }
        }
        Ok(())
    }
}
