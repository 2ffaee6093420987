//! Clients of others against the server: Confluent's and KafkaJS's from npm. Python's is in `tests/python.rs` of the workspace's root.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use topika_registry::server::Server;

/// The folder that `.ci/outside npm` installs the clients into, or `None` after saying that `test` is skipped.
fn clients(test: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let outside = std::env::var_os("TOPIKA_OUTSIDE").map_or_else(|| root.join("target/outside"), PathBuf::from);
    let folder = outside.join("npm");
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    if node && folder.join("complete").is_file() {
        return Some(folder);
    }
    let say = format!("SKIPPED {test}: this machine lacks Node or the npm clients; `.ci/outside npm` fetches them");
    assert!(std::env::var("TOPIKA_REQUIRE").as_deref() != Ok("all"), "{say}");
    // Not eprintln!: the runner captures that and shows it for failing tests alone.
    writeln!(std::io::stderr(), "{say}").ok();
    None
}

/// Runs a script of `tests/npm` on a registry, and gives what it found.
async fn run(script: &str, folder: &Path) -> Value {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    // Node looks for packages where the script lies.
    let lies = folder.join(script);
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm").join(script), &lies).unwrap();
    let url = server.url();
    let output = tokio::task::spawn_blocking(move || Command::new("node").arg(lies).arg(url).output().unwrap());
    let output = output.await.unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{errors}");
    serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn confluents_npm_client_registers_evolves_checks_and_deletes() {
    let Some(folder) = clients("confluents_npm_client_registers_evolves_checks_and_deletes") else { return };
    let found = run("confluent.mjs", &folder).await;
    for step in ["ids", "evolved", "settings", "values", "deleted", "context"] {
        assert!(!found[step].is_null(), "{step} is missing in {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kafkajs_npm_client_registers_evolves_checks_and_deletes() {
    let Some(folder) = clients("kafkajs_npm_client_registers_evolves_checks_and_deletes") else { return };
    let found = run("kafkajs.mjs", &folder).await;
    for step in ["ids", "evolved", "avro", "json", "deleted"] {
        assert!(!found[step].is_null(), "{step} is missing in {found}");
    }
}
