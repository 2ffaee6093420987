//! The lock with its frozen texts, and whether both are whole.

use std::collections::HashSet;

use super::conflict;
use super::history::{contract_path, history_path};
use super::model::FILE;
use super::{
    CarriedSubject, CarriedVersion, ImportedSubject, ImportedVersion, Lock, LockedSubject, LockedVersion, carried_path,
    import_contract_path, import_path, sha256_hex,
};
use crate::data_contract::DataContract;
use crate::report::{Finding, Report};
use crate::rules::{
    HISTORY_STRAY, HISTORY_VERSION_GAP, LOCK_CORRUPT, LOCK_EDITED, LOCK_REFERENCE_MISSING, LOCK_TEXT_MISSING,
};
use crate::text::{Source, Span};
use crate::threads::in_parallel;
use crate::tree::Tree;

const RESTORE_LOCK: &str = "restore it from version control; only `cargo topika lock` writes it";
const RESTORE_IMPORT: &str = "restore it from version control; changes belong into the repository that owns it";
const RESTORE: &str = "restore it from version control; changes belong into the working file";

impl Lock {
    /// Reads `topika.lock` and the frozen texts below `<schemas>/.history`. A project without a lock has an empty one. A corrupt lock, a
    /// frozen text that is missing, edited or unknown to the lock, a version that was skipped and a reference that leads nowhere are
    /// findings.
    #[must_use]
    pub fn load(tree: &dyn Tree, schemas: &str, report: &mut Report) -> Self {
        let mut lock = match tree.text(FILE) {
            Ok(Some(text)) => Self::parse(&Source::new(FILE, text), report),
            Ok(None) => Self::default(),
            Err(problem) => {
                report.push(LOCK_CORRUPT.finding(format!("cannot read {FILE}: {problem}")).help(RESTORE_LOCK));
                Self { corrupt: true, ..Self::default() }
            }
        };
        if lock.corrupt {
            return lock;
        }
        // To read and hash the texts is most of what a check does where nothing has changed.
        let texts = in_parallel(&lock.subjects, |subject| texts(subject, tree, schemas));
        for (subject, texts) in lock.subjects.iter_mut().zip(texts) {
            let folder = subject.folder().to_owned();
            for (version, (source, problem)) in subject.versions.iter_mut().zip(texts) {
                version.source = source;
                report.extend(problem);
                let path = contract_path(schemas, &folder, version.number);
                if let Some(contract) = &mut version.contract {
                    let (source, problem) = frozen_text(tree, &path, &contract.text, &version.date);
                    contract.contract = source.and_then(|source| DataContract::parse(source, report));
                    report.extend(problem);
                }
            }
        }
        let texts = in_parallel(&lock.carried, |subject| carried_texts(subject, tree, schemas));
        for (subject, texts) in lock.carried.iter_mut().zip(texts) {
            for (version, (source, problem)) in subject.versions.iter_mut().zip(texts) {
                version.source = source;
                report.extend(problem);
            }
        }
        let texts = in_parallel(&lock.imports, |subject| imported_texts(subject, tree, schemas));
        for (subject, texts) in lock.imports.iter_mut().zip(texts) {
            let folder = subject.folder().into_owned();
            for (version, (source, problem)) in subject.versions.iter_mut().zip(texts) {
                version.source = source;
                report.extend(problem);
                let path = import_contract_path(schemas, &folder, version.number);
                if let Some(contract) = &mut version.contract {
                    let (source, problem) = frozen_text(tree, &path, &contract.text, &version.date);
                    contract.contract = source.and_then(|source| DataContract::parse(source, report));
                    report.extend(problem.map(|problem| problem.help(RESTORE_IMPORT)));
                }
            }
        }
        tell_gaps(&lock, report);
        tell_lost_references(&lock, report);
        lock.corrupt = !tell_strays(&lock, tree, schemas, report);
        tell_stray_imports(&lock, tree, schemas, report);
        lock
    }
}

/// The texts of a subject's versions, each with what is wrong with it.
fn texts(subject: &LockedSubject, tree: &dyn Tree, schemas: &str) -> Vec<(Option<Source>, Option<Finding>)> {
    let text = |version: &LockedVersion| {
        let path = history_path(schemas, subject.folder(), version.number, subject.format);
        frozen_text(tree, &path, &version.text, &version.date)
    };
    subject.versions.iter().map(text).collect()
}

