//! Java's Avro, asked by a program of our own (`tests/java/AvroJudge.java`).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The folder of the jars, where a JDK is there too; or `None` after saying that `test` is skipped.
///
/// # Panics
/// Under `TOPIKA_REQUIRE=all`, where a missing part is a failure.
pub(crate) fn jars(test: &str) -> Option<PathBuf> {
    let outside = std::env::var_os("TOPIKA_OUTSIDE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/outside"), PathBuf::from);
    let jars = outside.join("avro");
    let java = Command::new("javac").arg("-version").output().is_ok_and(|output| output.status.success());
    if java && jars.join("avro-1.12.1.jar").exists() {
        return Some(jars);
    }
    let say =
        format!("SKIPPED {test}: this machine lacks Java's Avro (its jars and a JDK); `.ci/outside avro` fetches it");
    assert!(std::env::var("TOPIKA_REQUIRE").as_deref() != Ok("all"), "{say}");
    // Not eprintln!: the runner captures that and shows it for failing tests alone.
    writeln!(std::io::stderr(), "{say}").unwrap();
    None
}

/// One answer for each pair.
pub(crate) fn ask(jars: &Path, pairs: &[Value]) -> Vec<Value> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java/AvroJudge.java");
    let mut java = Command::new("java")
        .arg("-cp")
        .arg(jars.join("*"))
        .arg(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = pairs.iter().map(|pair| pair.to_string() + "\n").collect();
    let mut stdin = java.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = java.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "AvroJudge ended with {}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), pairs.len());
    answers
}
