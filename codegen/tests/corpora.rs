//! Schemas as people write them, from a folder beside the repository: each gives a module that is Rust.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails fails the test")]

mod laid_out;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use topika_build::Builder;

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

#[test]
fn every_avro_schema_of_the_field_gives_rust() {
    let Some(corpus) = corpus("avro-datagen") else { return };
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "avsc") {
            continue;
        }
        let project = tempfile::tempdir().unwrap();
        fs::write(project.path().join("topika.toml"), "").unwrap();
        fs::create_dir_all(project.path().join("schemas/field")).unwrap();
        fs::copy(&path, project.path().join("schemas/field").join(path.file_name().unwrap())).unwrap();
        let generated = Builder::new().project(project.path()).generate();
        assert_eq!(generated.problem, None, "{}", path.display());
        assert!(syn::parse_file(&generated.source).is_ok(), "{}", path.display());
        assert!(generated.source.contains("pub struct"), "{}", path.display());
        let laid_out = laid_out::by_prettyplease(&generated.source);
        assert_eq!(laid_out.trim_end(), laid_out::as_written(&generated.source), "{}", path.display());
    }
}
