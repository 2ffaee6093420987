use std::fmt::Write;

use super::Finding;

/// A finding as a few lines without an excerpt, as a build script shows it in a compiler's message.
///
/// ```
/// use topika_contract::{report, rules::AVRO_TYPE_CHANGED, text::{Source, Span}};
///
/// let source = Source::new("schemas/orders/order-placed.avsc", "{\n  \"type\": 1\n}");
/// let finding = AVRO_TYPE_CHANGED
///     .at(source.at(Span::new(4, 10)), "`total` was int and is now string")
///     .label("version 2, locked 2026-11-20, cannot be read by this schema")
///     .note("level: BACKWARD_TRANSITIVE (topika.toml:3)")
///     .note("hurts: kitchen")
///     .help("add a field beside it");
/// assert_eq!(report::short(&finding), "\
/// avro/type-changed: `total` was int and is now string
///   --> schemas/orders/order-placed.avsc:2:3
///    |  version 2, locked 2026-11-20, cannot be read by this schema
///    = level: BACKWARD_TRANSITIVE (topika.toml:3)   hurts: kitchen
///    = help: add a field beside it");
/// ```
#[must_use]
pub fn short(finding: &Finding) -> String {
    let mut out = format!("{}: {}", finding.rule.id, finding.message);
    // Writing into a string cannot fail.
    if let Some(at) = &finding.at {
        let _ = write!(out, "\n  --> {at}");
    }
    if let Some(label) = &finding.label {
        let _ = write!(out, "\n   |  {label}");
    }
    if finding.label.is_none() {
        for related in &finding.related {
            let _ = write!(out, "\n  ::: {}\n   |  {}", related.at, related.label);
        }
    }
    if !finding.notes.is_empty() {
        let _ = write!(out, "\n   = {}", finding.notes.join("   "));
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\n   = help: {help}");
    }
    out
}
