use std::path::Path;

use topika_contract::report::Report;
use topika_contract::syntax::{Comments, parse_json};
use topika_contract::text::Source;
use topika_contract::text::json::Json;

use crate::named_file;

/// The objects of a file of samples: one, an array of them, or one a line.
///
/// # Errors
/// The message, and what was found wrong with the text.
pub(super) fn samples(path: &Path) -> Result<Vec<Json>, (String, Report)> {
    let (shown, text) = if path == Path::new("-") {
        ("stdin".to_owned(), named_file::stdin())
    } else {
        (path.display().to_string(), named_file::text(path))
    };
    let text = text.map_err(|problem| (format!("cannot read {shown}: {problem}"), Report::default()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut report = Report::default();
    let values = match parse_json(&Source::new(shown.as_str(), text), Comments::Refused, &mut report) {
        // Readers differ in which of two equal keys they take, so it is not known what the sample says.
        Some(_) if report.denies() => return Err((twice(&shown), report)),
        Some(json) => match json.as_array() {
            Some(items) => items.to_vec(),
            None => vec![json],
        },
        None => lines(&shown, text, report)?,
    };
    if values.is_empty() || values.iter().any(|value| value.as_object().is_none()) {
        let found = values.iter().find(|value| value.as_object().is_none()).map_or("nothing", Json::kind);
        return Err((format!("a sample of an event is a JSON object, and {shown} holds {found}"), Report::default()));
    }
    Ok(values)
}

/// A value a line; where a line is none, what was found wrong with the whole, or with the line if others are.
fn lines(shown: &str, text: &str, whole: Report) -> Result<Vec<Json>, (String, Report)> {
    let mut values = Vec::new();
    for (before, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut report = Report::default();
        let json = parse_json(&Source::new(shown, line), Comments::Refused, &mut report);
        if report.denies() {
            let json_before = !values.is_empty();
            let report = if json.is_some() || json_before { at_line(before, shown, line) } else { whole };
            return Err((if json.is_some() { twice(shown) } else { format!("{shown} is no JSON") }, report));
        }
        values.extend(json);
    }
    Ok(values)
}

/// What is wrong with a line, at its place in the file.
fn at_line(before: usize, shown: &str, line: &str) -> Report {
    let mut report = Report::default();
    let padded = "\n".repeat(before) + line;
    let _ = parse_json(&Source::new(shown, padded), Comments::Refused, &mut report);
    report
}

fn twice(shown: &str) -> String {
    format!("a key stands twice in {shown}, and nobody knows which of its values counts")
}
