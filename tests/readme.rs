//! The README's Rust and TOML lines stand in files that are compiled, most of them in tests that run.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What the build made of the contract.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/topika_events.rs"));

/// Where the lines of the README's blocks come from.
const FILES: [&str; 5] = ["tests/tour.rs", "build.rs", "topika.toml", "src/kitchen.rs", "src/lib.rs"];

#[test]
fn every_line_of_a_block_stands_in_code_that_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &Path| fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut known: BTreeSet<String> = BTreeSet::new();
    for text in FILES.iter().map(|file| read(&root.join(file))).chain([GENERATED.to_owned()]) {
        known.extend(text.lines().map(essence));
    }
    let readme = read(&root.join("README.md"));
    let (mut block, mut strangers, mut checked) = (None, Vec::new(), 0);
    for (number, line) in readme.lines().enumerate() {
        match (line.strip_prefix("```"), block) {
            (Some(language), None) => block = Some(language),
            (Some(_), Some(_)) => block = None,
            (None, Some(language)) if language.starts_with("rust") || language == "toml" => {
                let essence = essence(line);
                checked += 1;
                if !essence.is_empty() && !known.contains(&essence) {
                    strangers.push(format!("README.md:{}: {line}", number + 1));
                }
            }
            _ => (),
        }
    }
    assert!(checked > 40, "only {checked} lines were looked at");
    assert!(strangers.is_empty(), "lines that stand in no compiled file:\n{}", strangers.join("\n"));
}

/// A line without its comment, its indentation, and the paths that the generator writes out in full.
fn essence(line: &str) -> String {
    let code = if line.trim_start().starts_with("///") { line } else { line.split(" //").next().unwrap_or(line) };
    let code = code.split("  # ").next().unwrap_or(code);
    let code = if code.trim_start().starts_with("// ") { "" } else { code };
    let code = code.replace("::std::string::", "").replace("::std::vec::", "").replace("::std::option::", "");
    code.replace("::topika::types::", "").replace("crate::events::orders::", "").trim().trim_end_matches(';').to_owned()
}
