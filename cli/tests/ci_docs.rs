//! The files of docs/ci, run as they are printed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{Project, order};
use yaml_rust2::{Yaml, YamlLoader};

const FILE: &str = "schemas/orders/order-placed.avsc";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

fn yaml(path: &str) -> Yaml {
    YamlLoader::load_from_str(&read(path)).unwrap().remove(0)
}

/// A clone of a repository whose main branch holds a locked project.
struct Clone {
    origin: Project,
    work: Project,
}

impl Clone {
    fn new() -> Self {
        let origin = Project::new();
        assert_eq!(origin.run(&["fmt"]).code, 0);
        assert_eq!(origin.run(&["lock"]).code, 0);
        let clone = Self { origin, work: Project::new() };
        git(&clone.origin, &["init", "--quiet", "--initial-branch", "main"]);
        git(&clone.origin, &["add", "--all"]);
        git(&clone.origin, &["commit", "--quiet", "--message", "first"]);
        std::fs::remove_dir_all(clone.work.path().join("schemas")).unwrap();
        std::fs::remove_file(clone.work.path().join("topika.toml")).unwrap();
        let origin = clone.origin.path().to_str().unwrap().to_owned();
        git(&clone.work, &["clone", "--quiet", &origin, "."]);
        git(&clone.work, &["switch", "--quiet", "--create", "change"]);
        clone
    }
}

/// A command without what a git hook or a CI system around this test has set.
fn command(program: &str, project: &Project) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var("PATH").unwrap();
    let tools = Path::new(env!("CARGO_BIN_EXE_cargo-topika")).parent().unwrap();
    command.current_dir(project.path()).env("PATH", format!("{}:{path}", tools.display()));
    for name in ["CI", "GITHUB_BASE_REF", "GITHUB_EVENT_PATH", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    command.env("HOME", project.path()).env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Somebody").env(format!("GIT_{who}_EMAIL"), "somebody@example.org");
    }
    // cargo itself lives below the real home.
    let home = std::env::var("HOME").unwrap_or_default();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        command.env(name, std::env::var(name).unwrap_or_else(|_| format!("{home}/{folder}")));
    }
    command
}

