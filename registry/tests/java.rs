//! Java's Avro beside the store: what is kept of a schema is what Java prints, or ids and GUIDs would be others.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use topika_registry::api::NewSchema;
use topika_registry::store::Store;

/// One of each thing that Java prints in a way of its own.
const CASES: [&str; 9] = [
    r#"{"fields": [{"type": "double", "default": 10.00, "name": "x", "order": "descending", "extra": [1E2, 0.00012, 12345678.5]},
        {"name": "y", "type": {"scale": 2, "type": "bytes", "logicalType": "decimal", "precision": 4}, "default": "\u00ff"},
        {"name": "r", "type": ["null", "R"], "default": null, "aliases": ["q"]},
        {"name": "e", "type": {"symbols": ["A", "B"], "type": "enum", "name": "other.E", "default": "A", "aliases": ["E2", "a.E"]}},
        {"name": "f", "type": "other.E", "doc": "\u00e9 \"q\" / \\ \t"},
        {"name": "m", "type": {"values": {"items": "a.b.R", "x": 1, "type": "array"}, "type": "map", "java-class": "java.util.Map"}},
        {"name": "n", "type": {"type": "record", "name": "Inner", "namespace": "", "fields": [{"name": "e", "type": "other.E"}]}},
        {"name": "o", "type": "Inner"}],
      "prop": {"z": 1, "a": null}, "aliases": ["Q", "a.b.Z", "x.Y"], "doc": "all", "name": "a.b.R", "type": "record"}"#,
    r#"{"type": "error", "name": "E", "fields": []}"#,
    r#"{"type": "string", "doc": "dropped", "avro.java.string": "String"}"#,
    r#"{"type": "fixed", "name": "F", "namespace": "n", "size": 12, "doc": "x", "logicalType": "duration", "k": {"b": [], "a": {}}}"#,
    r#"{"name": "R", "type": "record", "namespace": "n", "fields": [{"aliases": [], "doc": "", "name": "f", "type": {"type": "int"}, "default": 0}]}"#,
    r#"["null", {"type": "int", "logicalType": "date"}, {"type": "array", "items": {"type": "boolean"}}]"#,
    r#"{"type": "record", "name": "R", "fields": [{"name": "f", "type": "float", "default": 1}, {"name": "g", "type": "long", "default": -0}]}"#,
    r#"{"type": "record", "name": "R", "namespace": "n", "fields": [{"name": "f", "type": {"type": "enum", "name": "E", "symbols": ["A"]}}, {"name": "g", "type": {"type": "E"}}]}"#,
    r#"{"type": "long"}"#,
];

/// The folder of Java's Avro, or `None` after saying that `test` is skipped.
fn jars(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let outside = std::env::var_os("TOPIKA_OUTSIDE").map_or_else(|| root.join("target/outside"), PathBuf::from);
    let jars = outside.join("avro");
    let java = Command::new("javac").arg("-version").output().is_ok_and(|output| output.status.success());
    if java && jars.read_dir().is_ok_and(|mut files| files.any(|file| file.is_ok())) {
        return Some(jars);
    }
    let say = format!("SKIPPED {test}: this machine lacks Java's Avro; `.ci/outside avro` fetches it");
    assert!(std::env::var("TOPIKA_REQUIRE").as_deref() != Ok("all"), "{say}");
    // Not eprintln!: the runner captures that and shows it for failing tests alone.
    writeln!(std::io::stderr(), "{say}").ok();
    None
}

#[test]
fn avro_is_kept_as_java_prints_it() {
    let Some(jars) = jars("avro_is_kept_as_java_prints_it") else { return };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = (0..CASES.len()).map(|at| folder.path().join(format!("{at}.avsc"))).collect();
    for (file, case) in files.iter().zip(CASES) {
        std::fs::write(file, case).unwrap();
    }
    let output = Command::new("java")
        .arg("-cp")
        .arg(jars.join("*"))
        .arg(here.join("tests/java/AvroPrinter.java"))
        .args(&files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed.lines().count(), CASES.len());
    for (at, (case, java)) in CASES.iter().zip(printed.lines()).enumerate() {
        let kept = Store::new().register(&format!("s{at}"), &NewSchema::avro(*case), false).unwrap();
        assert_eq!(kept.schema.as_deref(), Some(java), "{case}");
    }
}
