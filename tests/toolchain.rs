//! A machine without the C toolchain gets a sentence that says what to install, from the linker that every build starts with.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the repository's linker as `--version` where only `tools` are installed.
fn linker_with(tools: &[&str]) -> Output {
    let bin = tempfile::tempdir().unwrap();
    for tool in tools {
        let real =
            std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|dir| dir.join(tool)).find(|p| p.exists());
        symlink(real.unwrap_or_else(|| panic!("this machine has no {tool}")), bin.path().join(tool)).unwrap();
    }
    let linker = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/linker");
    let mut command = Command::new("/bin/sh");
    command.arg(linker).arg("--version").env_clear().env("PATH", bin.path()).output().unwrap()
}

#[test]
fn each_missing_tool_is_named_with_the_command_that_installs_it() {
    let output = linker_with(&["cc", "bash"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        said.contains("lacks a C++ compiler (c++), make. Debian, Ubuntu: apt-get install build-essential"),
        "{said}"
    );
}

#[test]
fn with_all_tools_it_is_the_c_compiler() {
    let output = linker_with(&["cc", "c++", "make", "bash"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