#[track_caller]
fn git(project: &Project, args: &[&str]) {
    let output = command("git", project).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", said(&output));
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_page_prints_the_files_that_stand_beside_it() {
    let page = read("docs/ci.md");
    for file in ["github-workflow.yml", "gitlab.yml", "pre-commit"] {
        let text = read(&format!("docs/ci/{file}"));
        assert!(
            page.contains(&format!("\n{}\n```\n", text.trim_end())),
            "docs/ci.md does not print docs/ci/{file} as it is"
        );
    }
}

/// The shell steps of the workflow, each as GitHub runs it; the install step aside.
fn steps() -> Vec<(String, String)> {
    let workflow = yaml("docs/ci/github-workflow.yml");
    let steps = workflow["jobs"]["topika"]["steps"].as_vec().unwrap();
    let run = |step: &Yaml| Some((step["name"].as_str()?.to_owned(), step["run"].as_str()?.to_owned()));
    let all: Vec<(String, String)> = steps.iter().filter_map(run).collect();
    assert_eq!(all[0], ("Install".to_owned(), "cargo install --locked cargo-topika".to_owned()));
    all.into_iter().skip(1).collect()
}

/// Runs a step on a pull request into main; the end of `pwd` is the summary's file.
fn step(clone: &Clone, script: &str) -> Output {
    command("bash", &clone.work)
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
        .env("CI", "true")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_BASE_REF", "main")
        .env("GITHUB_STEP_SUMMARY", clone.work.path().join("summary.md"))
        .output()
        .unwrap()
}

#[test]
fn the_workflow_has_the_form_that_github_wants() {
    let workflow = yaml("docs/ci/github-workflow.yml");
    assert!(workflow["on"]["push"]["branches"].as_vec().is_some());
    assert_eq!(workflow["permissions"]["security-events"].as_str(), Some("write"));
    let steps = workflow["jobs"]["topika"]["steps"].as_vec().unwrap();
    for step in steps {
        match (step["uses"].as_str(), step["run"].as_str()) {
            (Some(uses), None) => {
                let (action, version) = uses.split_once('@').unwrap();
                assert!(action.contains('/') && version.starts_with('v'), "{uses}");
            }
            (None, Some(_)) => assert!(step["name"].as_str().is_some()),
            other => panic!("a step runs or uses something: {other:?}"),
        }
    }
    assert_eq!(steps[0]["with"]["fetch-depth"].as_i64(), Some(0));
    let written =
        steps.iter().any(|step| step["run"].as_str().is_some_and(|run| run.contains("sarif=target/topika.sarif")));
    let uploaded = steps.iter().any(|step| step["with"]["sarif_file"].as_str() == Some("target/topika.sarif"));
    assert!(written && uploaded, "what is uploaded is what was written");
}

#[test]
fn the_steps_of_the_workflow_pass_on_a_sound_change_and_fail_on_a_broken_one() {
    let clone = Clone::new();
    clone
        .work
        .write(FILE, &clone.work.read(FILE).replace("\"name\": \"id\",", "\"name\": \"id\", \"doc\": \"The id.\","));
    for (name, script) in steps() {
        let output = step(&clone, &script);
        assert!(output.status.success(), "{name}: {}", said(&output));
    }
    let summary = clone.work.read("summary.md");
    assert!(
        summary.starts_with("```text\norders-value: version 1 -> working tree") && summary.ends_with("```\n"),
        "{summary}"
    );
    assert!(summary.contains("the doc was none and is now \"The id.\""), "{summary}");

    // The lock is edited along with the schema; what main has locked still counts.
    std::fs::remove_file(clone.work.path().join("topika.lock")).unwrap();
    std::fs::remove_dir_all(clone.work.path().join("schemas/.history")).unwrap();
    clone.work.write(FILE, &order("\"string\""));
    assert_eq!(clone.work.run(&["fmt"]).code, 0);
    let codes: Vec<(String, Option<i32>)> =
        steps().iter().map(|(name, script)| (name.clone(), step(&clone, script).status.code())).collect();
    let expected = [("Layout", Some(0)), ("Check", Some(100)), ("What changed", Some(0))];
    assert_eq!(codes, expected.map(|(name, code)| (name.to_owned(), code)));
    let (_, check) = steps().into_iter().find(|(name, _)| name == "Check").unwrap();
    let output = step(&clone, &check);
    assert!(said(&output).contains(&format!("::error file={FILE},line=")), "{}", said(&output));
    let sarif: serde_json::Value = serde_json::from_str(&clone.work.read("target/topika.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "avro/type-changed"), "{sarif:#}");
}

#[test]
fn the_script_of_gitlab_writes_the_reports_that_it_names() {
    let job = &yaml("docs/ci/gitlab.yml")["topika"];
    let clone = Clone::new();
    let script: Vec<&str> = job["script"].as_vec().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(script[0], "cargo install --locked cargo-topika");
    for line in &script[1..] {
        let output = step(&clone, line);
        assert!(output.status.success(), "{line}: {}", said(&output));
    }
    for report in ["codequality", "junit"] {
        let path = job["artifacts"]["reports"][report].as_str().unwrap();
        assert!(clone.work.path().join(path).is_file(), "{path}");
    }
}

fn commit(project: &Project) -> Output {
    command("git", project).args(["commit", "--quiet", "--message", "a change"]).output().unwrap()
}

#[test]
fn the_plain_hook_judges_what_is_staged() {
    let clone = Clone::new();
    let hook = clone.work.path().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    // `fs::copy` keeps the bit that makes it executable.
    std::fs::copy(repository().join("docs/ci/pre-commit"), &hook).unwrap();

    clone.work.write("README.md", "nothing of ours");
    git(&clone.work, &["add", "README.md"]);
    clone.work.write(FILE, "{ broken, and not staged");
    let output = commit(&clone.work);
    assert!(output.status.success(), "{}", said(&output));

    let sound = clone.origin.read(FILE).replace("\"long\" }", "\"long\", \"doc\": \"In cents.\" }");
    clone.work.write(FILE, &sound);
    git(&clone.work, &["add", "--all"]);
    clone.work.write(FILE, "{ broken, and not staged");
    let output = commit(&clone.work);
    assert!(output.status.success(), "{}", said(&output));

    clone.work.write(FILE, &sound.replace("\"long\"", "\"string\""));
    git(&clone.work, &["add", "--all"]);
    clone.work.write(FILE, &sound);
    let output = commit(&clone.work);
    assert!(!output.status.success());
    assert!(said(&output).contains("avro/type-changed"), "{}", said(&output));

    clone.work.write(FILE, &sound.replace('\n', " \n"));
    git(&clone.work, &["add", "--all"]);
    let output = commit(&clone.work);
    assert!(!output.status.success());
    assert!(said(&output).contains("cargo topika fmt"), "{}", said(&output));
    // The folder of what was staged is gone again, and nothing was written into the repository.
    assert_eq!(clone.work.read(FILE), sound.replace('\n', " \n"));
}

#[test]
fn the_hooks_of_pre_commit_run_as_they_are_declared() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_vec().unwrap();
    let ids: Vec<&str> = hooks.iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["topika-fmt", "topika-check"]);
    let page = read("docs/ci.md");
    for id in ids {
        assert!(page.contains(&format!("- id: {id}\n")), "docs/ci.md does not name {id}");
    }
    let clone = Clone::new();
    let run = |hook: &Yaml, files: &str| {
        assert_eq!(hook["language"].as_str(), Some("system"));
        let names = if hook["pass_filenames"].as_bool() == Some(false) { "" } else { files };
        command("sh", &clone.work)
            .args(["-c", &format!("{} {names}", hook["entry"].as_str().unwrap())])
            .output()
            .unwrap()
    };
    for hook in hooks {
        let output = run(hook, FILE);
        assert!(output.status.success(), "{}", said(&output));
    }
    clone.work.write(FILE, &order("\"string\"").replace('\n', ""));
    assert!(run(&hooks[0], FILE).status.success());
    assert!(clone.work.read(FILE).contains("\n  \"fields\": [\n"));
    assert_eq!(run(&hooks[1], FILE).status.code(), Some(100));
}

/// Where a `pre-commit` is on the path or in the folder of outside parts, it runs the hooks of this repository itself; under
/// `TOPIKA_REQUIRE=all` it has to be there.
#[test]
fn pre_commit_itself_takes_the_hooks() {
    let folder = std::env::var_os("TOPIKA_OUTSIDE").map_or_else(|| repository().join("target/outside"), PathBuf::from);
    let outside = folder.join("venv/bin/pre-commit");
    let program = if outside.is_file() { outside.to_str().unwrap().to_owned() } else { "pre-commit".to_owned() };
    if !Command::new(&program).arg("--version").output().is_ok_and(|output| output.status.success()) {
        let say =
            "SKIPPED pre_commit_itself_takes_the_hooks: this machine lacks pre-commit; `.ci/outside python` fetches it";
        assert!(std::env::var("TOPIKA_REQUIRE").as_deref() != Ok("all"), "{say}");
        writeln!(std::io::stderr(), "{say}").unwrap();
        return;
    }
    // A repository with the hooks alone, as pre-commit would clone it.
    let hooks = Project::new();
    hooks.write(".pre-commit-hooks.yaml", &read(".pre-commit-hooks.yaml"));
    git(&hooks, &["init", "--quiet", "--initial-branch", "main"]);
    git(&hooks, &["add", ".pre-commit-hooks.yaml"]);
    git(&hooks, &["commit", "--quiet", "--message", "hooks"]);
    let clone = Clone::new();
    let all = |clone: &Clone| {
        command(&program, &clone.work)
            .args(["try-repo", hooks.path().to_str().unwrap(), "--all-files"])
            .output()
            .unwrap()
    };
    let output = all(&clone);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output).matches("Passed").count(), 2, "{}", said(&output));
    clone.work.write(FILE, &order("\"string\"").replace('\n', ""));
    let output = all(&clone);
    assert!(!output.status.success());
    assert!(
        said(&output).contains("avro/type-changed") && said(&output).contains("files were modified"),
        "{}",
        said(&output)
    );
}
