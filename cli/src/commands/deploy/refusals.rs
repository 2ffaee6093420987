use topika_contract::lock::Language;
use topika_registry::client::{Error, ErrorKind};

use super::text;
use crate::deploy::{Refused, Step, Wanted};
use crate::environment::Registry;
use crate::problem::Problem;
use crate::settings::FILE;

/// What a step that was not done means for the others.
pub(super) enum Means {
    /// It was refused as what it is: a newer version of its subject may be taken.
    Alone,
    /// It was refused: what stands behind it waits.
    Behind,
    /// The registry cannot be asked.
    End,
}

/// What it means for the other steps that one was not done.
pub(super) fn means(step: &Step, refused: &Refused) -> Means {
    match refused {
        Refused::NoReference | Refused::NotKept(_) => Means::Behind,
        Refused::Registry(error) => match (error.kind(), step) {
            (ErrorKind::InvalidSchema | ErrorKind::Refused, Step::Register { .. }) => Means::Alone,
            (ErrorKind::InvalidSchema | ErrorKind::Refused | ErrorKind::Incompatible, _) => Means::Behind,
            _ => Means::End,
        },
    }
}

/// What is said of a step that was not done.
pub(super) fn told(step: &Step, refused: &Refused, registry: &Registry, wanted: &Wanted) -> Problem {
    let what = text::doing(step);
    match refused {
        Refused::NoReference => Problem::new(
            format!("{what}: what it refers to is not in the registry"),
            "push again: what it refers to is registered first",
        ),
        Refused::NotKept(names) => Problem::new(
            format!("{what}: the registry does not keep {names}"),
            format!("take {names} out of {FILE}: this registry does not know them"),
        ),
        Refused::Registry(error) => Problem::new(format!("{what}: {error}"), help(step, error, registry, wanted)),
    }
}

fn help(step: &Step, error: &Error, registry: &Registry, wanted: &Wanted) -> String {
    match error.kind() {
        ErrorKind::Incompatible if is_protobuf(step, wanted) => {
            "nothing here judges Protocol Buffers: see what the registry says; push into an empty registry with `--import-ids`, which asks for no judgement, \
             or set the level NONE where it was pulled from, pull again, which takes it over, and push"
                .to_owned()
        }
        ErrorKind::Incompatible => format!(
            "run `cargo topika check --baseline {}`, which judges against what is registered there; then push again",
            registry.id()
        ),
        ErrorKind::InvalidSchema | ErrorKind::Refused => {
            format!("mend what the registry says{}, lock it where it is a schema, and push again", draft(step, wanted))
        }
        _ => format!("{}; push again, and it goes on from here", registry.problem(error, None).help),
    }
}

fn is_protobuf(step: &Step, wanted: &Wanted) -> bool {
    let Step::Register { at, .. } = step else { return false };
    wanted.versions.get(*at).is_some_and(|version| version.language == Language::Protobuf)
}

/// Apicurio takes a JSON Schema that names no draft by its looks, and refuses what does not look like one.
fn draft(step: &Step, wanted: &Wanted) -> &'static str {
    let Step::Register { at, .. } = step else { return "" };
    let version = wanted.versions.get(*at).filter(|version| version.language == Language::Json);
    match version.is_some_and(|version| !version.source.text().contains("\"$schema\"")) {
        true => "; if it does not know the text for JSON Schema, name its draft by `$schema` and lock it",
        false => "",
    }
}
