use super::loader::Loader;
use super::scope::{Draft, Scope};
use crate::compat::json::loaded::model::Text;
use crate::compat::json::loaded::refusal::Refusal;

/// The formats for which everit has a validator, and since which draft; others are forgotten.
const FORMATS: [(&str, Draft); 13] = [
    ("date-time", Draft::Four),
    ("uri", Draft::Four),
    ("email", Draft::Four),
    ("ipv4", Draft::Four),
    ("ipv6", Draft::Four),
    ("hostname", Draft::Four),
    ("json-pointer", Draft::Six),
    ("uri-reference", Draft::Six),
    ("uri-template", Draft::Six),
    ("date", Draft::Seven),
    ("time", Draft::Seven),
    ("regex", Draft::Seven),
    ("relative-json-pointer", Draft::Seven),
];

impl<'d> Loader<'d> {
    /// The keywords of strings.
    pub(super) fn string(&mut self, scope: &Scope<'d>, requires_string: bool) -> Result<Text, Refusal> {
        let length =
            |name: &str| -> Result<Option<i32>, Refusal> { scope.get(name)?.map(|value| value.integer()).transpose() };
        let (min_length, max_length) = (length("minLength")?, length("maxLength")?);
        let pattern = scope.get("pattern")?.map(|value| value.string().map(str::to_owned)).transpose()?;
        let format = match scope.get("format")? {
            Some(value) => {
                let name = value.string()?;
                FORMATS.iter().find(|(known, since)| *known == name && scope.draft >= *since).map(|(known, _)| *known)
            }
            None => None,
        };
        Ok(Text { requires_string, min_length, max_length, pattern, format })
    }
}
