//! Where settings and modes hold: for a subject, for its context, for every context.

use super::names::{GLOBAL_SETTINGS, Name, normal};

/// Whose settings are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectConfig<'a> {
    /// The whole registry's: those of the default context.
    Global,
    /// A subject's or a context's (`:.ctx:`) own.
    Own(&'a str),
    /// A subject's own, and what it does not say its context's, then those of every context (`:.__GLOBAL:`), then the defaults.
    OrGlobal(&'a str),
}

/// The keys that are asked one after the other: a subject's own, its context's, every context's.
pub(super) fn chain(subject: &str) -> [String; 3] {
    let name = Name::of(subject);
    [name.full(), name.prefix(), GLOBAL_SETTINGS.to_owned()]
}

/// The key of settings; the default context's are the registry's.
pub(super) fn key(subject: Option<&str>) -> String {
    subject.map(normal).unwrap_or_default()
}
