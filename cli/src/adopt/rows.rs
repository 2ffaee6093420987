//! What `topika.toml` has to say of adopted topics, where convention does not do.

use std::fmt::Write as _;

use topika_contract::compat::Level;
use topika_contract::lock::Lock;
use topika_contract::manifest::Manifest;
use topika_contract::project::SchemaFile;
use topika_contract::text::{Source, toml_string};

use super::built::FoundTopic;

/// The manifest's text with what adopted topics need. The level of the registry becomes that of a project that has locked nothing and says
/// none of its own.
pub(crate) fn manifest(text: &str, manifest: &Manifest, lock: &Lock, level: Level, topics: &[FoundTopic]) -> String {
    let fresh = manifest.level.is_none() && lock.subjects.is_empty() && lock.carried.is_empty();
    let (mut out, project) = if fresh && level != manifest.level_of(None).0 {
        (with_level(text, level), level)
    } else {
        (text.to_owned(), manifest.level_of(None).0)
    };
    for topic in topics {
        let row = row(topic, manifest, project);
        if !row.is_empty() && manifest.topic_row(&topic.name).is_none() {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            out.push('\n');
            out.push_str(&row);
        }
    }
    out
}

/// Adds the level to `[project]`.
fn with_level(text: &str, level: Level) -> String {
    let line = format!("level = {}\n", toml_string(level.as_str()));
    let mut out = String::with_capacity(text.len() + line.len());
    let mut said = false;
    for one in text.split_inclusive('\n') {
        out.push_str(one);
        if !said && one.trim() == "[project]" {
            if !one.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(&line);
            said = true;
        }
    }
    if said { out } else { format!("[project]\n{line}\n{text}") }
}

/// The row of a topic; empty where convention says all of it.
fn row(topic: &FoundTopic, manifest: &Manifest, project: Level) -> String {
    let event = |path: &String| SchemaFile::new(path, Source::new(path.clone(), "")).map(|file| file.event_name());
    let events: Vec<String> = topic.events.iter().filter_map(event).collect();
    let by_convention = match events.as_slice() {
        [one] => {
            let (domain, name) = one.rsplit_once('.').unwrap_or(("", one));
            manifest.topic.replace("{domain}", domain).replace("{event}", name) == topic.name
        }
        _ => false,
    };
    if by_convention && topic.key.is_none() && topic.level == project {
        return String::new();
    }
    let bare = topic.name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let name = if bare { topic.name.clone() } else { toml_string(&topic.name) };
    let events: Vec<String> = events.iter().map(|event| toml_string(event)).collect();
    let mut out = format!("[topic.{name}]\nevents = [{}]\n", events.join(", "));
    // Writing into a string cannot fail.
    if let Some(key) = topic.key.as_ref().and_then(event) {
        let _ = writeln!(out, "key_type = {}", toml_string(&key));
    }
    if topic.level != project {
        let _ = writeln!(out, "level = {}", toml_string(topic.level.as_str()));
    }
    out
}
