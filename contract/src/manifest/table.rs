use toml::de::{DeTable, DeValue};

use super::Marked;
use super::key::{Entry, place};
use crate::compat::Level;
use crate::report::Report;
use crate::rules::{MANIFEST_UNKNOWN_KEY, MANIFEST_VALUE};
use crate::text::{Location, Source, closest};

/// Reads tables of the manifest; whatever is wrong with one becomes a finding.
pub(super) struct Reader<'r> {
    pub(super) source: Source,
    pub(super) report: &'r mut Report,
}

impl Reader<'_> {
    /// The entries of a table, in the order of the text.
    pub(super) fn entries<'a>(&self, table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
        let mut entries: Vec<_> = table.iter().map(|(key, value)| Entry::new(&self.source, key, value)).collect();
        entries.sort_by_key(|entry| entry.name_at.span.start);
        entries
    }

    /// Says that `entry` is none of the keys of `table`.
    pub(super) fn unknown(&mut self, entry: &Entry<'_>, table: &str, known: &[&str]) {
        let place = if table.is_empty() { "topika.toml".to_owned() } else { format!("[{table}]") };
        let help = match closest(entry.name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("{place} knows {}", list(known)),
        };
        let finding = MANIFEST_UNKNOWN_KEY
            .at(entry.name_at.clone(), format!("unknown key `{}` in {place}", entry.name.escape_debug()))
            .help(help);
        self.report.push(finding);
    }

    /// Says that the value of a key has not the form it wants.
    pub(super) fn bad(&mut self, at: Location, key: &str, wanted: &str, found: &str) {
        let finding = MANIFEST_VALUE.at(at, format!("`{key}` wants {wanted}, and is {found}"));
        self.report.push(finding.help(format!("write {wanted}")));
    }

    /// Says that the value of a key is nearly one that could stand there.
    pub(super) fn meant(&mut self, entry: &Entry<'_>, wanted: &str, meant: &str) {
        let message = format!("`{}` wants {wanted}, and is {}", entry.name, said(entry.value));
        self.report.push(MANIFEST_VALUE.at(entry.at.clone(), message).help(format!("did you mean \"{meant}\"?")));
    }

    /// The table that an entry holds.
    pub(super) fn table<'a>(&mut self, entry: &Entry<'a>) -> Option<&'a DeTable<'a>> {
        let table = entry.value.as_table();
        if table.is_none() {
            self.bad(entry.at.clone(), entry.name, "a table", &said(entry.value));
        }
        table
    }

    /// The string that an entry holds; not empty.
    pub(super) fn string(&mut self, entry: &Entry<'_>) -> Option<Marked<String>> {
        match entry.value.as_str() {
            Some(text) if !text.is_empty() => Some(Marked { value: text.to_owned(), at: entry.at.clone() }),
            _ => {
                self.bad(entry.at.clone(), entry.name, "a string", &said(entry.value));
                None
            }
        }
    }

    /// The value that `parse` makes of an entry's string.
    pub(super) fn parsed<T>(
        &mut self,
        entry: &Entry<'_>,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Marked<T>> {
        match entry.value.as_str().and_then(parse) {
            Some(value) => Some(Marked { value, at: entry.at.clone() }),
            None => {
                self.bad(entry.at.clone(), entry.name, wanted, &said(entry.value));
                None
            }
        }
    }

    /// The level that an entry names.
    pub(super) fn level(&mut self, entry: &Entry<'_>) -> Option<Marked<Level>> {
        let names = || Level::ALL.into_iter().map(Level::as_str);
        let written = entry.value.as_str();
        if let Some(level) = written.and_then(Level::parse) {
            return Some(Marked { value: level, at: entry.at.clone() });
        }
        let message = format!("`{}` is no level: {}", entry.name, said(entry.value));
        let help = match written.and_then(|written| closest(written, names())) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("write one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        self.report.push(MANIFEST_VALUE.at(entry.at.clone(), message).help(help));
        None
    }

    /// A list of strings; one string alone is taken as a list of one where `single` says so.
    pub(super) fn strings(&mut self, entry: &Entry<'_>, single: bool) -> Vec<Marked<String>> {
        let wanted = if single { "a string or a list of strings" } else { "a list of strings" };
        if single && entry.value.is_str() {
            return self.string(entry).into_iter().collect();
        }
        self.items(entry, wanted, |value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// The truth that an entry holds.
    pub(super) fn flag(&mut self, entry: &Entry<'_>) -> Option<Marked<bool>> {
        let value = entry.value.as_bool();
        if value.is_none() {
            self.bad(entry.at.clone(), entry.name, "true or false", &said(entry.value));
        }
        value.map(|value| Marked { value, at: entry.at.clone() })
    }

    /// The positive number that an entry holds.
    pub(super) fn positive(&mut self, entry: &Entry<'_>) -> Option<Marked<u32>> {
        match positive(entry.value) {
            Some(value) => Some(Marked { value, at: entry.at.clone() }),
            None => {
                self.bad(entry.at.clone(), entry.name, "a whole number from 1 on", &said(entry.value));
                None
            }
        }
    }

    /// The number from 0 on that an entry holds.
    pub(super) fn whole(&mut self, entry: &Entry<'_>) -> Option<Marked<u32>> {
        match number(entry.value) {
            Some(value) => Some(Marked { value, at: entry.at.clone() }),
            None => {
                self.bad(entry.at.clone(), entry.name, "a whole number from 0 on", &said(entry.value));
                None
            }
        }
    }

    /// A list of positive numbers.
    pub(super) fn positives(&mut self, entry: &Entry<'_>) -> Vec<Marked<u32>> {
        self.items(entry, "a list of whole numbers from 1 on", positive)
    }

    fn items<T>(
        &mut self,
        entry: &Entry<'_>,
        wanted: &str,
        item: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Vec<Marked<T>> {
        let Some(values) = entry.value.as_array() else {
            self.bad(entry.at.clone(), entry.name, wanted, &said(entry.value));
            return Vec::new();
        };
        let mut items = Vec::new();
        for value in values.iter() {
            let at = place(&self.source, value.span());
            match item(value.get_ref()) {
                Some(value) => items.push(Marked { value, at }),
                None => self.bad(at, entry.name, wanted, &said(value.get_ref())),
            }
        }
        items
    }
}

fn positive(value: &DeValue<'_>) -> Option<u32> {
    number(value).filter(|number| *number > 0)
}

fn number(value: &DeValue<'_>) -> Option<u32> {
    let number = value.as_integer()?;
    u32::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A value, as a message shows it.
pub(super) fn said(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Boolean(value) => value.to_string(),
        other => format!("a {}", other.type_str()),
    }
}

/// `a, b and c` in back quotes.
fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "no keys".to_owned(),
    }
}
