use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::Finding;
use crate::rules::Severity;
use crate::text::Location;

/// A finding with excerpts of the files it is about, for people at a terminal; `colour` says whether escapes may stand.
#[must_use]
pub fn full(finding: &Finding, colour: bool) -> String {
    let level = if finding.severity == Severity::Deny { Level::ERROR } else { Level::WARNING };
    let mut group = level
        .primary_title(finding.message.as_str())
        .id(finding.rule.id)
        .elements(std::iter::empty::<Snippet<'_, annotate_snippets::Annotation<'_>>>());
    if let Some(at) = &finding.at {
        group = group.element(snippet(at, finding.label.as_deref(), AnnotationKind::Primary));
    }
    for related in &finding.related {
        group = group.element(snippet(&related.at, Some(&related.label), AnnotationKind::Context));
    }
    if finding.at.is_none()
        && finding.related.is_empty()
        && let Some(subject) = &finding.subject
    {
        group = group.element(Origin::path(subject.as_str()));
    }
    let notes = finding.notes.join("   ");
    if !notes.is_empty() {
        group = group.element(Level::NOTE.no_name().message(notes));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

fn snippet<'a>(
    at: &'a Location,
    label: Option<&'a str>,
    kind: AnnotationKind,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let span = first_line(at);
    Snippet::source(at.source.text()).path(at.source.path()).fold(true).annotation(kind.span(span).label(label))
}

/// The part of a place on its first line: an excerpt of a whole record would say less.
fn first_line(at: &Location) -> std::ops::Range<usize> {
    let text = at.source.text();
    let start = at.span.start.min(text.len());
    let end = at.span.end.clamp(start, text.len());
    let cut = text.get(start..end).and_then(|part| part.find('\n')).map_or(end, |line| start + line);
    start..cut
}
