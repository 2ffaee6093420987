use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::package::{Module, Package, parts};

/// Each round leaves out what the one before could not compile; errors of a later stage of the compiler show when those of an earlier
/// one are gone.
const ROUNDS: usize = 12;

/// What the compiler made of the modules.
pub(super) struct Built {
    /// The program; `None` where no module is left.
    pub(super) program: Option<PathBuf>,
    /// What is said of a file's module: the errors for which it was left out, or its warnings.
    pub(super) faults: BTreeMap<usize, Vec<String>>,
    /// The number of the first type of each file in the program.
    pub(super) first_type: BTreeMap<usize, u32>,
}

/// Compiles the modules; those that do not compile are left out, so that the others do.
///
/// # Errors
/// What hinders, where it is not a module.
pub(super) fn build(package: &Package, modules: &[Module], offline: bool) -> Result<Built, String> {
    let mut faults: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut out: BTreeSet<usize> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let kept = parts(modules.iter().filter(|module| !out.contains(&module.file)));
        if kept.is_empty() {
            return Ok(Built { program: None, faults, first_type: BTreeMap::new() });
        }
        package.write(&kept).map_err(|error| format!("cannot write {}: {error}", package.root.display()))?;
        let said = cargo(package, offline)?;
        if said.errors.is_empty() {
            let Some(program) = said.program else { return Err(said.rest) };
            for (file, warnings) in said.warnings {
                faults.entry(file).or_default().extend(warnings);
            }
            return Ok(Built { program: Some(program), faults, first_type: first_types(&kept) });
        }
        out.extend(said.errors.keys());
        faults.extend(said.errors);
    }
    Err("the generated modules hinder each other; please report this".to_owned())
}

fn first_types(parts: &[Vec<&Module>]) -> BTreeMap<usize, u32> {
    let mut next = 0_u32;
    let mut first = BTreeMap::new();
    for module in parts.iter().flatten() {
        first.insert(module.file, next);
        next = next.saturating_add(u32::try_from(module.types.len()).unwrap_or(u32::MAX));
    }
    first
}

/// What a run of cargo says.
#[derive(Default)]
struct Said {
    program: Option<PathBuf>,
    errors: BTreeMap<usize, Vec<String>>,
    warnings: BTreeMap<usize, Vec<String>>,
    /// What concerns no module.
    rest: String,
}

fn cargo(package: &Package, offline: bool) -> Result<Said, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command
        .args(["build", "--message-format=json", "--keep-going", "--quiet", "--target-dir"])
        .arg(&package.target)
        .args(offline.then_some("--offline"))
        .current_dir(&package.root)
        .stdin(Stdio::null())
        // Flags of whoever calls (`-D warnings`, coverage) are no part of what is tried, and would have all compiled anew.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    let output = command.output().map_err(|error| format!("cannot run {}: {error}", Path::new(&cargo).display()))?;
    let mut said = Said::default();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Ok(message) = serde_json::from_str::<Value>(line) {
            read(&message, package, &mut said);
        }
    }
    if said.program.is_none() && said.errors.is_empty() && said.rest.is_empty() {
        said.rest = format!("{}({})", String::from_utf8_lossy(&output.stderr), output.status);
    }
    Ok(said)
}

fn read(message: &Value, package: &Package, said: &mut Said) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    match message.get("reason").and_then(Value::as_str) {
        Some("compiler-artifact") => {
            let source = text(message.pointer("/target/src_path"));
            if package.is_main(&source) {
                said.program = message.get("executable").and_then(Value::as_str).map(PathBuf::from);
            }
        }
        Some("compiler-message") => {
            let Some(diagnostic) = message.get("message") else { return };
            let level = text(diagnostic.get("level"));
            let rendered = text(diagnostic.get("rendered"));
            let list = match level.as_str() {
                "warning" => &mut said.warnings,
                level if level.starts_with("error") => &mut said.errors,
                _ => return,
            };
            match module_of(diagnostic) {
                Some(file) => list.entry(file).or_default().push(rendered),
                // `aborting due to ...` says nothing of its own.
                None if level != "warning"
                    && diagnostic.get("spans").and_then(Value::as_array).is_some_and(|spans| !spans.is_empty()) =>
                {
                    said.rest.push_str(&rendered);
                }
                None => {}
            }
        }
        _ => {}
    }
}

