//! `cargo topika try` on schemas and messages that people really have, from a folder beside the repository: all compile, and all values go
//! through the types and back.
#![cfg(feature = "try")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "what fails fails the test")]

mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::run_in;

/// The folder of a corpus; `None`, said aloud, where the machine has none.
fn corpus(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("TOPIKA_SHARED").map_or(beside, PathBuf::from).join("corpora").join(name);
    if folder.exists() {
        return Some(folder);
    }
    #[allow(clippy::explicit_write, reason = "libtest hides what a passing test prints, so the line goes past it")]
    writeln!(std::io::stderr(), "skipped: no corpus {name}; TOPIKA_SHARED may name the folder that holds it").unwrap();
    None
}

/// Tries a folder and gives the totals; what failed is in the message.
fn totals(folder: &Path, schemas: &str, more: &[&str]) -> Value {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("try/cache");
    let args = ["topika", "try", schemas, "--format", "json", "--offline", "--cache", cache.to_str().unwrap()];
    let run = run_in(folder, &[&args, more].concat(), &[]);
    let document: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err));
    let wrong = |row: &&Value| row["failed"] != 0 || row["compiled"] != true;
    let wrong: Vec<&Value> = document["files"].as_array().unwrap().iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    document["totals"].clone()
}

#[test]
#[ignore = "compiles hundreds of types, for minutes: cargo test -p cargo-topika --test try_corpora -- --ignored"]
fn events_of_a_code_host_and_their_messages_come_back() {
    let Some(corpus) = corpus("github-webhooks") else { return };
    let totals = totals(&corpus, "schemas", &["--payloads", "examples"]);
    assert_eq!((&totals["compiled"], &totals["failed"]), (&totals["files"], &Value::from(0)));
    assert!(totals["passed"].as_u64() >= Some(5_000), "{totals}");
}

#[test]
#[ignore = "compiles hundreds of types, for minutes: cargo test -p cargo-topika --test try_corpora -- --ignored"]
fn events_of_an_analytics_pipeline_come_back() {
    let Some(corpus) = corpus("iglu") else { return };
    let totals = totals(&corpus, ".", &[]);
    assert_eq!((&totals["compiled"], &totals["failed"]), (&totals["files"], &Value::from(0)));
    assert!(totals["passed"].as_u64() >= Some(5_000), "{totals}");
}
