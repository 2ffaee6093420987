use std::fmt::Write;

use super::{CarriedSubject, ImportedSubject, Lock, LockedReference, LockedSubject, LockedTopic, LockedVersion};
use crate::text::toml_string;

/// The version of the lock's form that this crate writes and reads.
pub(super) const LOCK_VERSION: u32 = 1;

impl Lock {
    /// The text of `topika.lock`: sorted, one fact a line, so that a diff shows what changed and two branches that claim the same
    /// version conflict.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = String::from("# Written by `cargo topika lock`; commit it together with the frozen texts.\n");
        line(&mut out, "lock-version", &LOCK_VERSION.to_string());
        let mut topics: Vec<_> = self.topics.iter().collect();
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        for one in topics {
            topic(&mut out, one);
        }
        let mut subjects: Vec<_> = self.subjects.iter().collect();
        subjects.sort_by(|a, b| a.name.cmp(&b.name));
        for one in subjects {
            subject(&mut out, one);
        }
        let mut all: Vec<_> = self.carried.iter().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        for one in all {
            carried(&mut out, one);
        }
        let mut all: Vec<_> = self.imports.iter().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        for one in all {
            import(&mut out, one);
        }
        out
    }
}

fn topic(out: &mut String, topic: &LockedTopic) {
    out.push_str("\n[[topic]]\n");
    line(out, "name", &toml_string(&topic.name));
    line(out, "events", &strings(&topic.events));
    line(out, "key", &strings(&topic.key));
    if !topic.key_type.is_empty() {
        line(out, "key_type", &strings(&topic.key_type));
    }
    if topic.compact {
        line(out, "compact", "true");
    }
    if topic.framing.plain {
        line(out, "framing", &toml_string(topic.framing.as_str()));
    }
    if topic.framing.mixed {
        line(out, "mixed", "true");
    }
    if let Some(partitions) = topic.partitions {
        line(out, "partitions", &partitions.to_string());
    }
    if let Some(retention) = &topic.retention {
        line(out, "retention", &toml_string(retention));
    }
    line(out, "level", &toml_string(topic.level.as_str()));
}

fn subject(out: &mut String, subject: &LockedSubject) {
    out.push_str("\n[[subject]]\n");
    line(out, "name", &toml_string(&subject.name));
    if let Some(folder) = &subject.folder {
        line(out, "folder", &toml_string(folder));
    }
    line(out, "path", &toml_string(&subject.path));
    line(out, "format", &toml_string(subject.format.as_str()));
    for one in &subject.versions {
        version(out, one);
    }
}

fn version(out: &mut String, version: &LockedVersion) {
    out.push_str("\n[[subject.version]]\n");
    line(out, "number", &version.number.to_string());
    line(out, "date", &toml_string(&version.date));
    line(out, "text", &toml_string(&version.text));
    line(out, "compare", &toml_string(&version.compare));
    if let Some(fingerprint) = &version.fingerprint {
        line(out, "fingerprint", &toml_string(fingerprint));
    }
    if let Some(contract) = &version.contract {
        line(out, "contract", &toml_string(&contract.text));
    }
    references(out, &version.references);
}

fn carried(out: &mut String, subject: &CarriedSubject) {
    out.push_str("\n[[carried]]\n");
    line(out, "name", &toml_string(&subject.name));
    if let Some(folder) = &subject.folder {
        line(out, "folder", &toml_string(folder));
    }
    if subject.prefixed {
        line(out, "prefixed", "true");
    }
    if let Some(level) = subject.level {
        line(out, "level", &toml_string(level.as_str()));
    }
    for version in &subject.versions {
        out.push_str("\n[[carried.version]]\n");
        line(out, "number", &version.number.to_string());
        line(out, "type", &toml_string(version.language.as_str()));
        line(out, "date", &toml_string(&version.date));
        line(out, "text", &toml_string(&version.text));
        for (key, value) in [("metadata", &version.metadata), ("rule_set", &version.rule_set)] {
            if let Some(value) = value {
                line(out, key, &toml_string(value));
            }
        }
        references(out, &version.references);
    }
}

fn import(out: &mut String, subject: &ImportedSubject) {
    out.push_str("\n[[import]]\n");
    line(out, "name", &toml_string(&subject.name));
    if let Some(folder) = &subject.folder {
        line(out, "folder", &toml_string(folder));
    }
    line(out, "env", &toml_string(&subject.env));
    line(out, "format", &toml_string(subject.format.as_str()));
    for version in &subject.versions {
        out.push_str("\n[[import.version]]\n");
        line(out, "number", &version.number.to_string());
        line(out, "date", &toml_string(&version.date));
        line(out, "text", &toml_string(&version.text));
        if let Some(contract) = &version.contract {
            line(out, "contract", &toml_string(&contract.text));
        }
        references(out, &version.references);
    }
}

fn references(out: &mut String, references: &[LockedReference]) {
    if !references.is_empty() {
        out.push_str("references = [\n");
        for reference in references {
            // Writing into a string cannot fail.
            let _ = writeln!(
                out,
                "  {{ name = {}, subject = {}, version = {} }},",
                toml_string(&reference.name),
                toml_string(&reference.subject),
                reference.version
            );
        }
        out.push_str("]\n");
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {value}");
}

fn strings(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| toml_string(value)).collect::<Vec<_>>().join(", "))
}
