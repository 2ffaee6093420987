use super::Language;
use crate::schema::Format;

/// The path of a frozen text, relative to the project's root: `schemas/.history/<folder>/<n>.avsc`. The folder is
/// [`LockedSubject::folder`](super::LockedSubject::folder).
#[must_use]
pub fn history_path(schemas: &str, folder: &str, number: u32, format: Format) -> String {
    format!("{schemas}/.history/{folder}/{number}.{}", format.ending())
}

/// The path of the data contract that was frozen with a version: `schemas/.history/<folder>/<n>.contract.json`.
#[must_use]
pub fn contract_path(schemas: &str, folder: &str, number: u32) -> String {
    format!("{schemas}/.history/{folder}/{number}{}", Format::CONTRACT)
}

/// The path of a text of a subject without a working file. The folder is [`CarriedSubject::folder`](super::CarriedSubject::folder).
#[must_use]
pub fn carried_path(schemas: &str, folder: &str, number: u32, language: Language) -> String {
    format!("{schemas}/.history/{folder}/{number}.{}", language.ending())
}

/// Whether a name can be a folder below `.history` without leaving it. Subjects of shared JSON schemas are paths.
pub(super) fn stays_below(name: &str) -> bool {
    !name.is_empty()
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !name.contains(['\\', ':', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_lead_out_of_the_history() {
        assert!(stays_below("food-orders-orders.OrderPlaced") && stays_below("types/station.schema.json"));
        for name in ["", "..", "../a", "/etc", "a/../../b", "c:\\x", "a//b"] {
            assert!(!stays_below(name), "{name}");
        }
    }
}
