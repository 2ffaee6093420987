//! What a pull leaves alone, and why.

use std::fmt;

/// Versions of a subject that are not adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Apart {
    /// The versions there.
    pub(crate) versions: Vec<u32>,
    pub(crate) why: Why,
}

/// Why versions are not adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The newest version of the lock was never there: behind theirs, it would never come there.
    Unpushed { number: u32 },
    /// A version is of another language than the file.
    Language,
    /// A version is of a type that neither the lock nor anything else here knows.
    UnknownType { name: String },
    /// What the check would say of the project with them.
    Denied { message: String },
    /// The subject of another name there is this one here.
    Taken { by: String },
    /// It refers to a version that is left alone.
    RefersTo { subject: String, version: i32 },
}

impl Why {
    /// What hinders, and the next step, for an environment.
    pub(crate) fn said<'a>(&'a self, env: &'a str) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| match self {
            Self::Unpushed { number } => write!(
                f,
                "version {number} of topika.lock is not there yet: run `cargo topika push --env {env}`, and another pull adopts them behind it; or \
                 delete them there: `cargo topika push --env {env} --prune`"
            ),
            Self::Language => write!(
                f,
                "not every version is of the language of the file here: delete the others there, `cargo topika push --env {env} --prune`, or \
                 register them as a subject of another name"
            ),
            Self::UnknownType { name } => {
                write!(
                    f,
                    "it has schemas of the type {name}, which topika does not know: nothing here reads or checks them"
                )
            }
            Self::Denied { message } => write!(
                f,
                "{message}: add what they have to the working file and lock it, or delete them there: `cargo topika push --env {env} --prune`"
            ),
            Self::Taken { by } => write!(
                f,
                "here it would have the name of {by}: nothing has to be done where it belongs to another environment; else register it under \
                 another name"
            ),
            Self::RefersTo { subject, version } => {
                write!(f, "it refers to version {version} of {subject}, which is left alone: mend that, and pull again")
            }
        })
    }
}

/// An event of a topic that the project knows, which stays without a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unplaced {
    pub(crate) topic: String,
    /// What a person may write as the events of the topic to have it; none where that would not do.
    pub(crate) events: Option<Vec<String>>,
    /// What would be wrong with it on the topic.
    pub(crate) message: String,
}

/// What is wrong with a subject in a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The check denies something; its words.
    Denied(String),
    /// No file gives a subject of the lock any more; its name.
    Lost(String),
    /// No file gives what is there.
    Other,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(message) => f.write_str(message),
            Self::Lost(name) => write!(f, "{name} would be the subject of no file any more"),
            Self::Other => f.write_str("no file gives what is there"),
        }
    }
}
