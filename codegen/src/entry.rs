use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use topika_contract::check::check;
use topika_contract::project::{Project, SchemaFile, frozen, imported, resolve, resolve_rewritten};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::{Severity, TOPIC_KEY_CHANGED};
use topika_contract::text::Source;
use topika_contract::threads::on_a_large_stack;

use crate::emit::emit;
use crate::ir::Ir;
use crate::lower::{Choices, Options, choices, lower, rust_path};
use crate::options::TypeOptions;
use crate::said::{problem_text, warning_line};
use crate::write::write_if_changed;

/// The name of the generated file in `OUT_DIR`: what `topika::include_events!()` brings in.
const FILE: &str = "topika_events.rs";

/// Set to `1` for the tests that write the schema files of types written in Rust.
const UPDATE: &str = "TOPIKA_UPDATE";

/// Generates the module of the project that the package belongs to: the whole of a `build.rs`.
///
/// ```no_run
/// fn main() {
///     topika_build::run()
/// }
/// ```
///
/// It never fails for bad input: what is wrong with the contract becomes one `compile_error!` in the generated file, and the types
/// are then those of the last lock. Under `TOPIKA_UPDATE=1`, by which tests write the schema files of types written in Rust, what is
/// wrong with these files is a warning. See [`Builder`] for what can be set.
pub fn run() {
    Builder::new().run();
}

/// The build with other settings than [`run`] has.
///
/// ```no_run
/// fn main() {
///     topika_build::Builder::new().only(["orders.*"]).run()
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    project: Option<PathBuf>,
    out_dir: Option<PathBuf>,
    only: Vec<String>,
    types: TypeOptions,
    type_rows: Vec<(String, TypeOptions)>,
}

/// What a build gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The source of the generated module.
    pub source: String,
    /// What the compiler will say as an error, where the contract has a finding at deny.
    pub problem: Option<String>,
    /// What cargo says as warnings, a line each.
    pub warnings: Vec<String>,
    /// The files and folders that the answer depends on.
    pub watched: Vec<PathBuf>,
}

impl Builder {
    /// A build of the nearest `topika.toml`, upwards from the package, into `OUT_DIR`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the project in this folder, and does not search for one.
    pub fn project(mut self, root: impl Into<PathBuf>) -> Self {
        self.project = Some(root.into());
        self
    }

