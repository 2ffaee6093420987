//! The rows `[env.NAME]`: where an environment's registry is.

use toml::de::DeTable;

use super::Marked;
use super::key::Entry;
use super::table::Reader;

const ENV: &[&str] = &["registry", "topic-prefix", "user", "password"];
const SECRET: &[&str] = &["env"];

/// `[env.NAME]`
#[derive(Clone, Debug)]
pub struct EnvRow {
    /// The environment's name.
    pub name: Marked<String>,
    /// The URL of its registry.
    pub registry: Option<Marked<String>>,
    /// What stands before the names of topics there, and so before the subjects made of them.
    pub topic_prefix: Option<Marked<String>>,
    /// Who asks the registry.
    pub user: Option<Marked<Setting>>,
    /// With which password; never one that stands in the file.
    pub password: Option<Marked<Setting>>,
}

/// A value, or where it is found when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The value itself.
    Text(String),
    /// `{ env = "NAME" }`: a variable of the environment.
    Variable(String),
}

/// Reads a row.
pub(super) fn row<'a>(name: Marked<String>, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> EnvRow {
    let title = format!("env.{}", name.value);
    let mut row = EnvRow { name, registry: None, topic_prefix: None, user: None, password: None };
    for entry in reader.entries(table) {
        match entry.name {
            "registry" => row.registry = registry(&entry, reader),
            "topic-prefix" => row.topic_prefix = reader.parsed(&entry, "a text such as \"prod.\"", prefix),
            "user" => row.user = user(&entry, &title, reader),
            "password" => row.password = variable(&entry, &title, reader),
            _ => reader.unknown(&entry, &title, ENV),
        }
    }
    row
}

fn registry(entry: &Entry<'_>, reader: &mut Reader<'_>) -> Option<Marked<String>> {
    let value = entry.value.as_str().and_then(url);
    if value.is_none() {
        // Not shown: a URL may hold a password.
        reader.bad(
            entry.at.clone(),
            entry.name,
            "a URL without credentials, such as \"https://registry.internal\"",
            "none",
        );
    }
    value.map(|value| Marked { value, at: entry.at.clone() })
}

fn user(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Option<Marked<Setting>> {
    match entry.value.as_str() {
        Some(text) if !text.is_empty() => Some(Marked { value: Setting::Text(text.to_owned()), at: entry.at.clone() }),
        _ => variable(entry, title, reader),
    }
}

/// `{ env = "NAME" }`. What else stands there is not shown: it may be a password.
fn variable(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Option<Marked<Setting>> {
    const WANTED: &str = "`{ env = \"NAME\" }`, a variable that holds it";
    let Some(table) = entry.value.as_table() else {
        reader.bad(entry.at.clone(), entry.name, WANTED, "something else");
        return None;
    };
    let mut name = None;
    for inner in reader.entries(table) {
        match inner.name {
            "env" => name = reader.string(&inner).map(|name| name.value),
            _ => reader.unknown(&inner, &format!("{title}.{}", entry.name), SECRET),
        }
    }
    if name.is_none() && table.get("env").is_none() {
        reader.bad(entry.at.clone(), entry.name, WANTED, "a table without `env`");
    }
    name.map(|name| Marked { value: Setting::Variable(name), at: entry.at.clone() })
}

/// A URL of a registry, without credentials: the file is committed.
fn url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split('/').next().unwrap_or_default();
    (!host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

/// Signs that the name of a topic may have.
fn prefix(text: &str) -> Option<String> {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')).then(|| text.to_owned())
}
