use std::fmt;

/// Why no value could be drawn of an event's schema: it names the field, and what asks for something that was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeError {
    pub(super) event: &'static str,
    pub(super) refusal: Refusal,
}

/// Where a value cannot be, and what asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `items[0].price`; empty for the event itself.
    pub(super) path: String,
    /// `pattern`, `not`, ...; or a word for what is wrong.
    pub(super) keyword: String,
    /// In words, where there is more to say.
    pub(super) why: String,
}

impl Refusal {
    pub(super) fn new(path: &str, keyword: &str, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), keyword: keyword.to_owned(), why: why.into() }
    }
}

impl FakeError {
    /// The field, as a path: `items[0].price`; empty for the event itself.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.refusal.path
    }

    /// What of the schema asks for something that was not found: `pattern`, `not`, `recursion`.
    #[must_use]
    pub fn keyword(&self) -> &str {
        &self.refusal.keyword
    }
}

impl fmt::Display for FakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { path, keyword, why } = &self.refusal;
        let field = if path.is_empty() { "the event itself".to_owned() } else { format!("the field `{path}`") };
        write!(f, "no fake `{}` was found: {field} does not come to meet `{keyword}`", self.event)?;
        if !why.is_empty() {
            write!(f, " ({why})")?;
        }
        write!(f, "\n  help: write this event by hand")
    }
}

impl std::error::Error for FakeError {}
