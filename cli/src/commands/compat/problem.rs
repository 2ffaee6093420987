use topika_contract::report::Report;

/// What is wrong with a text, as one line: the first finding that matters, and how many more there are.
pub(super) fn first(side: &str, report: &Report) -> String {
    let worst = report.findings().iter().max_by_key(|finding| finding.severity);
    // `max_by_key` gives the last of several.
    let first = report.findings().iter().find(|finding| worst.is_some_and(|worst| worst.severity == finding.severity));
    match first {
        Some(finding) => {
            let place = finding.at.as_ref().map_or_else(|| side.to_owned(), ToString::to_string);
            format!("{place}: {} ({})", finding.message, finding.rule.id)
        }
        None => format!("{side}: no schema comes of this text"),
    }
}