/// The module that a diagnostic is about: the first that a place of it, of a macro that wrote it, or of a note below it names.
fn module_of(diagnostic: &Value) -> Option<usize> {
    let spans = diagnostic.get("spans").and_then(Value::as_array);
    let mut spans: Vec<&Value> = spans.into_iter().flatten().collect();
    spans.sort_by_key(|span| span.get("is_primary").and_then(Value::as_bool) != Some(true));
    let own = spans.into_iter().find_map(module_of_span);
    own.or_else(|| diagnostic.get("children").and_then(Value::as_array)?.iter().find_map(module_of))
}

fn module_of_span(span: &Value) -> Option<usize> {
    let mut span = Some(span);
    while let Some(at) = span {
        let path = at.get("file_name").and_then(Value::as_str).unwrap_or_default();
        let name = path.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".rs"));
        if path.contains("part-")
            && let Some(number) = name.and_then(|name| name.strip_prefix('m')?.parse().ok())
        {
            return Some(number);
        }
        span = at.pointer("/expansion/span");
    }
    None
}

#[cfg(test)]
mod tests {
    use topika_contract::project::Format;

    use super::super::talk::{Answer, Talk};
    use super::*;

    /// Modules by hand, since the generator makes none that are wrong.
    const MODULES: [&str; 4] = [
        "pub type Number = i64;",
        "pub type Number = Nowhere;",
        "pub type Number = i64; pub fn idle() { let unused = 1; }",
        r#"
            use ::topika::__private::serde::{Deserialize, Deserializer, Serialize, Serializer};
            pub enum Panics {}
            impl Serialize for Panics {
                fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> { match *self {} }
            }
            impl<'de> Deserialize<'de> for Panics {
                fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> { panic!("on purpose") }
            }
            pub enum Number {}
            impl Serialize for Number {
                fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> { match *self {} }
            }
            impl<'de> Deserialize<'de> for Number {
                fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> { std::process::abort() }
            }
        "#,
    ];

    #[test]
    fn a_module_that_does_not_compile_is_left_out_and_a_crash_is_survived() {
        // Beside the folder of the integration tests, so that topika is compiled once for all of them.
        let test = std::env::current_exe().unwrap();
        let cache = test.ancestors().nth(3).unwrap().join("tmp/try/cache");
        let folder = cache.join("by-hand");
        std::fs::create_dir_all(&folder).unwrap();
        let package = Package::of(&folder, &cache).unwrap();
        let modules: Vec<Module> = MODULES
            .iter()
            .enumerate()
            .map(|(file, source)| {
                let mut types = vec![("Number".to_owned(), Format::Json)];
                types.extend(source.contains("Panics").then(|| ("Panics".to_owned(), Format::Json)));
                Module { file, source: (*source).to_owned(), types }
            })
            .collect();
        let built = build(&package, &modules, true).unwrap();
        assert_eq!(built.first_type, BTreeMap::from([(0, 0), (2, 1), (3, 2)]));
        assert_eq!(built.faults.keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert!(built.faults[&1][0].contains("Nowhere") && built.faults[&2][0].contains("unused variable"));

        let mut talk = Talk::with(&built.program.unwrap());
        let one = |answer: Answer| matches!(answer, Answer::Back { bytes, .. } if bytes == b"1");
        assert!(one(talk.ask(0, b"1").unwrap()));
        assert!(matches!(talk.ask(0, b"x").unwrap(), Answer::Refused(_)));
        assert!(matches!(talk.ask(3, b"1").unwrap(), Answer::Failed(why) if why.contains("on purpose")));
        assert!(matches!(talk.ask(2, b"1").unwrap(), Answer::Failed(why) if why.contains("crashed")));
        assert!(one(talk.ask(1, b"1").unwrap()));
    }
}
