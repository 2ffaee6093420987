//! An incompatible change of a schema is one compile error, at its line, and nothing else turns red: seen with cargo and rustc
//! themselves, on a scratch package that carries this repository's contract. And where nothing changed, nothing is built.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use serde_json::Value;

const USER: &str = r#"
//! Uses the generated types, so that a change of them would show as further errors.
topika::include_events!();

/// Needs `total_amount` to be a decimal.
pub fn total(order: &events::orders::OrderPlaced) -> topika::types::Decimal<10, 2> {
    order.total_amount
}
"#;

#[test]
fn a_changed_type_is_one_error_at_its_line_and_the_types_stay_those_of_the_lock() {
    let scratch = Scratch::new();
    assert_eq!(scratch.errors(), Vec::<String>::new(), "the contract as it stands builds");

    let schema = scratch.0.join("schemas/orders/order-placed.avsc");
    let text = fs::read_to_string(&schema).unwrap();
    let decimal = r#"{ "type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2 }"#;
    let field = text.find("\"total_amount\"").expect("the schema has the field");
    let at = field + text[field..].find(decimal).expect("the field is a decimal");
    let line = text[..at].lines().count();
    let changed = format!("{}\"string\"{}", &text[..at], &text[at + decimal.len()..]);
    fs::write(&schema, changed).unwrap();

    let errors = scratch.errors();
    let [error] = errors.as_slice() else { panic!("one error, not {}: {errors:#?}", errors.len()) };
    let place = format!("schemas/orders/order-placed.avsc:{line}:");
    for part in ["avro/type-changed", "`total_amount`", "decimal", "string", &place, "kitchen, billing"] {
        assert!(error.contains(part), "{part:?} is missing in:\n{error}");
    }

    fs::write(&schema, text).unwrap();
    assert_eq!(scratch.errors(), Vec::<String>::new(), "the change taken back builds again");

    // Where nothing changed, nothing is compiled; where the generator has to look again and finds the same, nothing is written.
    let (compiled, written) = scratch.build_again();
    assert_eq!(compiled, Vec::<String>::new(), "compiled although nothing changed");
    fs::write(&schema, fs::read(&schema).unwrap()).unwrap();
    assert_eq!(scratch.build_again().1, written, "written although the schemas say the same");
}

/// A package of its own beside this one: the same contract, the same lock file of cargo, a target folder that is kept.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("one-error");
        fs::remove_dir_all(&dir).ok();
        fs::create_dir_all(dir.join("src")).unwrap();
        copy(&root.join("schemas"), &dir.join("schemas"));
        for file in ["topika.toml", "topika.lock", "build.rs", "Cargo.lock"] {
            fs::copy(root.join(file), dir.join(file)).unwrap();
        }
        fs::write(dir.join("src/lib.rs"), USER).unwrap();
        let manifest = format!(
            "[package]\nname = \"one-error\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\ntopika = {{ path = {:?}, default-features = false }}\n\
             [build-dependencies]\ntopika-build = {{ path = {:?} }}\n",
            root.join("runtime"),
            root.join("codegen")
        );
        fs::write(dir.join("Cargo.toml"), manifest).unwrap();
        Self(dir)
    }

    /// What `cargo build` compiles, and when the generated file was written last.
    fn build_again(&self) -> (Vec<String>, SystemTime) {
        let (messages, output) = self.build();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let of = |reason: &'static str| messages.iter().filter(move |message| message["reason"] == reason);
        let compiled = of("compiler-artifact").filter(|artifact| artifact["fresh"] != true);
        let compiled = compiled.map(|artifact| artifact["package_id"].to_string()).collect();
        let out = of("build-script-executed")
            .find(|script| script["package_id"].as_str().is_some_and(|id| id.contains("one-error")))
            .and_then(|script| script["out_dir"].as_str())
            .expect("the package has a build script");
        let written = fs::metadata(Path::new(out).join("topika_events.rs")).unwrap().modified().unwrap();
        (compiled, written)
    }

    /// The errors of `cargo build`, as rustc prints them.
    fn errors(&self) -> Vec<String> {
        let (messages, output) = self.build();
        let errors: Vec<String> = messages
            .iter()
            .filter(|m| m["reason"] == "compiler-message" && m["message"]["level"] == "error")
            // rustc's own closing line, "aborting due to ...", has no place.
            .filter(|m| m["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty()))
            .filter_map(|m| m["message"]["rendered"].as_str().map(str::to_owned))
            .collect();
        let failed = !output.status.success();
        assert_eq!(failed, !errors.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        errors
    }

    /// `cargo build`, and what it says of each package.
    fn build(&self) -> (Vec<Value>, Output) {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--message-format=json"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.with_extension("target"))
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let lines = String::from_utf8_lossy(&output.stdout);
        (lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(), output)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
