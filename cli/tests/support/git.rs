//! A repository of git in a project's folder.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::explicit_write,
    dead_code,
    reason = "a helper of tests; stderr itself gets past libtest"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// Whether git is there; where it is not, that is said and the test has nothing to do.
pub(crate) fn is_there() -> bool {
    let there = Command::new("git").arg("--version").output().is_ok_and(|output| output.status.success());
    let required = std::env::var("TOPIKA_REQUIRE").is_ok_and(|value| value == "all");
    assert!(there || !required, "TOPIKA_REQUIRE=all, but there is no git");
    if !there {
        writeln!(std::io::stderr(), "skipped: git is not installed").unwrap();
    }
    there
}

/// Runs git in a folder, and answers whether it went well and what it said.
pub(crate) fn try_git(folder: &Path, args: &[&str]) -> (bool, String) {
    let fixed =
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "safe.directory=*", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.args(fixed).args(args).current_dir(folder);
    // What a hook that runs the tests has set belongs to another repository; what people have configured, to them.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).trim().to_owned())
}

/// Runs git, which must go well.
#[track_caller]
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let (ok, said) = try_git(folder, args);
    assert!(ok, "git {args:?}: {said}");
    said
}

/// A repository with everything committed on `main`.
pub(crate) fn init(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(folder, "begin");
}

/// Commits everything; answers the commit.
#[track_caller]
pub(crate) fn commit(folder: &Path, message: &str) -> String {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", message]);
    git(folder, &["rev-parse", "HEAD"])
}
