use std::collections::BTreeSet;

use toml::de::DeTable;

use super::carried;
use super::conflict;
use super::history::stays_below;
use super::imported;
use super::parts;
use super::print::LOCK_VERSION;
use super::row::{Bad, Row};
use super::{CarriedSubject, ImportedSubject, Lock, LockedContract, LockedSubject, LockedTopic, LockedVersion};
use crate::compat::Level;
use crate::report::Report;
use crate::rules::{LOCK_CONFLICT, LOCK_CORRUPT, Rule};
use crate::schema::Framing;
use crate::text::{Source, Span};

const TOPIC: &[&str] =
    &["name", "events", "key", "key_type", "compact", "framing", "mixed", "partitions", "retention", "level"];
const SUBJECT: &[&str] = &["name", "folder", "path", "format", "version"];
const VERSION: &[&str] = &["number", "date", "text", "compare", "fingerprint", "contract", "references"];

impl Lock {
    /// Reads the text of a `topika.lock`, without the frozen texts.
    #[must_use]
    pub fn parse(source: &Source, report: &mut Report) -> Self {
        let corrupt = Self { source: Some(source.clone()), corrupt: true, ..Self::default() };
        if let Some(finding) = conflict::markers(source) {
            report.push(finding);
            return corrupt;
        }
        let read = match DeTable::parse(source.text()) {
            Ok(document) => entries(document.get_ref()),
            Err(error) => {
                let span = error.span().map_or_else(Span::default, |range| Span::new(range.start, range.end));
                Err(Bad { span, message: error.message().split('\n').next().unwrap_or_default().to_owned() }.into())
            }
        };
        match read {
            Ok((topics, subjects, carried, imports)) => {
                Self { source: Some(source.clone()), corrupt: false, topics, subjects, carried, imports }
            }
            Err(Wrong { rule, bad, help }) => {
                let message = if std::ptr::eq(rule, &raw const LOCK_CONFLICT) {
                    bad.message
                } else {
                    format!("topika.lock cannot be read: {}", bad.message)
                };
                report.push(rule.at(source.at(bad.span), message).help(help));
                corrupt
            }
        }
    }
}

/// What is wrong with the lock, and the next step.
struct Wrong {
    rule: &'static Rule,
    bad: Bad,
    help: &'static str,
}

impl From<Bad> for Wrong {
    fn from(bad: Bad) -> Self {
        let help =
            "restore topika.lock from version control; after a merge, take one side and run `cargo topika lock` again";
        Self { rule: &LOCK_CORRUPT, bad, help }
    }
}

/// Two branches wrote the same thing, and both rows were kept.
fn twice(span: Span, message: String) -> Wrong {
    Wrong { rule: &LOCK_CONFLICT, bad: Bad { span, message }, help: conflict::HELP }
}

type Entries = (Vec<LockedTopic>, Vec<LockedSubject>, Vec<CarriedSubject>, Vec<ImportedSubject>);

fn entries(document: &DeTable<'_>) -> Result<Entries, Wrong> {
    let start = Span::default();
    let all: Vec<&str> = document.keys().map(|key| key.get_ref().as_ref()).collect();
    // A newer form may have other keys: its version is looked at first.
    let form = Row::new(document, start, &all)?;
    let version = form.number("lock-version")?;
    if version != LOCK_VERSION {
        let span = form.span_of("lock-version");
        let message = format!("its form is version {version}, and this topika reads version {LOCK_VERSION}");
        let wrong = Wrong::from(Bad { span, message });
        let newer = "a newer topika wrote it: update topika-build and cargo-topika";
        return Err(if version > LOCK_VERSION { Wrong { help: newer, ..wrong } } else { wrong });
    }
    let file = Row::new(document, start, &["lock-version", "topic", "subject", "carried", "import"])?;
    let mut topics = Vec::new();
    let mut seen = BTreeSet::new();
    for row in file.rows("topic", TOPIC)? {
        let topic = topic(&row)?;
        if !seen.insert(topic.name.clone()) {
            return Err(twice(row.span(), format!("the topic `{}` stands twice in topika.lock", topic.name)));
        }
        topics.push(topic);
    }
    let mut subjects = Vec::new();
    let mut seen = BTreeSet::new();
    for row in file.rows("subject", SUBJECT)? {
        let subject = subject(&row)?;
        if !seen.insert(subject.name.clone()) {
            return Err(twice(row.span(), format!("the subject `{}` stands twice in topika.lock", subject.name)));
        }
        subjects.push(subject);
    }
    let mut carried = Vec::new();
    for row in file.rows("carried", carried::SUBJECT)? {
        let subject = carried::subject(&row)?;
        if !seen.insert(subject.name.clone()) {
            return Err(twice(row.span(), format!("the subject `{}` stands twice in topika.lock", subject.name)));
        }
        carried.push(subject);
    }
    let mut imports = Vec::new();
    let mut seen = BTreeSet::new();
    for row in file.rows("import", imported::SUBJECT)? {
        let subject = imported::subject(&row)?;
        if !seen.insert(subject.name.clone()) {
            return Err(twice(row.span(), format!("the import of `{}` stands twice in topika.lock", subject.name)));
        }
        imports.push(subject);
    }
    // People sort what they merge by hand in ways of their own; look-ups are by name.
    topics.sort_by(|a, b| a.name.cmp(&b.name));
    subjects.sort_by(|a, b| a.name.cmp(&b.name));
    carried.sort_by(|a, b| a.name.cmp(&b.name));
    imports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((topics, subjects, carried, imports))
}

