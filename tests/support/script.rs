//! Scripts of other languages that take JSON and give JSON.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs a script with JSON on its standard input, and reads JSON from its standard output; its words where it fails.
pub(crate) fn run(command: &mut Command, input: &Value) -> Result<Value, String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_string();
    // A script that fails early does not read it.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().ok();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}
