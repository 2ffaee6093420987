use std::collections::BTreeSet;

use serde::Deserialize;

use super::conflict;
use super::history::stays_below;
use super::print::LOCK_VERSION;
use super::{Lock, LockedReference, LockedSubject, LockedTopic, LockedVersion};
use crate::compat::Level;
use crate::report::Report;
use crate::rules::{LOCK_CONFLICT, LOCK_CORRUPT, Rule};
use crate::schema::Format;
use crate::text::{Source, Span};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    lock_version: u32,
    #[serde(default)]
    topic: Vec<TopicEntry>,
    #[serde(default)]
    subject: Vec<SubjectEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    name: String,
    events: Vec<String>,
    key: Vec<String>,
    partitions: Option<u32>,
    retention: Option<String>,
    level: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectEntry {
    name: String,
    path: String,
    format: String,
    version: Vec<VersionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionEntry {
    number: u32,
    date: String,
    text: String,
    compare: String,
    fingerprint: Option<String>,
    #[serde(default)]
    references: Vec<ReferenceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceEntry {
    name: String,
    subject: String,
    version: u32,
}

impl Lock {
    /// Reads the text of a `topika.lock`, without the frozen texts.
    #[must_use]
    pub fn parse(source: &Source, report: &mut Report) -> Self {
        let corrupt = Self { source: Some(source.clone()), corrupt: true, ..Self::default() };
        if let Some(finding) = conflict::markers(source) {
            report.push(finding);
            return corrupt;
        }
        let file: File = match toml::from_str(source.text()) {
            Ok(file) => file,
            Err(error) => {
                let span = error.span().map_or_else(Span::default, |range| Span::new(range.start, range.end));
                let message = error.message().split('\n').next().unwrap_or_default().to_owned();
                tell(report, source, span, &message);
                return corrupt;
            }
        };
        if file.lock_version > LOCK_VERSION {
            let message =
                format!("its form is version {}, and this topika reads version {LOCK_VERSION}", file.lock_version);
            tell_with(
                report,
                source,
                Span::default(),
                &message,
                "a newer topika wrote it: update topika-build and cargo-topika",
            );
            return corrupt;
        }
        match entries(file) {
            Ok((topics, subjects)) => Self { source: Some(source.clone()), corrupt: false, topics, subjects },
            Err(Wrong { rule, message }) if std::ptr::eq(rule, &raw const LOCK_CONFLICT) => {
                report.push(rule.at(source.at(Span::default()), message).help(conflict::HELP));
                corrupt
            }
            Err(Wrong { message, .. }) => {
                tell(report, source, Span::default(), &message);
                corrupt
            }
        }
    }
}

/// What is wrong with the entries.
struct Wrong {
    rule: &'static Rule,
    message: String,
}

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Self { rule: &LOCK_CORRUPT, message }
    }
}

fn tell(report: &mut Report, source: &Source, span: Span, message: &str) {
    let help =
        "restore topika.lock from version control; after a merge, take one side and run `cargo topika lock` again";
    tell_with(report, source, span, message, help);
}

fn tell_with(report: &mut Report, source: &Source, span: Span, message: &str, help: &str) {
    report.push(LOCK_CORRUPT.at(source.at(span), format!("topika.lock cannot be read: {message}")).help(help));
}

fn entries(file: File) -> Result<(Vec<LockedTopic>, Vec<LockedSubject>), Wrong> {
    if file.lock_version != LOCK_VERSION {
        let message =
            format!("its form is version {}, and this topika reads version {LOCK_VERSION}", file.lock_version);
        return Err(message.into());
    }
    let mut topics = file.topic.into_iter().map(topic).collect::<Result<Vec<_>, _>>()?;
    let mut subjects = file.subject.into_iter().map(subject).collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    for name in topics.iter().map(|topic| &topic.name) {
        if !seen.insert(name) {
            return Err(twice(format!("the topic `{name}` stands twice in topika.lock")));
        }
    }
    let mut seen = BTreeSet::new();
    for name in subjects.iter().map(|subject| &subject.name) {
        if !seen.insert(name) {
            return Err(twice(format!("the subject `{name}` stands twice in topika.lock")));
        }
    }
    // People sort what they merge by hand in ways of their own; look-ups are by name.
    topics.sort_by(|a, b| a.name.cmp(&b.name));
    subjects.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((topics, subjects))
}

/// Two branches wrote the same thing, and both rows were kept.
fn twice(message: String) -> Wrong {
    Wrong { rule: &LOCK_CONFLICT, message }
}

fn topic(entry: TopicEntry) -> Result<LockedTopic, String> {
    let level = Level::parse(&entry.level).ok_or_else(|| format!("unknown level {:?}", entry.level))?;
    let TopicEntry { name, events, key, partitions, retention, level: _ } = entry;
    Ok(LockedTopic { name, events, key, partitions, retention, level })
}

