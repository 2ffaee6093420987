//! `cargo topika serve`: the real binary, asked by the registry's client and stopped by a signal.
#![cfg(feature = "serve")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use support::{Project, order, run_in};
use topika_contract::compat::Level;
use topika_registry::api::NewSchema;
use topika_registry::client::{Client, ErrorKind};

/// A running server; killed with the value.
struct Serving {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
    /// What it said before it served.
    before: Vec<String>,
}

impl Serving {
    fn start(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_cargo-topika")), folder, args, env)
    }

    /// Runs what comes to the binary.
    fn of(mut program: Command, folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut process = program
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .current_dir(folder)
            .env_remove("TOPIKA_REGISTRY_USERS")
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut before = Vec::new();
        loop {
            let line = lines.next().expect("it says where it serves").unwrap();
            match line.strip_prefix("Serving ").and_then(|rest| rest.split(' ').next()) {
                Some(url) => return Self { process, lines, url: url.to_owned(), before },
                None => before.push(line),
            }
        }
    }

    fn client(&self) -> Client {
        Client::builder().url(&self.url).build().unwrap()
    }

    /// The next version that it registers; a file may be seen half-written before, which it tells.
    fn version(&mut self) -> String {
        self.lines.by_ref().map(Result::unwrap).find(|line| line.starts_with("version ")).unwrap()
    }