fn topic(row: &Row<'_>) -> Result<LockedTopic, Bad> {
    let level = row.text("level")?;
    Ok(LockedTopic {
        name: row.text("name")?,
        events: row.texts("events")?,
        key: row.texts("key")?,
        key_type: row.perhaps_texts("key_type")?.unwrap_or_default(),
        compact: row.perhaps_flag("compact")?.unwrap_or_default(),
        framing: Framing {
            plain: match row.perhaps_text("framing")?.as_deref() {
                None | Some("registry") => false,
                Some("none") => true,
                Some(other) => {
                    return Err(Bad { span: row.span_of("framing"), message: format!("unknown framing {other:?}") });
                }
            },
            mixed: row.perhaps_flag("mixed")?.unwrap_or_default(),
        },
        partitions: row.perhaps_number("partitions")?,
        retention: row.perhaps_text("retention")?,
        level: Level::parse(&level)
            .ok_or_else(|| Bad { span: row.span_of("level"), message: format!("unknown level {level:?}") })?,
    })
}

fn subject(row: &Row<'_>) -> Result<LockedSubject, Wrong> {
    let bad = |key: &str, message: String| Bad { span: row.span_of(key), message };
    let (name, path) = (row.text("name")?, row.text("path")?);
    let folder = parts::folder(row)?;
    // Without a folder of its own, the name is one.
    let is_folder = folder.is_some() && !name.is_empty();
    for (key, text) in [("name", &name), ("path", &path)] {
        if !(stays_below(text) || (is_folder && key == "name")) {
            return Err(bad(key, format!("{text:?} is no subject or path")).into());
        }
    }
    let format = parts::format(row)?;
    let mut last = 0;
    let mut versions = Vec::new();
    for row in row.rows("version", VERSION)? {
        let number = row.number("number")?;
        let span = row.span_of("number");
        if number == last && last > 0 {
            let message = format!("topika.lock holds version {last} of `{name}` twice: two branches locked it");
            return Err(twice(span, message));
        }
        if number <= last {
            let message = format!("version {number} of `{name}` does not follow version {last}");
            return Err(Bad { span, message }.into());
        }
        last = number;
        versions.push(version(&row, number)?);
    }
    if versions.is_empty() {
        return Err(bad("version", format!("the subject `{name}` has no version")).into());
    }
    Ok(LockedSubject { name, folder, path, format, versions })
}

fn version(row: &Row<'_>, number: u32) -> Result<LockedVersion, Bad> {
    Ok(LockedVersion {
        number,
        date: row.text("date")?,
        text: row.text("text")?,
        compare: row.text("compare")?,
        fingerprint: row.perhaps_text("fingerprint")?,
        references: parts::references(row)?,
        contract: row.perhaps_text("contract")?.map(|text| LockedContract { text, contract: None }),
        source: None,
    })
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
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            (SUBJECT.replace("date = ", "day = "), 9, "unknown key `day`"),
            (SUBJECT.replace("number = 1", "number = -1"), 8, "`number` wants a whole number"),
            (SUBJECT.replace("path = \"orders/order.avsc\"\n", ""), 2, "the key `path` is missing"),
            (SUBJECT.replace("[[subject.version]]", "[subject.version]"), 7, "`version` wants a list of tables"),
        ];
        for (text, line, part) in cases {
            let (_, report) = parse(&format!("lock-version = 1{text}"));
            let [finding] = report.findings() else { panic!("{report:?}") };
            assert!(finding.message.contains(part), "{}", finding.message);
            assert_eq!(finding.at.as_ref().map(|at| at.position().line), Some(line), "{part}");
        }
    }

    #[test]
    fn a_newer_form_is_told_before_its_keys() {
        let (_, report) = parse("lock-version = 9\nshape = 1\n");
        let [finding] = report.findings() else { panic!("{report:?}") };
        assert!(finding.help.as_ref().is_some_and(|help| help.contains("update topika-build")), "{report:?}");
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
