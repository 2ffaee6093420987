//! A project in a folder of its own, and the real binary run on it.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// What goes between a project and the registry of its environment `test`.
pub(crate) const PLAN: &[&str] = &["plan", "--env", "test"];
pub(crate) const PUSH: &[&str] = &["push", "--env", "test"];
pub(crate) const PULL: &[&str] = &["pull", "--env", "test"];

/// What a run said.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A project that is deleted with the value.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// An event, a shared type and a manifest.
    pub(crate) fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        project.write("topika.toml", "[project]\nlevel = \"BACKWARD_TRANSITIVE\"\n\n[topic.orders]\nevents = [\"orders.order-placed\"]\nconsumers = [\"kitchen\"]\n");
        project.write("schemas/orders/order-placed.avsc", &order("\"long\""));
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs `cargo-topika` in the project's folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    /// Runs what has to end well.
    pub(crate) fn clean(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {}{}", run.out, run.err);
        run
    }

    /// The same with variables of the environment; those of a CI that runs the tests are taken away.
    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Run {
        run_in(self.path(), args, env)
    }
}

/// Runs `cargo-topika` in a folder.
pub(crate) fn run_in(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-topika"));
    command.args(args).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name == "CI" || name.starts_with("CI_") || name.starts_with("GITHUB_") {
            command.env_remove(name);
        }
    }
    let Output { status, stdout, stderr } = command.envs(env.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
}

/// The order event with an `amount` of some type.
pub(crate) fn order(amount: &str) -> String {
    format!(
        "{{\n  \"type\": \"record\",\n  \"name\": \"OrderPlaced\",\n  \"namespace\": \"orders\",\n  \"fields\": [\n    {{ \"name\": \"id\", \"type\": \"string\" }},\n    {{ \"name\": \"amount\", \"type\": {amount} }}\n  ]\n}}\n"
    )
}