    /// Writes into this folder, and not into `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Generates these events only, with the types they use and the topics that carry them (and, since the enum of a topic is
    /// closed, the other events of those topics). `*` is any run of characters: `orders.*`.
    pub fn only(mut self, patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.only.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// How all types look: `[types]` of `topika.toml`, as far as nothing is said here.
    pub fn types(mut self, options: TypeOptions) -> Self {
        self.types = options;
        self
    }

    /// How one type looks: `[type."NAME"]` of `topika.toml`, as far as nothing is said here. A type is called by its full name in
    /// Avro (`orders.OrderPlaced`), by its event's name (`orders.order-placed`), or by its place in the generated module
    /// (`orders::OrderPlaced`), which every type has.
    pub fn type_options(mut self, name: impl Into<String>, options: TypeOptions) -> Self {
        self.type_rows.push((name.into(), options));
        self
    }

    /// Generates the module and writes it, and tells cargo what to watch. For a `build.rs`.
    ///
    /// A folder that cannot be written is an error of the build script, said in one line.
    pub fn run(self) {
        let generated = self.generate();
        let mut lines = instructions(&generated);
        if let Err(error) = self.write(&generated) {
            lines.push(format!("cargo::error={}", one_line(&error)));
        }
        // Cargo reads the lines from here; where nobody reads, there is nobody to tell.
        let _ = std::io::stdout().write_all((lines.join("\n") + "\n").as_bytes());
    }

    /// Generates the module without writing anything.
    #[must_use]
    pub fn generate(&self) -> Generated {
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        match self.project.clone().or_else(|| Project::find(&package)) {
            // Types lie as deep in each other as a schema may, and cargo builds a build script without optimisation.
            Some(root) => on_a_large_stack(|| self.generated(&root, updating()))
                .unwrap_or_else(|| self.generated(&root, updating())),
            None => no_project(&package),
        }
    }

    fn generated(&self, root: &Path, update: bool) -> Generated {
        let mut report = Report::default();
        let mut project = Project::load(root, &mut report);
        let mut contract =
            if update { resolve_rewritten(&mut project, &mut report) } else { resolve(&project, &mut report) };
        check(&contract, &project, &mut report);
        // Such a finding would hinder the very tests that mend it; without the update, the next build judges what they wrote.
        let (withheld, denied): (Vec<_>, Vec<_>) =
            at(&report, Severity::Deny).into_iter().partition(|finding| update && is_written_anew(&project, finding));
        if !denied.is_empty() {
            // Beside types of the edited files, the finding would bring a cascade of type errors with it. What is wrong with the
            // frozen texts is among the findings already.
            contract = frozen(&project, &mut Report::default());
        }
        // Behind ours, so that a name which both have stays that of ours.
        let imports = imported(&project, &contract);
        contract.events.extend(imports.events);
        contract.shared.extend(imports.shared);
        contract.topics.extend(imports.topics);
        let module = project.manifest.module.as_ref().and_then(|module| rust_path(&module.value));
        let choices = Choices {
            // A row may speak of a type that is not generated here, not yet frozen, or in a file that is not written yet.
            all_wanted: self.only.is_empty() && denied.is_empty() && !update,
            ..choices(&project.manifest, &self.types, &self.type_rows)
        };
        let rewritten = update && denied.is_empty();
        let mut ir = lower(&contract, &Options { only: self.only.clone(), module, choices, rewritten });
        for finding in &mut ir.findings {
            finding.severity = project.manifest.severity_of(finding.rule);
        }
        let of_types = |severity| ir.findings.iter().filter(move |finding| finding.severity == severity);
        let denied: Vec<&Finding> = denied.into_iter().chain(of_types(Severity::Deny)).collect();
        let problem = problem_text(&denied, &ir.problems);
        let warnings = withheld.into_iter().chain(at(&report, Severity::Warn)).chain(of_types(Severity::Warn));
        let warnings = warnings.map(warning_line).collect();
        Generated { source: source(&ir, problem.as_deref()), problem, warnings, watched: watched(&project) }
    }

    fn write(&self, generated: &Generated) -> Result<bool, String> {
        let Some(folder) = self.out_dir.clone().or_else(|| env::var_os("OUT_DIR").map(PathBuf::from)) else {
            return Err("topika: OUT_DIR is not set; call topika_build::run() from a build.rs, or name a folder with Builder::out_dir"
                .to_owned());
        };
        let path = folder.join(FILE);
        write_if_changed(&path, &generated.source)
            .map_err(|error| format!("topika: cannot write {}: {error}", path.display()))
    }
}

/// Whether this build is for the tests that write the schema files of types written in Rust.
fn updating() -> bool {
    env::var_os(UPDATE).is_some_and(|value| value == "1")
}

/// Whether a finding is about what an update writes anew: the schema file of a type written in Rust, its history, or the key of a topic, whose
/// type is known once the files are.
fn is_written_anew(project: &Project, finding: &Finding) -> bool {
    let is_rust = |name: &str| project.manifest.event_row(name).is_some_and(|row| row.rust.is_some());
    let of_file = |file: &SchemaFile| !file.shared && is_rust(&file.event_name());
    // By its path: what stands in for a broken file has another one.
    let at = finding.at.as_ref().and_then(|at| at.source.path().strip_prefix(&project.manifest.schemas));
    let file = at.and_then(|path| SchemaFile::new(path.trim_start_matches('/'), Source::new("", "")));
    let subject = finding.subject.as_deref().and_then(|name| project.lock.subject(name));
    let locked = subject.and_then(|subject| SchemaFile::new(&subject.path, Source::new("", "")));
    std::ptr::eq(finding.rule, &raw const TOPIC_KEY_CHANGED)
        || file.is_some_and(|file| of_file(&file))
        || locked.is_some_and(|file| of_file(&file))
}

fn source(ir: &Ir, problem: Option<&str>) -> String {
    emit(ir, problem)
}

fn at(report: &Report, severity: Severity) -> Vec<&Finding> {
    report.findings().iter().filter(|finding| finding.severity == severity).collect()
}

/// The history lies below the schema folder, so the folder stands for it too.
fn watched(project: &Project) -> Vec<PathBuf> {
    let lock = project.root.join("topika.lock");
    let mut watched = vec![project.root.join("topika.toml"), project.root.join(&project.manifest.schemas)];
    // Cargo runs a build script again at each build while a watched file is missing. The first lock is noticed by its history.
    if lock.exists() {
        watched.push(lock);
    }
    watched
}

fn no_project(package: &Path) -> Generated {
    let problem = format!(
        "no topika.toml in {} or in a folder above it\n   \
         = help: create one beside Cargo.toml (it may be empty), and put schemas below schemas/: \
         schemas/orders/order-placed.avsc is the event `orders.order-placed`",
        package.display()
    );
    Generated {
        source: source(&Ir::default(), Some(&problem)),
        problem: Some(problem),
        warnings: Vec::new(),
        watched: vec![package.join("topika.toml")],
    }
}

/// What cargo is told.
fn instructions(generated: &Generated) -> Vec<String> {
    let watched = generated.watched.iter().map(|path| format!("cargo::rerun-if-changed={}", path.display()));
    let warnings = generated.warnings.iter().map(|line| format!("cargo::warning={}", one_line(line)));
    let update = std::iter::once(format!("cargo::rerun-if-env-changed={UPDATE}"));
    watched.chain(update).chain(warnings).collect()
}

/// A line break would end the instruction and begin another one.
fn one_line(text: &str) -> String {
    if !text.contains('\n') && !text.contains('\r') {
        return text.trim().to_owned();
    }
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_one_instruction() {
        let warnings = vec!["a\ncargo::rustc-cfg=b".to_owned()];
        let generated = Generated { source: String::new(), problem: None, warnings, watched: vec!["x".into()] };
        assert_eq!(
            instructions(&generated),
            [
                "cargo::rerun-if-changed=x",
                "cargo::rerun-if-env-changed=TOPIKA_UPDATE",
                "cargo::warning=a; cargo::rustc-cfg=b"
            ]
        );
    }

    #[test]
    fn a_file_that_an_update_writes_anew_does_not_hinder_the_update() {
        let folder = tempfile::tempdir().unwrap();
        let row = "[event.\"user.made\"]\nrust = \"crate::Made\"\n";
        std::fs::write(folder.path().join("topika.toml"), row).unwrap();
        std::fs::create_dir_all(folder.path().join("schemas/user")).unwrap();
        std::fs::write(folder.path().join("schemas/user/made.avsc"), "{").unwrap();
        assert!(Builder::new().generated(folder.path(), false).problem.unwrap().starts_with("text/syntax"));
        let updated = Builder::new().generated(folder.path(), true);
        assert_eq!(updated.problem, None);
        assert!(updated.warnings[0].contains("text/syntax"), "{:?}", updated.warnings);
        // A file that a person wrote is nothing that an update could mend.
        std::fs::write(folder.path().join("schemas/user/other.avsc"), "{").unwrap();
        assert!(Builder::new().generated(folder.path(), true).problem.unwrap().contains("other.avsc"));
    }

    /// A project whose events are written in Rust, without a file yet.
    fn code_first() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let rows = "[event.\"user.made\"]\nrust = \"crate::user::Made\"\n[event.\"user.gone\"]\nrust = \"crate::Gone\"\n\
                    [topic.\"user.events\"]\nevents = [\"user.made\", \"user.gone\"]\nkey = \"user_id\"\n";
        std::fs::write(folder.path().join("topika.toml"), rows).unwrap();
        folder
    }

