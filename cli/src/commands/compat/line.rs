use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use topika_contract::compat::{Judgement, Level, Mode, Policy, Terms, compare, refusal};
use topika_contract::schema::{EventSchema, Format};
use topika_contract::text::Source;

use super::problem::first;
use crate::args::SchemaType;

/// A pair as a line says it. Members that are not known are passed over, so that a program may keep its own there.
#[derive(Deserialize)]
struct Pair<'l> {
    #[serde(borrow)]
    r#type: Cow<'l, str>,
    /// Text, or the schema itself.
    #[serde(borrow)]
    old: &'l RawValue,
    #[serde(borrow)]
    new: &'l RawValue,
    #[serde(borrow)]
    level: Option<Cow<'l, str>>,
    #[serde(borrow)]
    mode: Option<Cow<'l, str>>,
    #[serde(borrow)]
    policy: Option<Cow<'l, str>>,
}

/// Avro's types that a word is all of.
const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// Judges the pair of a line, with the terms that it leaves out from the command line.
///
/// # Errors
/// One line that says why there is no judgement.
pub(super) fn judge(line: &str, defaults: &Terms) -> Result<(Judgement, Mode), String> {
    let pair: Pair<'_> = serde_json::from_str(line).map_err(|error| format!("the line is no pair: {error}"))?;
    let Some(schema_type) = SchemaType::parse(&pair.r#type) else {
        return Err(format!("`type` is {:?}, and AVRO and JSON are known", pair.r#type));
    };
    let terms = Terms {
        level: said("level", pair.level.as_deref(), defaults.level, |word| Level::parse(&word.to_ascii_uppercase()))?,
        mode: said("mode", pair.mode.as_deref(), defaults.mode, Mode::parse)?,
        policy: said("policy", pair.policy.as_deref(), defaults.policy, Policy::parse)?,
    };
    let format = schema_type.format();
    let old = schema("old", pair.old, format)?;
    let new = schema("new", pair.new, format)?;
    Ok((compare(&new, &[(1, old)], &terms), terms.mode))
}

fn said<T>(name: &str, word: Option<&str>, default: T, parse: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    match word {
        None => Ok(default),
        Some(word) => parse(word).ok_or_else(|| format!("`{name}` {word:?} is not known")),
    }
}

fn schema(side: &str, raw: &RawValue, format: Format) -> Result<EventSchema, String> {
    let text: Cow<'_, str> = if raw.get().starts_with('"') {
        serde_json::from_str(raw.get()).map(Cow::Owned).map_err(|error| format!("`{side}` is no text: {error}"))?
    } else {
        Cow::Borrowed(raw.get())
    };
    let text = match text.trim() {
        // A schema that is but a word of Avro's, said without quotes of its own.
        word if format == Format::Avro && PRIMITIVES.contains(&word) => Cow::Owned(format!("\"{word}\"")),
        _ => text,
    };
    let schema = EventSchema::from_text(format, &Source::new(side, text)).map_err(|report| first(side, &report))?;
    match refusal(&schema) {
        Some(why) => Err(format!("{side}: registries do not load it: {why}")),
        None => Ok(schema),
    }
}
