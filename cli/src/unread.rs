//! What cannot be read of a registry, and is no reason to leave the rest of it unread.

use topika_registry::client::{Error, ErrorKind};

/// A subject, or a version of one, that a registry names and that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// The subject there.
    subject: String,
    /// The version there; none where it is the whole subject.
    version: Option<u32>,
    why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// No URL has such a segment.
    NoUrl,
    /// It was there when the registry was asked for names.
    Gone,
    /// What is refused of it, in words.
    Strange(String),
}

impl Unread {
    /// A version that is left out since it refers to one that cannot be read.
    pub(crate) fn refers(subject: &str, version: u32, to: &str, number: u32) -> Self {
        let why = Why::Strange(format!("it refers to version {number} of {to}, which cannot be read"));
        Self { subject: subject.to_owned(), version: Some(version), why }
    }

    /// A subject that had versions before.
    pub(crate) fn gone(subject: &str) -> Self {
        Self { subject: subject.to_owned(), version: None, why: Why::Gone }
    }

    /// Whether it says all that another one says.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self == other || (self.version.is_none() && self.subject == other.subject)
    }

    /// What happened, in a sentence without a full stop. `id` is what the registry is called.
    pub(crate) fn said(&self, id: &str) -> String {
        let Self { subject, version, why } = self;
        let what = match version {
            Some(version) => format!("version {version} of {subject}"),
            None => format!("{subject:?}"),
        };
        match why {
            Why::NoUrl => format!(
                "{what} was left out: no URL can name such a subject, so nobody can read it from {id}; register it there under another name"
            ),
            Why::Gone => {
                format!("{what} was left out: it went away in {id} meanwhile, or only references to it are left")
            }
            Why::Strange(why) => format!("{what} was left out: {why}"),
        }
    }
}

/// Tells an answer from an error that concerns a subject, or a version of it, alone.
///
/// # Errors
/// What says something about the registry.
pub(crate) fn or_unread<T>(
    subject: &str,
    version: Option<u32>,
    answer: Result<T, Error>,
) -> Result<Result<T, Unread>, Error> {
    let error = match answer {
        Ok(answer) => return Ok(Ok(answer)),
        Err(error) => error,
    };
    let why = match error.kind() {
        ErrorKind::Settings if matches!(subject, "" | "." | "..") => Why::NoUrl,
        ErrorKind::NotFound => Why::Gone,
        ErrorKind::TooLarge => Why::Strange(error.to_string()),
        _ => return Err(error),
    };
    Ok(Err(Unread { subject: subject.to_owned(), version, why }))
}
