use crate::text::json::Json;

/// Confluent's inline tags: `"confluent:tags": ["PII"]` on a field, a property or a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Tags {
    /// There are none.
    None,
    /// One of them says that the value is about a person or secret.
    Personal,
    /// There are others, as `PUBLIC`: somebody has thought about it.
    Other,
    /// What stands there is no list of words.
    Broken,
}

/// Words of Confluent's documentation and of common use.
const PERSONAL: &[&str] = &["PII", "PRIVATE", "SENSITIVE", "PHI", "PCI", "GDPR"];

impl Tags {
    /// The member that holds them.
    pub(in crate::lint) const NAME: &str = "confluent:tags";

    pub(in crate::lint) fn of(value: Option<&Json>) -> Self {
        let Some(value) = value else { return Self::None };
        let words: Option<Vec<&str>> = value
            .as_array()
            .and_then(|items| items.iter().map(|item| item.as_str().filter(|word| !word.is_empty())).collect());
        match words.as_deref() {
            None => Self::Broken,
            Some([]) => Self::None,
            Some(words) if words.iter().any(|word| PERSONAL.iter().any(|known| known.eq_ignore_ascii_case(word))) => {
                Self::Personal
            }
            Some(_) => Self::Other,
        }
    }

    /// What both say together: of a field and of its type.
    pub(in crate::lint) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, other) => other,
            (Self::Other, Self::Personal) => Self::Personal,
            (this, _) => this,
        }
    }
}
