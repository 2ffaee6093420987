//! What a machine may lack: the corpora that stand beside the repository.
#![allow(
    clippy::unwrap_used,
    clippy::explicit_write,
    reason = "a helper of tests; writeln! to stderr itself gets past the capture of libtest"
)]

use std::io::Write as _;
use std::path::PathBuf;

/// The folder of a corpus; where it is absent, that is said (past libtest, which hides prints) and the test has nothing to do.
pub(crate) fn corpus(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TOPIKA_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = root.join("corpora").join(name);
    if folder.exists() {
        return Some(folder);
    }
    let required = std::env::var("TOPIKA_REQUIRE").is_ok_and(|value| value == "all")
        && std::env::var_os("TOPIKA_SHARED").is_some();
    assert!(!required, "TOPIKA_REQUIRE=all, but {} is not there", folder.display());
    writeln!(
        std::io::stderr(),
        "skipped: the corpus {name} is not at {}; set TOPIKA_SHARED to its folder",
        folder.display()
    )
    .unwrap();
    None
}

/// All files below a folder whose name ends so, sorted.
#[allow(dead_code, reason = "not every test file walks a folder")]
pub(crate) fn files(folder: &std::path::Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
