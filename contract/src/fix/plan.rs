use std::collections::BTreeMap;

use super::edited::{edited, overlapping};
use crate::report::{Edit, Finding, Fix};
use crate::text::json::{Comments, read};
use crate::tree::Tree;

/// What the fixes of a report do to the files of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The files as they will be, sorted by path.
    pub files: Vec<Changed>,
    /// The fixes that are made, in the order of their findings.
    pub made: Vec<Made>,
    /// The fixes that are not, with the reason.
    pub refused: Vec<Refused>,
}

/// A file that fixes change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The path below the project's root.
    pub path: String,
    /// Its text as it stands there.
    pub before: String,
    /// Its text with the fixes made.
    pub after: String,
}

/// A fix that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The rule of its finding.
    pub rule: &'static str,
    /// The first place that changes: path, line and column.
    pub at: String,
    /// What it does.
    pub title: String,
}

/// A fix that is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The fix.
    pub fix: Made,
    /// Why not: lower case, no full stop.
    pub reason: String,
}

/// Puts the fixes of findings together: what each file becomes. A fix is made as a whole or not at all. It is refused where it touches what
/// an earlier one touches, where its file has changed since it was read, where the file is none of the working tree (`topika.toml`, or a file
/// below the schema folder that is not frozen), or where the file would not be read any more. `schemas` is the schema folder.
#[must_use]
pub fn plan<'f>(findings: impl IntoIterator<Item = &'f Finding>, tree: &dyn Tree, schemas: &str) -> Plan {
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    let mut plan = Plan::default();
    let mut seen: Vec<&Fix> = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let Some(first) = fix.edits.first() else { continue };
        // A change of a shared type is told for each subject, with the same fix.
        if seen.contains(&fix) {
            continue;
        }
        seen.push(fix);
        let made = Made { rule: finding.rule.id, at: first.at.to_string(), title: fix.title.clone() };
        match accept(fix, tree, schemas, &mut drafts) {
            Ok(()) => plan.made.push(made),
            Err(reason) => plan.refused.push(Refused { fix: made, reason }),
        }
    }
    plan.files = drafts
        .into_iter()
        .filter(|(_, draft)| draft.after != draft.before)
        .map(|(path, draft)| Changed { path, before: draft.before, after: draft.after })
        .collect();
    plan
}

/// A file with the edits that were accepted so far.
#[derive(Clone, Default)]
struct Draft {
    before: String,
    edits: Vec<Edit>,
    after: String,
}

fn accept(fix: &Fix, tree: &dyn Tree, schemas: &str, drafts: &mut BTreeMap<String, Draft>) -> Result<(), String> {
    let mut changed: BTreeMap<String, Draft> = BTreeMap::new();
    for edit in &fix.edits {
        let path = edit.at.source.path();
        if !is_working(path, schemas) {
            return Err(format!("{path} is no file that a fix may change"));
        }
        if !changed.contains_key(path) {
            let draft = match drafts.get(path) {
                Some(draft) => draft.clone(),
                None => Draft { before: text(tree, path)?, ..Draft::default() },
            };
            changed.insert(path.to_owned(), draft);
        }
        let Some(draft) = changed.get_mut(path) else { continue };
        if draft.before != edit.at.source.text() {
            return Err(format!("{path} has changed since it was read"));
        }
        if draft.edits.iter().any(|other| overlapping(other, edit)) {
            return Err("another fix changes the same place".to_owned());
        }
        draft.edits.push(edit.clone());
    }
    for (path, draft) in &mut changed {
        draft.after = edited(&draft.before, &draft.edits).ok_or("another fix changes the same place")?;
        reads(path, &draft.after)?;
    }
    drafts.append(&mut changed);
    Ok(())
}

fn text(tree: &dyn Tree, path: &str) -> Result<String, String> {
    match tree.text(path) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(format!("{path} is gone")),
        Err(problem) => Err(format!("{path} cannot be read: {problem}")),
    }
}

/// Whether the text is one of its file's format still: an edit that does harm is a mistake of ours, and must not reach the disk.
fn reads(path: &str, text: &str) -> Result<(), String> {
    let fine = if path.ends_with(".toml") {
        toml::de::DeTable::parse(text).is_ok()
    } else {
        read(text, Comments::Allowed).0.is_some()
    };
    if fine { Ok(()) } else { Err(format!("{path} could not be read any more")) }
}

/// Whether a path is one that people write: frozen and imported texts, the lock, and everything outside of the project are not.
fn is_working(path: &str, schemas: &str) -> bool {
    let below = path.strip_prefix(schemas.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    let plain =
        |rest: &str| !rest.contains('\\') && rest.split('/').all(|part| !part.starts_with('.') && !part.is_empty());
    path == "topika.toml" || below.is_some_and(plain)
}