    const TOPIC: &str = "#[topic(name = \"user.events\", key = \"user_id\", unsettled)]\n    pub enum UserEvents {\n        \
                         Made(crate::user::Made),\n        Gone(crate::Gone),\n    }";

    #[test]
    fn an_update_has_the_events_whose_files_it_writes_first() {
        let folder = code_first();
        let plain = Builder::new().generated(folder.path(), false);
        assert!(!plain.source.contains("UserEvents"));
        assert!(plain.warnings.iter().any(|line| line.contains("run `TOPIKA_UPDATE=1 cargo test`")), "{plain:?}");
        let updated = Builder::new().generated(folder.path(), true);
        assert_eq!(updated.problem, None);
        assert!(updated.source.contains(TOPIC), "{}", updated.source);
        // The second event of a topic is new, and its file is missing alone.
        std::fs::create_dir_all(folder.path().join("schemas/user")).unwrap();
        let made = r#"{"type":"record","name":"Made","fields":[{"name":"user_id","type":"string"}]}"#;
        std::fs::write(folder.path().join("schemas/user/made.avsc"), made).unwrap();
        assert!(!Builder::new().generated(folder.path(), false).source.contains("crate::Gone"));
        assert!(Builder::new().generated(folder.path(), true).source.contains(TOPIC));
        // A file that cannot be read as a schema hinders no more than a missing one.
        std::fs::write(folder.path().join("schemas/user/gone.avsc"), "{").unwrap();
        assert!(Builder::new().generated(folder.path(), true).source.contains(TOPIC));
    }

    #[test]
    fn an_update_does_not_judge_the_key_by_the_files_that_it_writes() {
        let folder = code_first();
        std::fs::create_dir_all(folder.path().join("schemas/user")).unwrap();
        for (name, file) in [("Made", "made"), ("Gone", "gone")] {
            let text = format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"id","type":"string"}}]}}"#);
            std::fs::write(folder.path().join(format!("schemas/user/{file}.avsc")), text).unwrap();
        }
        let plain = Builder::new().generated(folder.path(), false);
        assert!(plain.problem.unwrap().starts_with("topic/key-missing"));
        let updated = Builder::new().generated(folder.path(), true);
        assert_eq!(updated.problem, None);
        assert!(updated.source.contains(TOPIC), "{}", updated.source);
        // An event of the same topic that a person writes as a schema is judged as ever.
        std::fs::write(
            folder.path().join("topika.toml"),
            "[event.\"user.made\"]\nrust = \"crate::Made\"\n\
            [topic.\"user.events\"]\nevents = [\"user.made\", \"user.gone\"]\nkey = \"user_id\"\n",
        )
        .unwrap();
        let problem = Builder::new().generated(folder.path(), true).problem.unwrap();
        assert!(problem.contains("`user.gone` has no field `user_id`") && !problem.contains("user.made"), "{problem}");
    }

    #[test]
    fn a_missing_project_says_what_to_create() {
        let generated = no_project(Path::new("/somewhere"));
        assert!(generated.source.contains("compile_error!"));
        assert!(generated.problem.unwrap().contains("no topika.toml in /somewhere"));
    }
}
