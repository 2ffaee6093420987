use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::Span;

/// A table of the lock, read strictly: nobody writes it by hand.
pub(super) struct Row<'a> {
    table: &'a DeTable<'a>,
    span: Span,
}

/// What a table does not say as it should, and where.
pub(super) struct Bad {
    pub(super) span: Span,
    pub(super) message: String,
}

impl<'a> Row<'a> {
    /// A table that has keys out of `known` only.
    pub(super) fn new(table: &'a DeTable<'a>, span: Span, known: &[&str]) -> Result<Self, Bad> {
        let row = Self { table, span };
        match table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
            Some(key) => {
                Err(Bad { span: place(key), message: format!("unknown key `{}`", key.get_ref().escape_debug()) })
            }
            None => Ok(row),
        }
    }

    /// Where the table stands.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// Where the value of a key stands; the table's place where there is none.
    pub(super) fn span_of(&self, key: &str) -> Span {
        self.table.get(key).map_or(self.span, place)
    }

    pub(super) fn text(&self, key: &str) -> Result<String, Bad> {
        self.perhaps_text(key)?.ok_or_else(|| self.missing(key))
    }

    pub(super) fn perhaps_text(&self, key: &str) -> Result<Option<String>, Bad> {
        self.perhaps(key, "a string", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Bad> {
        self.perhaps_texts(key)?.ok_or_else(|| self.missing(key))
    }

    pub(super) fn perhaps_texts(&self, key: &str) -> Result<Option<Vec<String>>, Bad> {
        let all = |value: &DeValue<'_>| {
            value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
        };
        self.perhaps(key, "a list of strings", all)
    }

    pub(super) fn perhaps_flag(&self, key: &str) -> Result<Option<bool>, Bad> {
        self.perhaps(key, "true or false", DeValue::as_bool)
    }

    pub(super) fn number(&self, key: &str) -> Result<u32, Bad> {
        self.perhaps_number(key)?.ok_or_else(|| self.missing(key))
    }

    pub(super) fn perhaps_number(&self, key: &str) -> Result<Option<u32>, Bad> {
        self.perhaps(key, "a whole number", |value| {
            let number = value.as_integer()?;
            u32::from_str_radix(number.as_str(), number.radix()).ok()
        })
    }

    /// The tables below a key, none where it is absent.
    pub(super) fn rows(&self, key: &str, known: &[&str]) -> Result<Vec<Self>, Bad> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let wrong = |span| Bad { span, message: format!("`{key}` wants a list of tables") };
        let items = value.get_ref().as_array().ok_or_else(|| wrong(place(value)))?;
        let row = |item: &'a Spanned<DeValue<'a>>| match item.get_ref() {
            DeValue::Table(table) => Self::new(table, place(item), known),
            _ => Err(wrong(place(item))),
        };
        items.iter().map(row).collect()
    }

    fn perhaps<T>(&self, key: &str, wanted: &str, read: impl Fn(&DeValue<'a>) -> Option<T>) -> Result<Option<T>, Bad> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let bad = || Bad { span: place(value), message: format!("`{key}` wants {wanted}") };
        read(value.get_ref()).map(Some).ok_or_else(bad)
    }

    fn missing(&self, key: &str) -> Bad {
        Bad { span: self.span, message: format!("the key `{key}` is missing") }
    }
}

fn place<T>(value: &Spanned<T>) -> Span {
    let range = value.span();
    Span::new(range.start, range.end)
}
