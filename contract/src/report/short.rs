use std::fmt::Write;

use super::{Finding, facts, plain};

/// A finding as a few lines without an excerpt, as a build script shows it in a compiler's message. Second places stand only where no
/// label says what happened; [`full`](super::full()) shows all of them.
///
/// ```
/// use topika_contract::{report, rules::AVRO_TYPE_CHANGED, text::{Source, Span}};
///
/// let source = Source::new("schemas/orders/order-placed.avsc", "{\n  \"type\": 1\n}");
/// let finding = AVRO_TYPE_CHANGED
///     .at(source.at(Span::new(4, 10)), "`total` was int and is now string")
///     .label("version 2, locked 2026-11-20, cannot be read by this schema")
///     .promise("BACKWARD_TRANSITIVE", "topika.toml:3")
///     .hurts(["kitchen"])
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
    let mut out = format!("{}: {}", finding.rule.id, plain(&finding.message));
    // Writing into a string cannot fail.
    if let Some(at) = &finding.at {
        let _ = write!(out, "\n  --> {}", plain(&at.to_string()));
    }
    if let Some(label) = &finding.label {
        let _ = write!(out, "\n   |  {}", plain(label));
    }
    if finding.label.is_none() {
        for related in &finding.related {
            let _ = write!(out, "\n  ::: {}\n   |  {}", plain(&related.at.to_string()), plain(&related.label));
        }
    }
    let promised: Vec<String> = facts::promise(finding).into_iter().chain(facts::hurts(finding)).collect();
    let promised = (!promised.is_empty()).then(|| promised.join("   "));
    let notes = finding.notes.iter().map(|note| plain(note).into_owned());
    let below = promised.into_iter().chain(facts::witness(finding)).chain(notes).chain(facts::help(finding));
    for fact in below {
        let _ = write!(out, "\n   = {fact}");
    }
    out
}
