//! What git leaves in a file when two branches claim the same version.

use crate::report::Finding;
use crate::rules::LOCK_CONFLICT;
use crate::text::{Source, Span};

/// The way out of every conflict of the lock.
pub(super) const HELP: &str = "take topika.lock and the history of the main branch, say by `git checkout origin/main -- topika.lock \
                               schemas/.history`, keep your working files, and run `cargo topika lock` again";

/// The finding for a text with conflict markers, at the first one; it names both sides.
pub(super) fn markers(source: &Source) -> Option<Finding> {
    let text = source.text();
    let mut offset = 0;
    let mut ours: Option<(Span, &str)> = None;
    for line in text.split_inclusive('\n') {
        let span = Span::new(offset, offset + line.trim_end().len());
        offset += line.len();
        if let Some(side) = marker(line, "<<<<<<<").filter(|_| ours.is_none()) {
            ours = Some((span, side));
        } else if let (Some((at, ours)), Some(theirs)) = (ours, marker(line, ">>>>>>>")) {
            return Some(finding(source, at, &[ours, theirs]));
        }
    }
    ours.map(|(at, ours)| finding(source, at, &[ours]))
}

/// The name behind a marker, which stands at the start of a line.
fn marker<'t>(line: &'t str, sign: &str) -> Option<&'t str> {
    let rest = line.strip_prefix(sign)?;
    (rest.is_empty() || rest.starts_with([' ', '\n', '\r'])).then(|| rest.trim())
}

fn finding(source: &Source, at: Span, sides: &[&str]) -> Finding {
    let named: Vec<String> = sides.iter().filter(|side| !side.is_empty()).map(|side| format!("`{side}`")).collect();
    let sides = match named.as_slice() {
        [] => String::new(),
        [one] => format!(" with {one}"),
        both => format!(" between {}", both.join(" and ")),
    };
    let message = format!("{} holds a merge conflict{sides}: both claim the same place in history", source.path());
    LOCK_CONFLICT.at(source.at(at), message).label("the conflict begins here").help(HELP)
}
