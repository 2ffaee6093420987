use toml::de::DeTable;

use super::key::Entry;
use super::table::{Reader, said};
use super::{Manifest, Marked, TopicSettings};
use crate::compat::Policy;
use crate::report::Report;
use crate::rules::{self, MANIFEST_SYNTAX, MANIFEST_UNKNOWN_KEY, MANIFEST_VALUE, Rule, Severity};
use crate::text::{Source, Span, closest};

const TABLES: &[&str] =
    &["project", "topics", "topic", "event", "shared", "domain", "types", "type", "env", "import", "rules", "waive"];
const PROJECT: &[&str] = &["schemas", "topic", "level", "policy", "module"];

impl Manifest {
    /// Reads the text of a `topika.toml`. What is wrong becomes findings, and what can be understood is kept.
    ///
    /// ```
    /// use topika_contract::{manifest::Manifest, report::Report, text::Source};
    ///
    /// let mut report = Report::default();
    /// let text = "[topic.food-orders]\npartition = 3\n";
    /// Manifest::parse(&Source::new("topika.toml", text), &mut report);
    /// let finding = &report.findings()[0];
    /// assert_eq!(finding.message, "unknown key `partition` in [topic.food-orders]");
    /// assert_eq!(finding.help.as_deref(), Some("did you mean `partitions`?"));
    /// ```
    #[must_use]
    pub fn parse(source: &Source, report: &mut Report) -> Self {
        let (document, errors) = DeTable::parse_recoverable(source.text());
        for error in &errors {
            let span = error.span().map_or_else(Span::default, |range| Span::new(range.start, range.end));
            let message = error.message().split('\n').next().unwrap_or("this is no TOML").to_owned();
            let help = "mend the line: TOML has `[table]` and `key = value`, and puts text in quotes";
            report.push(MANIFEST_SYNTAX.at(source.at(span), message).help(help));
        }
        let mut manifest = Self { source: Some(source.clone()), ..Self::default() };
        let mut reader = Reader { source: source.clone(), report };
        for entry in reader.entries(document.get_ref()) {
            if !TABLES.contains(&entry.name) {
                reader.unknown(&entry, "", TABLES);
                continue;
            }
            if entry.name == "waive" {
                manifest.waivers = super::waive::rows(&entry, &mut reader);
                continue;
            }
            let Some(table) = reader.table(&entry) else { continue };
            match entry.name {
                "project" => manifest.project(table, &mut reader),
                "topics" => manifest.topic_defaults = TopicSettings::read("topics", table, &mut reader),
                "types" => manifest.types = super::types::types(table, &mut reader),
                "rules" => manifest.severities(table, &mut reader),
                kind => {
                    for row in reader.entries(table) {
                        if let Some(table) = reader.table(&row) {
                            let name = Marked { value: row.name.to_owned(), at: row.name_at.clone() };
                            manifest.row(kind, name, table, &mut reader);
                        }
                    }
                }
            }
        }
        super::import::tell_unknown_envs(&manifest, &mut reader);
        super::topic_settings::tell_unwritable(&manifest, &mut reader);
        manifest
    }

    fn project<'a>(&mut self, table: &'a DeTable<'a>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            match entry.name {
                "schemas" => {
                    if let Some(path) = reader.parsed(&entry, "a folder below the project", folder) {
                        self.schemas = path.value;
                    }
                }
                "topic" => {
                    let wanted =
                        "a pattern of `{domain}` and `{event}`, such as \"{domain}.{event}\" or \"{domain}.events\"";
                    if let Some(pattern) = reader.parsed(&entry, wanted, pattern) {
                        self.topic = pattern.value;
                        self.topic_at = Some(pattern.at);
                    }
                }
                "level" => self.level = reader.level(&entry),
                "policy" => self.policy = reader.parsed(&entry, "\"strict\" or \"lenient\"", Policy::parse),
                "module" => self.module = reader.parsed(&entry, "a Rust path, such as \"crate::events\"", rust_path),
                _ => reader.unknown(&entry, "project", PROJECT),
            }
        }
    }

    fn severities<'a>(&mut self, table: &'a DeTable<'a>, reader: &mut Reader<'_>) {
        for entry in reader.entries(table) {
            let Some(rule) = rules::by_id(entry.name) else {
                let ids = rules::all().iter().map(|rule| rule.id);
                let help = match closest(entry.name, ids) {
                    Some(meant) => format!("did you mean \"{meant}\"?"),
                    None => "run `cargo topika rules` for all of them".to_owned(),
                };
                let message = format!("unknown rule `{}` in [rules]", entry.name.escape_debug());
                reader.report.push(MANIFEST_UNKNOWN_KEY.at(entry.name_at.clone(), message).help(help));
                continue;
            };
            if let Some(severity) = severity(rule, &entry, reader) {
                self.rules.insert(rule.id, severity);
            }
        }
    }
}

/// The severity that an entry gives a rule.
fn severity(rule: &Rule, entry: &Entry<'_>, reader: &mut Reader<'_>) -> Option<Marked<Severity>> {
    let written = entry.value.as_str();
    let Some(severity) = written.and_then(Severity::parse) else {
        let said = said(entry.value);
        let message = format!("`{}` wants \"allow\", \"warn\" or \"deny\", and is {said}", rule.id);
        let meant = match written.map(str::to_lowercase).as_deref() {
            Some("error" | "err" | "fail" | "forbid" | "fatal" | "deny") => "did you mean \"deny\"? ",
            Some("warning" | "warn" | "info" | "note") => "did you mean \"warn\"? ",
            Some("off" | "ignore" | "none" | "no" | "disable" | "disabled" | "allow") => "did you mean \"allow\"? ",
            _ => "",
        };
        let help = format!("{meant}\"deny\" fails the check, \"warn\" only says it, \"allow\" says nothing");
        reader.report.push(MANIFEST_VALUE.at(entry.at.clone(), message).help(help));
        return None;
    };
    if severity < rule.default && rule.guards_the_lock() {
        let message = format!("`{}` cannot be lowered: it guards what was locked", rule.id);
        reader.report.push(MANIFEST_VALUE.at(entry.at.clone(), message).help("take the line out of topika.toml"));
        return None;
    }
    Some(Marked { value: severity, at: entry.at.clone() })
}

/// A relative path that stays below the root, without `/` at its end.
fn folder(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let text = text.strip_prefix("./").unwrap_or(text);
    let stays =
        !text.is_empty() && text.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']));
    stays.then(|| text.to_owned())
}

/// A pattern for topic names: of the event, the domain or both.
fn pattern(text: &str) -> Option<String> {
    let rest = text.replace("{domain}", "").replace("{event}", "");
    (rest.len() < text.len() && !rest.contains(['{', '}'])).then(|| text.to_owned())
}

/// `a::b::C`, with `crate::` or `::` in front or not.
pub(super) fn rust_path(text: &str) -> Option<String> {
    let segment = |part: &str| {
        part.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    text.strip_prefix("::").unwrap_or(text).split("::").all(segment).then(|| text.to_owned())
}