/// The same of a subject without a working file.
fn carried_texts(subject: &CarriedSubject, tree: &dyn Tree, schemas: &str) -> Vec<(Option<Source>, Option<Finding>)> {
    let text = |version: &CarriedVersion| {
        let path = carried_path(schemas, &subject.folder(), version.number, version.language);
        frozen_text(tree, &path, &version.text, &version.date)
    };
    subject.versions.iter().map(text).collect()
}

/// The same of a subject that another repository owns.
fn imported_texts(subject: &ImportedSubject, tree: &dyn Tree, schemas: &str) -> Vec<(Option<Source>, Option<Finding>)> {
    let text = |version: &ImportedVersion| {
        let path = import_path(schemas, &subject.folder(), version.number, subject.format);
        let (source, problem) = frozen_text(tree, &path, &version.text, &version.date);
        (source, problem.map(|problem| problem.help(RESTORE_IMPORT)))
    };
    subject.versions.iter().map(text).collect()
}

fn frozen_text(tree: &dyn Tree, path: &str, hash: &str, date: &str) -> (Option<Source>, Option<Finding>) {
    let text = match tree.text(path) {
        Ok(Some(text)) => text,
        Ok(None) => {
            let message = format!("the frozen text {path} is missing (locked {date})");
            return (None, Some(LOCK_TEXT_MISSING.finding(message).help(RESTORE)));
        }
        Err(problem) => {
            let message = format!("cannot read the frozen text {path}: {problem}");
            return (None, Some(LOCK_TEXT_MISSING.finding(message).help(RESTORE)));
        }
    };
    if sha256_hex(&text) == hash {
        return (Some(Source::new(path, text)), None);
    }
    if let Some(text) = with_its_line_ends(&text, hash) {
        return (Some(Source::new(path, text)), None);
    }
    let source = Source::new(path, text);
    if let Some(finding) = conflict::markers(&source) {
        // The text is that of neither side, and nothing can be compared with it.
        return (None, Some(finding));
    }
    let message = format!("the frozen text {path} was edited since it was locked on {date}");
    let finding = LOCK_EDITED.at(source.at(Span::default()), message).help(RESTORE);
    (Some(source), Some(finding))
}

/// A text with the line ends that it was locked with, where only these differ: git may write others into a working tree
/// (`core.autocrlf`), and in JSON a line end is white space.
fn with_its_line_ends(text: &str, hash: &str) -> Option<String> {
    let plain = text.replace("\r\n", "\n");
    let windows = plain.replace('\n', "\r\n");
    [plain, windows].into_iter().find(|text| sha256_hex(text) == hash)
}

/// Versions are numbered from 1 without a gap: a number that is left out was taken out.
fn tell_gaps(lock: &Lock, report: &mut Report) {
    for subject in &lock.subjects {
        let mut expected = 1;
        for version in &subject.versions {
            if version.number != expected {
                let lost = match version.number - 1 {
                    last if last == expected => format!("version {expected}"),
                    last => format!("versions {expected} to {last}"),
                };
                let message = format!(
                    "topika.lock has no {lost} of `{}`, and goes on with version {}",
                    subject.name, version.number
                );
                let help = "history is only added to: restore topika.lock from version control";
                report.push(HISTORY_VERSION_GAP.finding(message).subject(&subject.name).help(help));
            }
            expected = version.number.saturating_add(1);
        }
    }
}

fn tell_lost_references(lock: &Lock, report: &mut Report) {
    let of_files = lock.subjects.iter().flat_map(|subject| {
        subject.versions.iter().map(|version| (&subject.name, version.number, &version.references))
    });
    let carried = lock.carried.iter().flat_map(|subject| {
        subject.versions.iter().map(|version| (&subject.name, version.number, &version.references))
    });
    let imports = lock.imports.iter().flat_map(|subject| {
        subject.versions.iter().map(|version| (&subject.name, version.number, &version.references))
    });
    let has = |subject: &str, number| lock.import(subject).is_some_and(|of| of.version(number).is_some());
    for (subject, number, references) in imports {
        let lost = references.iter().find(|reference| !has(&reference.subject, reference.version));
        if let Some(lost) = lost {
            let message = format!(
                "version {number} of the import `{subject}` refers to version {} of `{}`, which is not frozen beside it",
                lost.version, lost.subject
            );
            let help = "restore topika.lock from version control, or run `cargo topika pull --import`";
            report.push(LOCK_REFERENCE_MISSING.finding(message).subject(subject).help(help));
        }
    }
    for (subject, number, references) in of_files.chain(carried) {
        let lost = references.iter().find(|reference| !lock.holds(&reference.subject, reference.version));
        if let Some(lost) = lost {
            let message = format!(
                "version {number} of `{subject}` refers to version {} of `{}`, which topika.lock does not hold",
                lost.version, lost.subject
            );
            let help = "history is only added to: restore topika.lock from version control";
            report.push(LOCK_REFERENCE_MISSING.finding(message).subject(subject).help(help));
        }
    }
}

