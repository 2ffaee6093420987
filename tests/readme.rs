//! The Rust and TOML lines of the README and of pages stand in files that are compiled, most of them in tests that run.
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

/// Each page with the files that the lines of its blocks come from, and how many lines it has at least.
const PAGES: &[(&str, &[&str], usize)] = &[
    ("README.md", &["tests/tour.rs", "build.rs", "topika.toml", "src/kitchen.rs", "src/lib.rs"], 40),
    ("docs/consuming.md", &["tests/consuming.rs"], 20),
    ("docs/dead-letters.md", &["tests/support/letters_page.rs"], 20),
    ("docs/envelope.md", &["examples/envelope.rs", "tests/pages.rs"], 20),
    ("docs/event-bus.md", &["examples/event_bus.rs", "tests/pages.rs"], 20),
    ("docs/event-sourcing.md", &["examples/aggregate.rs", "examples/projection.rs"], 40),
    ("docs/exactly-once.md", &["tests/producing.rs"], 8),
    ("docs/kafka-settings.md", &["tests/pages.rs"], 10),
    ("docs/observability.md", &["tests/pages.rs"], 10),
    ("docs/outbox.md", &["tests/outbox.rs"], 20),
    ("docs/producing.md", &["tests/producing.rs"], 20),
    ("docs/replay.md", &["examples/replay.rs"], 20),
    ("docs/sagas.md", &["examples/saga.rs"], 30),
    ("docs/retries.md", &["tests/tour.rs"], 4),
    ("docs/testing.md", &["tests/tour.rs"], 14),
];

#[test]
fn every_line_of_a_block_stands_in_code_that_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &Path| fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    for &(page, files, least) in PAGES {
        let mut known: BTreeSet<String> = BTreeSet::new();
        for text in files.iter().map(|file| read(&root.join(file))).chain([GENERATED.to_owned()]) {
            known.extend(text.lines().map(essence));
        }
        let text = read(&root.join(page));
        let (mut block, mut strangers, mut checked) = (None, Vec::new(), 0);
        for (number, line) in text.lines().enumerate() {
            match (line.strip_prefix("```"), block) {
                (Some(language), None) => block = Some(language),
                (Some(_), Some(_)) => block = None,
                (None, Some(language)) if language.starts_with("rust") || language == "toml" => {
                    let essence = essence(line);
                    checked += 1;
                    if !essence.is_empty() && !known.contains(&essence) {
                        strangers.push(format!("{page}:{}: {line}", number + 1));
                    }
                }
                _ => (),
            }
        }
        assert!(checked > least, "only {checked} lines of {page} were looked at");
        assert!(strangers.is_empty(), "lines that stand in no compiled file:\n{}", strangers.join("\n"));
    }
}

/// A line without its comment, its indentation, and the paths that the generator writes out in full.
fn essence(line: &str) -> String {
    let code = if line.trim_start().starts_with("///") { line } else { line.split(" //").next().unwrap_or(line) };
    let code = code.split("  # ").next().unwrap_or(code);
    let code = if code.trim_start().starts_with("// ") { "" } else { code };
    let code = code.replace("::std::string::", "").replace("::std::vec::", "").replace("::std::option::", "");
    code.replace("::topika::types::", "").replace("crate::events::orders::", "").trim().trim_end_matches(';').to_owned()
}
