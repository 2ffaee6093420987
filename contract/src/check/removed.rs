//! What was locked and has no text of its name any more.

use super::items::Items;
use crate::project::Project;
use crate::report::Report;
use crate::rules::HISTORY_SUBJECT_REMOVED;

pub(super) fn check(project: &Project, items: &Items<'_>, report: &mut Report) {
    let files: std::collections::HashSet<&str> = project.files.iter().map(|file| file.path.as_str()).collect();
    for locked in project.lock.subjects.iter().filter(|locked| !items.lives(&locked.name)) {
        // A file that is there and broken has its own finding.
        let moved = items.of_path(&locked.path);
        let there = files.contains(locked.path.as_str()) || project.unreadable.contains(&locked.path);
        if there && moved.is_none() {
            continue;
        }
        let message = match moved {
            Some(item) if item.on_topic_of(locked) => format!(
                "the subject `{}` of {} is now called `{}`; a registry begins a new history there, this check goes on with the old one",
                locked.name, locked.path, item.subject.name
            ),
            Some(_) => format!("the subject `{}` of {} has a new name, and its history ends", locked.name, locked.path),
            None => format!("{} was locked as `{}` and is gone", locked.path, locked.name),
        };
        let help = "undo it, or see that nobody reads the old subject any more; `cargo topika explain history/subject-removed` says more";
        report.push(HISTORY_SUBJECT_REMOVED.finding(message).subject(&locked.name).help(help));
    }
}
