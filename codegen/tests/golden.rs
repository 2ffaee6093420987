//! Golden cases: a project in `tests/golden/<case>` beside the module that it gives. `UPDATE=1 cargo test -p topika-build` writes
//! the expectations anew; nothing else does.
#![allow(clippy::unwrap_used, reason = "an unwrap that fails fails the test")]

mod laid_out;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use topika_build::Builder;

/// The folders of the cases. What is to be written anew is written before any test reads it.
fn cases() -> &'static [PathBuf] {
    static CASES: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.sort();
        if std::env::var_os("UPDATE").is_some() {
            cases.iter().flat_map(|case| generated(case)).for_each(|(path, text)| update(&path, &text));
        }
        cases
    });
    &CASES
}

/// What a case gives, by the files that hold the expectations.
fn generated(case: &Path) -> [(PathBuf, String); 2] {
    let generated = Builder::new().project(case).generate();
    let warnings = generated.warnings.iter().map(|line| format!("{line}\n")).collect();
    [(case.join("expected.rs"), generated.source), (case.join("expected.warnings"), warnings)]
}

fn update(path: &Path, text: &str) {
    if text.is_empty() {
        let _ = fs::remove_file(path);
    } else {
        fs::write(path, text).unwrap();
    }
}

#[test]
fn every_case_gives_the_module_beside_it() {
    let mut differences = String::new();
    for (path, actual) in cases().iter().flat_map(|case| generated(case)) {
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if expected != actual {
            writeln!(differences, "{}:\n{}", path.display(), diff(&expected, &actual)).unwrap();
        }
    }
    assert!(differences.is_empty(), "{differences}\nUPDATE=1 writes the expectations anew");
}

#[test]
fn every_module_is_rust() {
    for case in cases() {
        let source = fs::read_to_string(case.join("expected.rs")).unwrap();
        let parsed = syn::parse_file(&source);
        assert!(parsed.is_ok(), "{}: {:?}", case.display(), parsed.err());
    }
}

#[test]
fn every_module_is_laid_out_as_prettyplease_does() {
    for case in cases() {
        let source = fs::read_to_string(case.join("expected.rs")).unwrap();
        let (laid_out, written) = (laid_out::by_prettyplease(&source), laid_out::as_written(&source));
        assert!(laid_out.trim_end() == written, "{}:\n{}", case.display(), diff(&laid_out, written));
    }
}

#[test]
fn two_runs_give_the_same() {
    for case in cases() {
        let builder = Builder::new().project(case);
        assert_eq!(builder.generate(), builder.generate(), "{}", case.display());
    }
}

#[test]
fn every_case_is_compiled_or_is_an_error_on_purpose() {
    let compiled = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile.rs")).unwrap();
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let refused = fs::read_to_string(case.join("expected.rs")).unwrap().contains("compile_error!");
        assert_ne!(compiled.contains(&format!("golden!({name})")), refused, "{name}");
    }
}

/// The lines around the first difference.
fn diff(expected: &str, actual: &str) -> String {
    let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let first = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let mut out = String::new();
    for line in expected.iter().take(first).skip(first.saturating_sub(3)) {
        writeln!(out, "  {line}").unwrap();
    }
    for line in expected.iter().skip(first).take(8) {
        writeln!(out, "- {line}").unwrap();
    }
    for line in actual.iter().skip(first).take(8) {
        writeln!(out, "+ {line}").unwrap();
    }
    out
}