fn subject(entry: SubjectEntry) -> Result<LockedSubject, Wrong> {
    let SubjectEntry { name, path, format, version } = entry;
    for text in [&name, &path] {
        if !stays_below(text) {
            return Err(format!("{text:?} is no subject or path").into());
        }
    }
    let format = match format.as_str() {
        "avro" => Format::Avro,
        "json" => Format::Json,
        other => return Err(format!("unknown format {other:?}").into()),
    };
    let mut last = 0;
    let mut versions = Vec::with_capacity(version.len());
    for entry in version {
        if entry.number == last && last > 0 {
            let message = format!("topika.lock holds version {last} of `{name}` twice: two branches locked it");
            return Err(twice(message));
        }
        if entry.number <= last {
            return Err(format!("version {} of `{name}` does not follow version {last}", entry.number).into());
        }
        last = entry.number;
        let VersionEntry { number, date, text, compare, fingerprint, references } = entry;
        let references = references
            .into_iter()
            .map(|ReferenceEntry { name, subject, version }| LockedReference { name, subject, version })
            .collect();
        versions.push(LockedVersion { number, date, text, compare, fingerprint, references, source: None });
    }
    if versions.is_empty() {
        return Err(format!("the subject `{name}` has no version").into());
    }
    Ok(LockedSubject { name, path, format, versions })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::model::FILE;

    fn parse(text: &str) -> (Lock, Report) {
        let mut report = Report::default();
        let lock = Lock::parse(&Source::new(FILE, text), &mut report);
        (lock, report)
    }

    const SUBJECT: &str = r#"
[[subject]]
name = "orders-value"
path = "orders/order.avsc"
format = "avro"

[[subject.version]]
number = 1
date = "2026-11-20"
text = "aa"
compare = "bb"
fingerprint = "cc"
references = [
  { name = "types.Money", subject = "types.Money", version = 2 },
]
"#;

    #[test]
    fn what_is_printed_is_read_again() {
        let text = format!(
            "lock-version = 1\n[[topic]]\nname = \"a \\\"b\\\\\"\nevents = [\"x\"]\nkey = []\npartitions = 3\nretention = \"7d\"\nlevel = \"FULL\"\n{SUBJECT}"
        );
        let (lock, report) = parse(&text);
        assert!(report.findings().is_empty(), "{report:?}");
        let (again, _) = parse(&lock.print());
        assert_eq!(again.print(), lock.print());
        assert_eq!(again.topics, lock.topics);
        assert_eq!(again.topic("a \"b\\").and_then(|topic| topic.partitions), Some(3));
        let version = again.subject("orders-value").and_then(|subject| subject.version_of("bb")).unwrap();
        assert_eq!((version.number, version.references.len()), (1, 1));
    }

    #[test]
    fn a_lock_that_makes_no_sense_is_one_finding() {
        let cases = [
            ("lock-version".to_owned(), "topika.lock cannot be read"),
            ("lock-version = 2".to_owned(), "version 2"),
            (format!("lock-version = 1\n{}", SUBJECT.replace("orders-value", "../../etc")), "no subject"),
            (format!("lock-version = 1\n{}", SUBJECT.replace("\"avro\"", "\"proto\"")), "unknown format"),
            (format!("lock-version = 1\n{}", SUBJECT.replace("number = 1", "number = 0")), "does not follow"),
            ("lock-version = 1\n[[topic]]\nname=\"a\"\nevents=[]\nkey=[]\nlevel=\"MOST\"".to_owned(), "unknown level"),
            (
                "lock-version = 1\n[[subject]]\nname=\"a\"\npath=\"a.avsc\"\nformat=\"avro\"\nversion=[]".to_owned(),
                "has no version",
            ),
        ];
        for (text, part) in cases {
            let (lock, report) = parse(&text);
            assert!(lock.corrupt && lock.subjects.is_empty());
            let [finding] = report.findings() else { panic!("{report:?}") };
            assert_eq!(finding.rule.id, "lock/corrupt");
            assert!(finding.message.contains(part), "{}", finding.message);
        }
    }

    #[test]
    fn what_two_branches_wrote_is_a_conflict() {
        let version = SUBJECT.split_once("[[subject.version]]").map_or("", |(_, version)| version);
        let cases = [
            (format!("lock-version = 1\n{SUBJECT}{SUBJECT}"), "the subject `orders-value` stands twice"),
            (format!("lock-version = 1\n{SUBJECT}[[subject.version]]{version}"), "version 1 of `orders-value` twice"),
            (
                format!("lock-version = 1\n{SUBJECT}<<<<<<< HEAD\na\n=======\nb\n>>>>>>> feature/x\n"),
                "`HEAD` and `feature/x`",
            ),
        ];
        for (text, part) in cases {
            let (lock, report) = parse(&text);
            assert!(lock.corrupt && lock.subjects.is_empty());
            let [finding] = report.findings() else { panic!("{report:?}") };
            assert_eq!(finding.rule.id, "lock/conflict");
            assert!(finding.message.contains(part), "{}", finding.message);
            assert!(finding.help.as_ref().is_some_and(|help| help.contains("cargo topika lock")));
        }
    }
}
