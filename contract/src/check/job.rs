use std::sync::Arc;

use super::baseline::Baseline;
use super::items::Item;
use super::told::called;
use crate::lock::{Lock, LockedSubject, LockedVersion};
use crate::project::EventSchema;

/// A version with where it stands.
#[derive(Clone, Copy)]
pub(super) struct Old<'l> {
    pub(super) lock: &'l Lock,
    pub(super) subject: &'l LockedSubject,
    pub(super) version: &'l LockedVersion,
}

/// A schema of an item's subject, and the version that it is compared with.
pub(super) struct Job<'a> {
    pub(super) new: New<'a>,
    pub(super) old: Old<'a>,
    pub(super) item: &'a Item<'a>,
    pub(super) baseline: &'a Baseline,
}

/// A schema that is compared with versions.
#[derive(Clone)]
pub(super) enum New<'a> {
    /// That of a text of the working tree.
    Text(&'a EventSchema),
    /// That of a version which the lock has and a former state has not.
    Version(Arc<EventSchema>),
}

impl New<'_> {
    pub(super) fn schema(&self) -> &EventSchema {
        match self {
            Self::Text(schema) => schema,
            Self::Version(schema) => schema,
        }
    }
}

impl Old<'_> {
    /// What the version is called in messages about an item.
    pub(super) fn called(&self, item: &Item<'_>, baseline: &Baseline) -> String {
        let other = (self.subject.name != item.subject.name).then_some(self.subject.name.as_str());
        called(self.version, other, baseline)
    }
}