    /// Asks it to end, as a service manager does. Answers its exit status and what it said beside its answers.
    fn stop(mut self, signal: &str) -> (i32, String) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut said = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.process.wait().unwrap().code().unwrap(), said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn text() -> NewSchema {
    NewSchema::avro(r#""string""#)
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_until_a_signal_and_forgets_what_is_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-TERM", "-INT"] {
        let serving = Serving::start(folder.path(), &[], &[]);
        assert_eq!(serving.client().register("s", &text()).await.unwrap().version, Some(1), "empty at the start");
        let (code, said) = serving.stop(signal);
        assert_eq!((code, said.trim()), (0, "Stopped"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn with_a_directory_everything_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path(), &["--data", "registry"], &[]);
    serving.client().register("s", &text()).await.unwrap();
    let second = run_in(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--data", "registry"], &[]);
    assert_eq!(second.code, 101);
    assert!(second.err.contains("another registry serves from registry"), "{}", second.err);
    assert_eq!(serving.stop("-TERM").0, 0);
    let serving = Serving::start(folder.path(), &["--data", "registry"], &[]);
    assert_eq!(serving.client().subjects().await.unwrap(), ["s"]);
}

#[tokio::test]
async fn users_come_from_a_file_or_a_variable_and_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("users"), "# ours\nann:hush\n").unwrap();
    for (args, env) in [(&["--users", "users"][..], &[][..]), (&[], &[("TOPIKA_REGISTRY_USERS", "ann:hush")])] {
        let serving = Serving::start(folder.path(), args, env);
        assert_eq!(serving.client().subjects().await.unwrap_err().kind(), ErrorKind::Unauthorized);
        let ann = Client::builder().url(&serving.url).basic_auth("ann", "hush").build().unwrap();
        assert!(ann.subjects().await.unwrap().is_empty());
        assert!(!serving.before.concat().contains("hush"));
    }
    let run = run_in(folder.path(), &["serve"], &[("TOPIKA_REGISTRY_USERS", "ann hush")]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("TOPIKA_REGISTRY_USERS: line 1 of the users") && !run.err.contains("hush"), "{}", run.err);
    let run = run_in(folder.path(), &["serve", "--users", "nobody"], &[]);
    assert!(run.err.contains("the users in nobody cannot be read"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn more_connections_than_the_process_has_files_wait_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new("sh");
    program.args(["-c", r#"ulimit -n 128; exec "$0" "$@""#, env!("CARGO_BIN_EXE_cargo-topika")]);
    let mut serving = Serving::of(program, folder.path(), &[], &[]);
    let addr = serving.url.strip_prefix("http://").unwrap();
    let half: Vec<_> = (0..130).map(|_| std::net::TcpStream::connect(addr).unwrap()).collect();
    let mut said = BufReader::new(serving.process.stderr.take().unwrap()).lines();
    assert_eq!(
        said.next().unwrap().unwrap(),
        "warning: 96 connections are open, as many as may be: new ones wait until one is closed"
    );
    drop(half);
    serving.process.kill().unwrap();
    assert_eq!(said.count(), 0);
}

#[test]
fn it_does_not_open_to_other_machines_without_a_password_unless_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_in(folder.path(), &["serve", "--listen", "0.0.0.0:0"], &[]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("can be reached from other machines"), "{}", run.err);
    assert!(run.err.contains("--users FILE") && run.err.contains("--allow-anonymous"), "{}", run.err);
    let run = run_in(folder.path(), &["serve", "--listen", "nonsense"], &[]);
    assert!(run.code == 101 && run.err.contains("cannot listen on nonsense"), "{}", run.err);
    let run = run_in(folder.path(), &["serve", "--watch"], &[]);
    assert!(run.code == 101 && run.err.contains("there is no topika.toml"), "{}", run.err);
}

#[tokio::test]
async fn the_projects_schemas_are_served_and_each_save_is_a_version() {
    let project = Project::new();
    project.write(
        "schemas/types/money.avsc",
        r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"}]}"#,
    );
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    let mut serving = Serving::start(project.path(), &["--watch"], &[]);
    assert_eq!(serving.before, ["version 1 of types.Money (id 1)", "version 1 of orders-value (id 2)"]);
    let client = serving.client();
    let first = client.latest("orders-value").await.unwrap();
    assert_eq!((first.references[0].subject.as_str(), first.references[0].version), ("types.Money", 1));
    assert_eq!(client.level(Some("orders-value")).await.unwrap(), Level::BackwardTransitive);

    // A change of what is referred to is a version of both.
    project.write("schemas/types/money.avsc", r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"},{"name":"currency","type":"string","default":"EUR"}]}"#);
    assert_eq!(serving.version(), "version 2 of types.Money (id 3)");
    assert_eq!(serving.version(), "version 2 of orders-value (id 4)");
    let second = client.version("orders-value", 2).await.unwrap();
    assert_eq!(second.references[0].version, 2);

    // What breaks is told, and the server goes on; so it does where a file cannot be read.
    project.write("schemas/types/money.avsc", "{");
    project.write(
        "schemas/types/money.avsc",
        r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"string"}]}"#,
    );
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    project
        .write("schemas/kitchen/cooked.avsc", r#"{"type":"record","name":"Cooked","namespace":"kitchen","fields":[]}"#);
    assert_eq!(serving.version(), "version 1 of kitchen.cooked-value (id 5)");
    assert_eq!(client.versions("orders-value").await.unwrap(), [1, 2]);
    #[cfg(unix)]
    {
        let said = serving.stop("-TERM").1;
        assert!(
            said.contains("orders-value: Schema being registered is incompatible with an earlier schema"),
            "{said}"
        );
        assert!(said.contains("types.Money: Schema being registered is incompatible"), "{said}");
    }
}

#[test]
fn a_mended_file_is_told_also_where_nothing_is_new() {
    let project = Project::new();
    let good = order("\"string\"");
    project.write("schemas/orders/order-placed.avsc", &good);
    let mut serving = Serving::start(project.path(), &["--watch"], &[]);
    let mut said = BufReader::new(serving.process.stderr.take().unwrap()).lines().map(Result::unwrap);
    project.write("schemas/orders/order-placed.avsc", "{");
    said.find(|line| line == "The registry stays as it is until that is mended").unwrap();
    project.write("schemas/orders/order-placed.avsc", &good);
    said.find(|line| line == "That is mended; the registry has everything as it stands in the project").unwrap();
}

#[tokio::test]
async fn what_another_repository_owns_is_served_as_it_was_frozen() {
    let folder = tempfile::tempdir().unwrap();
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden/imports");
    copy(&golden, folder.path());
    let serving = Serving::start(folder.path(), &["--watch"], &[]);
    let client = serving.client();
    let latest = client.latest("food-orders-food.orders.OrderPlaced").await.unwrap();
    let frozen = "schemas/.imports/food-orders-food.orders.OrderPlaced/3.avsc";
    assert_eq!(latest.schema, std::fs::read_to_string(golden.join(frozen)).unwrap());
    assert_eq!(client.versions("food-orders-food.orders.OrderPlaced").await.unwrap(), [1, 2], "{:?}", serving.before);
    assert_eq!(latest.references.len(), 2);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
