use std::io::Read as _;
use std::path::Path;

use topika_contract::report::Report;
use topika_contract::syntax::{Comments, parse_json};
use topika_contract::text::Source;
use topika_contract::text::json::Json;

/// No sample is larger; one that is was named by mistake.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The objects of a file of samples: one, an array of them, or one a line.
///
/// # Errors
/// The message, and what was found wrong with the text.
pub(super) fn samples(path: &Path) -> Result<Vec<Json>, (String, Report)> {
    let shown = path.display().to_string();
    let text = text(path).map_err(|problem| (format!("cannot read {shown}: {problem}"), Report::default()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut report = Report::default();
    let values = match parse_json(&Source::new(shown.as_str(), text), Comments::Refused, &mut report) {
        Some(json) => match json.as_array() {
            Some(items) => items.to_vec(),
            None => vec![json],
        },
        None => lines(&shown, text).ok_or_else(|| (format!("{shown} is no JSON"), report))?,
    };
    if values.is_empty() || values.iter().any(|value| value.as_object().is_none()) {
        let found = values.iter().find(|value| value.as_object().is_none()).map_or("nothing", Json::kind);
        return Err((format!("a sample of an event is a JSON object, and {shown} holds {found}"), Report::default()));
    }
    Ok(values)
}

/// A value a line; `None` where a line is none.
fn lines(shown: &str, text: &str) -> Option<Vec<Json>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| parse_json(&Source::new(shown, line), Comments::Refused, &mut Report::default())).collect()
}

fn text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(format!("it is larger than {} MiB", LARGEST / 1024 / 1024));
    }
    String::from_utf8(bytes).map_err(|error| format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()))
}