/// Says which files below `.history` the lock does not know. A history without any lock is one finding: the lock was taken away, and what
/// would be locked now would begin with version 1 again. Answers whether there is a lock for what is there.
fn tell_strays(lock: &Lock, tree: &dyn Tree, schemas: &str, report: &mut Report) -> bool {
    let folder = format!("{schemas}/.history");
    let listing = tree.list(&folder);
    if lock.source.is_none() {
        let texts = listing.paths.iter().filter(|path| !is_ids(&format!("{folder}/{path}"), &folder)).count();
        if texts > 0 {
            let held = if texts == 1 { "a frozen text".to_owned() } else { format!("{texts} frozen texts") };
            let help =
                format!("restore {FILE} from version control; or delete {folder}, if nothing of it was ever released");
            report.push(LOCK_CORRUPT.finding(format!("{FILE} is missing, and {folder} holds {held}")).help(help));
        }
        return texts == 0;
    }
    if listing.paths.is_empty() {
        return true;
    }
    let path_of = |subject: &LockedSubject, version: &LockedVersion| {
        history_path(schemas, subject.folder(), version.number, subject.format)
    };
    let known: HashSet<String> = lock
        .subjects
        .iter()
        .flat_map(|subject| {
            let contract = |version: &LockedVersion| {
                version.contract.as_ref().map(|_| contract_path(schemas, subject.folder(), version.number))
            };
            subject
                .versions
                .iter()
                .flat_map(move |version| std::iter::once(path_of(subject, version)).chain(contract(version)))
        })
        .chain(lock.carried.iter().flat_map(|subject| {
            let path =
                |version: &CarriedVersion| carried_path(schemas, &subject.folder(), version.number, version.language);
            subject.versions.iter().map(path)
        }))
        .collect();
    for path in listing.paths {
        let path = format!("{folder}/{path}");
        if known.contains(&path) || is_ids(&path, &folder) {
            continue;
        }
        let twin = path.rsplit_once('/').and_then(|(subject, file)| {
            let number = file.split_once('.')?.0;
            known.iter().find(|known| {
                known
                    .strip_prefix(subject)
                    .and_then(|rest| rest.strip_prefix('/'))
                    .is_some_and(|rest| rest.split_once('.').is_some_and(|(known, _)| known == number))
            })
        });
        let message = match twin {
            Some(twin) => format!("{path} is a second text beside {twin}, and topika.lock does not know it"),
            None => format!("{path} is no frozen text that topika.lock knows"),
        };
        let help = "only `cargo topika lock` writes there: restore topika.lock if a version is gone from it, else delete the file";
        report.push(HISTORY_STRAY.finding(message).help(help));
    }
    true
}

/// Says which files below `.imports` the lock does not know.
fn tell_stray_imports(lock: &Lock, tree: &dyn Tree, schemas: &str, report: &mut Report) {
    let folder = format!("{schemas}/.imports");
    let listing = tree.list(&folder);
    if listing.paths.is_empty() {
        return;
    }
    let path_of = |subject: &ImportedSubject, version: &ImportedVersion| {
        import_path(schemas, &subject.folder(), version.number, subject.format)
    };
    let known: HashSet<String> = (lock.imports.iter())
        .flat_map(|subject| {
            let contract = |version: &ImportedVersion| {
                version.contract.as_ref().map(|_| import_contract_path(schemas, &subject.folder(), version.number))
            };
            let of_version = move |version| std::iter::once(path_of(subject, version)).chain(contract(version));
            subject.versions.iter().flat_map(of_version)
        })
        .collect();
    for path in listing.paths.into_iter().map(|path| format!("{folder}/{path}")).filter(|path| !known.contains(path)) {
        let help = "only `cargo topika pull --import` writes there: restore topika.lock if a version is gone from it, else delete the file";
        let message = format!("{path} is no frozen text of an import that topika.lock knows");
        report.push(HISTORY_STRAY.finding(message).help(help));
    }
}

/// `ids.<env>.toml`, where the ids of an environment's registry stand.
fn is_ids(path: &str, folder: &str) -> bool {
    let name = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| name.starts_with("ids.") && name.ends_with(".toml") && !name.contains('/'))
}
