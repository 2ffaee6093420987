//! What was told already: a change is told once, with every version that it breaks and everybody whom it hurts.

use std::collections::{HashMap, HashSet};

use super::baseline::{Baseline, Kind};
use crate::lock::LockedVersion;
use crate::report::{Finding, Report};

/// Rule, path, start and end: what is told there, and of which entry.
type Places = HashMap<(&'static str, Option<(String, usize, usize)>), Vec<usize>>;

/// The findings about changes that stand in the report.
#[derive(Default)]
pub(super) struct Told {
    entries: Vec<Entry>,
    places: Places,
}

struct Entry {
    /// Where the finding stands in the report.
    index: usize,
    subject: String,
    pointer: Option<String>,
    /// The message without the numbers of versions.
    message: String,
    /// The versions that the change breaks, in the order in which they were found: the newest of the lock first.
    breaks: Vec<String>,
}

impl Told {
    /// Keeps a finding about a version, or adds the version to the one that says the same. A change of a shared type breaks every
    /// text that uses it, and is told once, with everybody whom it hurts.
    pub(super) fn tell(&mut self, finding: Finding, broken: &str, report: &mut Report) {
        let place = finding.at.as_ref().map(|at| (at.source.path().to_owned(), at.span.start, at.span.end));
        let anywhere = place.is_none();
        let at_place = self.places.entry((finding.rule.id, place)).or_default();
        let subject = finding.subject.clone().unwrap_or_default();
        let message = without_versions(&finding.message);
        for at in at_place.iter() {
            let Some(entry) = self.entries.get_mut(*at) else { continue };
            let same = if entry.subject == subject {
                entry.message == message && entry.pointer == finding.pointer
            } else {
                // A change without a place is that of one subject only.
                !anywhere
            };
            if !same {
                continue;
            }
            if entry.subject == subject && !entry.breaks.iter().any(|known| known == broken) {
                entry.breaks.push(broken.to_owned());
            }
            if let Some(told) = report.findings_mut().get_mut(entry.index) {
                for name in finding.hurts {
                    if !told.hurts.contains(&name) {
                        told.hurts.push(name);
                    }
                }
            }
            return;
        }
        at_place.push(self.entries.len());
        self.entries.push(Entry {
            index: report.findings().len(),
            subject,
            pointer: finding.pointer.clone(),
            message,
            breaks: vec![broken.to_owned()],
        });
        report.push(finding);
    }

    /// Says of every change which versions it breaks, where it breaks several.
    pub(super) fn finish(self, report: &mut Report) {
        for entry in self.entries {
            let Some(finding) = report.findings_mut().get_mut(entry.index) else { continue };
            if let [first, others @ ..] = entry.breaks.as_slice()
                && !others.is_empty()
            {
                finding.notes.push(format!("first broken: {first}; also broken: {}", others.join(", ")));
            }
        }
    }
}

/// Keeps findings of which the report does not hold the same already.
pub(super) fn push_new(findings: impl IntoIterator<Item = Finding>, report: &mut Report) {
    let mut findings = findings.into_iter().peekable();
    if findings.peek().is_none() {
        return;
    }
    let known: HashSet<(&str, String)> =
        report.findings().iter().map(|finding| (finding.rule.id, finding.message.clone())).collect();
    let new: Vec<_> = findings.filter(|one| !known.contains(&(one.rule.id, one.message.clone()))).collect();
    report.extend(new);
}

/// How a version of a baseline is called: `version 3` in the lock, `version 3 of git:3f2a91c` elsewhere; `subject` where it is that of
/// another one.
pub(super) fn called(version: &LockedVersion, subject: Option<&str>, baseline: &Baseline) -> String {
    match &baseline.kind {
        Kind::Lock => match subject {
            Some(subject) => format!("version {} of `{subject}`", version.number),
            None => format!("version {}", version.number),
        },
        // Without a date it is the text of a working tree.
        _ if version.date.is_empty() => format!("the schema of {}", baseline.id),
        _ => format!("version {} of {}", version.number, baseline.id),
    }
}

/// A message with every `version 12` as `version #`.
fn without_versions(message: &str) -> String {
    let mut parts = message.split("version ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("version ");
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        out.push_str(if rest.len() < part.len() { "#" } else { "" });
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_versions_do_not_make_another_message() {
        let one = without_versions("field `a` is gone, and version 12 has no default for it");
        assert_eq!(one, without_versions("field `a` is gone, and version 3 has no default for it"));
        assert_eq!(without_versions("version x, version 2"), "version x, version #");
    }
}
