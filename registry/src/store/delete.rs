use super::change::Change;
use super::error::StoreError;
use super::lookup::VersionSpec;
use super::model::{At, Store};
use super::names::normal;

impl Store {
    /// Deletes a version: softly, or with `permanent` for good, which needs the soft deletion before. Answers its number.
    ///
    /// # Errors
    /// When it is not there, was deleted already (or not yet), another schema refers to it, or the mode forbids it.
    pub fn delete_version(&mut self, subject: &str, spec: VersionSpec, permanent: bool) -> Result<u32, StoreError> {
        let subject = normal(subject);
        let found = self.exact(&subject, spec, true);
        let (number, deleted) =
            found.map(|(n, version)| (n, version.deleted)).ok_or_else(|| self.missing(&subject, spec, true))?;
        if !permanent && deleted {
            return Err(StoreError::version_deleted(&subject, number));
        }
        self.not_read_only(&subject)?;
        self.must_not_be_referenced(&subject, number)?;
        if permanent && !deleted {
            return Err(StoreError::version_not_deleted(&subject, number));
        }
        self.remove(&subject, &[number], permanent);
        if permanent && !self.subjects.contains_key(&subject) {
            self.forget_settings(subject);
        }
        Ok(number)
    }

    /// Deletes a subject: softly, or with `permanent` for good, which needs the soft deletion before. Answers the versions. Its settings
    /// and its mode go with the last version.
    ///
    /// # Errors
    /// As [`Self::delete_version`].
    pub fn delete_subject(&mut self, subject: &str, permanent: bool) -> Result<Vec<u32>, StoreError> {
        let subject = normal(subject);
        if !self.has(&subject, true) {
            return Err(StoreError::no_subject(&subject));
        }
        if !permanent && !self.has(&subject, false) {
            return Err(StoreError::subject_deleted(&subject));
        }
        self.not_read_only(&subject)?;
        let numbers: Vec<u32> = self.visible(&subject, permanent).map(|(number, _)| number).collect();
        for number in &numbers {
            self.must_not_be_referenced(&subject, *number)?;
            if permanent && self.visible(&subject, false).any(|(n, _)| n == *number) {
                return Err(StoreError::subject_not_deleted(&subject));
            }
        }
        self.remove(&subject, &numbers, permanent);
        if permanent {
            self.forget_settings(subject);
        }
        Ok(numbers)
    }

    fn remove(&mut self, subject: &str, numbers: &[u32], permanent: bool) {
        for version in numbers.iter().copied() {
            let subject = subject.to_owned();
            self.apply(if permanent {
                Change::Gone { subject, version }
            } else {
                Change::Deleted { subject, version, ts: self.now }
            });
        }
    }

    fn forget_settings(&mut self, subject: String) {
        if self.modes.contains_key(&subject) {
            self.apply(Change::Mode { of: subject.clone(), mode: None });
        }
        if self.settings.contains_key(&subject) {
            self.apply(Change::Settings { of: subject, settings: None });
        }
    }

    fn must_not_be_referenced(&self, subject: &str, number: u32) -> Result<(), StoreError> {
        let at: At = (subject.to_owned(), number);
        if self.referrers.contains_key(&at) { Err(StoreError::referenced(subject, number)) } else { Ok(()) }
    }
}
