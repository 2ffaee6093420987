//! What a check costs against the number of subjects, with 10 frozen versions each: `cargo bench -p topika-contract --bench check`.
//! Results, with the command that gave them: `benches/README.md`. To try the command line on the same projects:
//! `cargo bench -p topika-contract --bench check -- --write DIR 300` writes one of 300 subjects, of which none has changed;
//! `-- --change DIR 1` changes the first. Without a number it is 1,000.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that fails stops")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use divan::Bencher;
use tempfile::TempDir;
use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::project::{Project, resolve};
use topika_contract::report::Report;

const VERSIONS: usize = 10;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let folder = |option: &str| args.iter().skip_while(|arg| *arg != option).nth(1).map(Path::new);
    let subjects = args.iter().rev().find_map(|arg| arg.parse().ok()).unwrap_or(1_000);
    if let Some(folder) = folder("--write") {
        write_project(folder, subjects);
        println!("wrote {subjects} subjects with {VERSIONS} versions each to {}", folder.display());
    } else if let Some(folder) = folder("--change") {
        change(folder, subjects);
        println!("changed {subjects} subjects in {}", folder.display());
    } else {
        divan::main();
    }
}

/// Every text is new, so each is judged against its ten versions.
#[divan::bench(args = [100, 300, 1_000, 3_000], sample_count = 10)]
fn everything_changed(bencher: Bencher<'_, '_>, subjects: usize) {
    let folder = TempDir::new().unwrap();
    write_project(folder.path(), subjects);
    change(folder.path(), subjects);
    bencher.bench(|| assert_eq!(checked(folder.path()), subjects * VERSIONS));
}

/// One text is new: the case of every day.
#[divan::bench(args = [100, 300, 1_000, 3_000], sample_count = 10)]
fn one_changed(bencher: Bencher<'_, '_>, subjects: usize) {
    let folder = TempDir::new().unwrap();
    write_project(folder.path(), subjects);
    change(folder.path(), 1);
    bencher.bench(|| assert_eq!(checked(folder.path()), subjects * VERSIONS));
}

/// Every text is its last version.
#[divan::bench(args = [100, 300, 1_000, 3_000], sample_count = 10)]
fn nothing_changed(bencher: Bencher<'_, '_>, subjects: usize) {
    let folder = TempDir::new().unwrap();
    write_project(folder.path(), subjects);
    bencher.bench(|| assert_eq!(checked(folder.path()), subjects * VERSIONS));
}

/// Loads, resolves and checks, as `cargo topika check` and the build script do; answers how many versions were compared.
fn checked(root: &Path) -> usize {
    let mut report = Report::default();
    let project = Project::load(root, &mut report);
    let contract = resolve(&project, &mut report);
    let checked = check(&contract, &project, &mut report);
    assert!(!report.denies(), "{:?}", report.findings().first().map(|finding| &finding.message));
    checked.versions
}

fn write_project(root: &Path, subjects: usize) {
    fs::create_dir_all(root).unwrap();
    fs::write(root.join("topika.toml"), "[project]\nlevel = \"FULL_TRANSITIVE\"\n").unwrap();
    for version in 1..=VERSIONS {
        for subject in 0..subjects {
            write_text(root, subject, version);
        }
        let mut report = Report::default();
        let project = Project::load(root, &mut report);
        let contract = resolve(&project, &mut report);
        lock(&project, &contract, "2026-11-21").write(root).unwrap();
    }
}

fn change(root: &Path, subjects: usize) {
    for subject in 0..subjects {
        write_text(root, subject, VERSIONS + 1);
    }
}

/// The text of a version: fifteen fields, and one more for each version. Every third event is written in JSON Schema.
fn write_text(root: &Path, subject: usize, version: usize) {
    let folder = root.join(format!("schemas/domain{}", subject % 25));
    fs::create_dir_all(&folder).unwrap();
    if subject.is_multiple_of(3) {
        fs::write(folder.join(format!("event{subject}.schema.json")), json_text(subject, version)).unwrap();
    } else {
        fs::write(folder.join(format!("event{subject}.avsc")), avro_text(subject, version)).unwrap();
    }
}

fn avro_text(subject: usize, version: usize) -> String {
    let mut fields = String::new();
    for field in 0..15 {
        let ty = match field % 5 {
            0 => r#""string""#,
            1 => r#""long""#,
            2 => r#"{ "type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2 }"#,
            3 => r#"{ "type": "array", "items": "string" }"#,
            _ => r#"{ "type": "long", "logicalType": "timestamp-micros" }"#,
        };
        writeln!(fields, r#"    {{ "name": "field_{field}", "type": {ty}, "doc": "The field {field}." }},"#).unwrap();
    }
    let mut added = String::new();
    for number in 1..=version {
        write!(added, ",\n    {{ \"name\": \"added_{number}\", \"type\": [\"null\", \"string\"], \"default\": null }}")
            .unwrap();
    }
    format!(
        r#"{{
  "type": "record",
  "name": "Event{subject}",
  "namespace": "domain{}",
  "doc": "The event {subject}.",
  "fields": [
{fields}    {{ "name": "state", "type": {{ "type": "enum", "name": "State{subject}", "symbols": ["OPEN", "DONE"], "default": "OPEN" }} }}{added}
  ]
}}
"#,
        subject % 25
    )
}

fn json_text(subject: usize, version: usize) -> String {
    let mut properties = String::new();
    for field in 0..15 {
        let schema = match field % 4 {
            0 => r#"{ "type": "string", "maxLength": 100 }"#,
            1 => r#"{ "type": "integer", "minimum": 0 }"#,
            2 => r#"{ "type": "array", "items": { "type": "string" } }"#,
            _ => r#"{ "type": "string", "format": "date-time" }"#,
        };
        writeln!(properties, r#"    "field_{field}": {schema},"#).unwrap();
    }
    // Under the registry's rules one that is always there and takes anything may be said later of an open object.
    for number in 1..=version {
        writeln!(properties, r#"    "added_{number}": {{}},"#).unwrap();
    }
    format!(
        r#"{{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Event{subject}",
  "type": "object",
  "properties": {{
{properties}    "id": {{ "type": "string" }}
  }},
  "required": ["id"]
}}
"#
    )
}
