//! `cargo topika check --baseline`, on real repositories of git and on folders.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

#[path = "support/git.rs"]
mod repository;

mod support;

use repository::{commit, git, init, is_there};
use support::{Project, order, run_in};

const CI: &[(&str, &str)] = &[("CI", "true")];

/// A project with a locked version on `main`, and a branch that has just begun; `None` where there is no git.
fn on_a_branch() -> Option<Project> {
    if !is_there() {
        return None;
    }
    let project = Project::new();
    assert_eq!(project.run(&["lock"]).code, 0);
    init(project.path());
    git(project.path(), &["checkout", "--quiet", "-b", "feature"]);
    Some(project)
}

/// Changes a type, forgets the history, and locks the change as the first version.
fn rewrite_history(project: &Project) {
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    std::fs::remove_file(project.path().join("topika.lock")).unwrap();
    std::fs::remove_dir_all(project.path().join("schemas/.history")).unwrap();
    assert_eq!(project.run(&["lock"]).code, 0);
}

#[test]
fn in_ci_a_lock_edited_in_the_same_change_hides_no_break() {
    let Some(project) = on_a_branch() else { return };
    rewrite_history(&project);
    commit(project.path(), "sly");
    assert_eq!(project.run(&["check"]).code, 0, "offline, lock and schema agree");
    let run = project.run_with(&["check"], CI);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("error[avro/type-changed]: `amount` was long and is now string"), "{}", run.out);
    assert!(run.out.contains("error[history/edited]: version 1 of `orders-value` is not what git:"), "{}", run.out);
    assert!(run.out.contains("(merge-base with main)"), "{}", run.out);
    assert!(run.out.contains("of topika.lock, git:"), "the last line names the baselines: {}", run.out);
    // Who asks for the lock alone gets the lock alone.
    assert_eq!(project.run_with(&["check", "--baseline", "lock"], CI).code, 0);
    assert_eq!(project.run_with(&["check"], &[("CI", "false")]).code, 0);
}

#[test]
fn a_version_that_was_written_into_the_lock_by_hand_is_judged_against_those_before_it() {
    let Some(project) = on_a_branch() else { return };
    let before = project.read("topika.lock");
    rewrite_history(&project);
    // The forged lock holds the true version 1 and the break as version 2.
    let forged = project.read("topika.lock");
    let (_, row) = forged.split_once("[[subject.version]]").unwrap();
    project.write("topika.lock", &format!("{before}\n[[subject.version]]{}", row.replace("number = 1", "number = 2")));
    project.write("schemas/.history/orders-value/1.avsc", &order("\"long\""));
    project.write("schemas/.history/orders-value/2.avsc", &order("\"string\""));
    commit(project.path(), "forged");
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let run = project.run_with(&["check"], CI);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("error[avro/type-changed]") && !run.out.contains("history/edited"), "{}", run.out);
    // The same one step further: the working tree goes on from the forged version.
    project.write("schemas/orders/order-placed.avsc", &order("[\"string\", \"null\"]"));
    let run = project.run_with(&["check", "--format", "short"], CI);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("schemas/.history/orders-value/2.avsc:7:"), "the forged version itself: {}", run.out);
}

#[test]
fn removed_versions_and_subjects_are_findings() {
    let Some(project) = on_a_branch() else { return };
    project.write("topika.lock", "lock-version = 1\n");
    let run = project.run_with(&["check", "--format", "short"], CI);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(
        run.out.contains("history/removed: `orders-value` is locked in git:") && run.out.contains("with version 1"),
        "{}",
        run.out
    );
    assert!(run.out.contains("history/stray"), "the text is still there: {}", run.out);
}

/// Runs the `git checkout` of a help.
fn fetch_back(out: &str, root: &std::path::Path) {
    let (_, rest) = out.split_once("`git checkout ").unwrap();
    let (arguments, _) = rest.split_once('`').unwrap();
    let arguments: Vec<&str> = std::iter::once("checkout").chain(arguments.split(' ')).collect();
    git(root, &arguments);
}

#[test]
fn the_help_fetches_the_history_from_where_it_stood() {
    let Some(project) = on_a_branch() else { return };
    project.write("topika.lock", "lock-version = 1\n");
    let run = project.run_with(&["check"], CI);
    assert!(run.out.contains(" -- topika.lock schemas/.history`, then run `cargo topika lock` again"), "{}", run.out);
    fetch_back(&run.out, project.path());
    assert!(project.read("topika.lock").contains("orders-value"));

    // The folder of the schemas has another name in the same change.
    std::fs::rename(project.path().join("schemas"), project.path().join("events")).unwrap();
    let manifest = project.read("topika.toml").replacen("[project]", "[project]\nschemas = \"events\"", 1);
    project.write("topika.toml", &manifest);
    project.write("topika.lock", "lock-version = 1\n");
    let run = project.run_with(&["check"], CI);
    let help =
        " -- topika.lock schemas/.history`, move the latter to events/.history, then run `cargo topika lock` again";
    assert!(run.out.contains(help), "{}{}", run.out, run.err);
    fetch_back(&run.out, project.path());
    assert!(project.read("topika.lock").contains("orders-value"));
    assert!(project.path().join("schemas/.history").exists());
}

#[test]
fn the_help_fetches_the_history_of_a_project_that_moved_from_its_old_place() {
    let Some(project) = on_a_branch() else { return };
    std::fs::create_dir(project.path().join("services")).unwrap();
    git(project.path(), &["mv", "schemas", "topika.toml", "topika.lock", "services"]);
    project.write("services/topika.lock", "lock-version = 1\n");
    commit(project.path(), "moved");
    let services = project.path().join("services");
    let run = run_in(&services, &["check"], CI);
    let help = " -- :/topika.lock :/schemas/.history`, move these to topika.lock and schemas/.history of this project, then run";
    assert!(run.out.contains(help), "{}{}", run.out, run.err);
    fetch_back(&run.out, &services);
    assert!(project.read("topika.lock").contains("orders-value"));
}

#[test]
fn a_lowered_level_is_judged_by_the_main_branch_too() {
    let Some(project) = on_a_branch() else { return };
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &manifest.replace("BACKWARD_TRANSITIVE", "NONE"));
    project.write("topika.lock", &project.read("topika.lock").replace("BACKWARD_TRANSITIVE", "NONE"));
    assert_eq!(project.run(&["check"]).code, 0);
    let run = project.run_with(&["check", "--format", "short"], CI);
    assert_eq!(run.code, 100);
    assert!(
        run.out.contains("level/lowered: `orders` was locked as BACKWARD_TRANSITIVE and is now NONE"),
        "{}",
        run.out
    );
    // A waiver says that it is meant; it holds for the state before the lock too.
    let waiver = "\n[[waive]]\nrule = \"level/lowered\"\nsubject = \"orders\"\nwas = \"BACKWARD_TRANSITIVE\"\nreason = \"a draft\"\n";
    project.write("topika.toml", &(manifest.replace("BACKWARD_TRANSITIVE", "NONE") + waiver));
    let run = project.run_with(&["check"], CI);
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn a_waived_break_is_locked_and_its_release_passes_in_ci() {
    let Some(project) = on_a_branch() else { return };
    let manifest = project.read("topika.toml");
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    let waiver =
        "\n[[waive]]\nrule = \"avro/type-changed\"\nsubject = \"orders-value\"\nfrom = 1\nreason = \"never sent\"\n";
    project.write("topika.toml", &(manifest.clone() + waiver));
    assert_eq!(project.run_with(&["check"], CI).code, 0);
    commit(project.path(), "waived");
    git(project.path(), &["checkout", "--quiet", "main"]);
    git(project.path(), &["merge", "--quiet", "feature"]);
    // The release on main: locked, and the waiver, which has lapsed, taken out.
    assert_eq!(project.run(&["lock"]).code, 0);
    project.write("topika.toml", &manifest);
    commit(project.path(), "release");
    let run = project.run_with(&["check"], CI);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("1 waived") && run.out.contains("(first parent of HEAD)"), "{}", run.out);
}

#[test]
fn on_the_main_branch_the_state_before_counts() {
    if !is_there() {
        return;
    }
    let project = Project::new();
    project.run(&["lock"]);
    init(project.path());
    assert_eq!(project.run_with(&["check"], CI).code, 0, "nothing is before the first commit");
    let before = git(project.path(), &["rev-parse", "HEAD"]);
    rewrite_history(&project);
    // Not committed yet: HEAD is the state before.
    assert_eq!(project.run_with(&["check"], CI).code, 100);
    commit(project.path(), "sly");
    let run = project.run_with(&["check"], CI);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("(first parent of HEAD)"), "{}", run.out);
    // A push of several commits: CI says what was before.
    commit(project.path(), "another");
    assert_eq!(project.run_with(&["check"], CI).code, 0);
    let event = project.path().join("event.json");
    std::fs::write(&event, format!(r#"{{"before":"{before}"}}"#)).unwrap();
    let run = project.run_with(&["check"], &[("CI", "1"), ("GITHUB_EVENT_PATH", event.to_str().unwrap())]);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("(before this push)"), "{}", run.out);
    assert_eq!(project.run_with(&["check"], &[("CI", "1"), ("CI_COMMIT_BEFORE_SHA", &before)]).code, 100);
}

#[test]
fn a_revision_counts_with_its_working_texts() {
    if !is_there() {
        return;
    }
    let project = Project::new();
    init(project.path());
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    assert_eq!(project.run_with(&["check"], CI).code, 0, "nothing is locked, and drafts may change");
    for revision in ["git:main", "git:HEAD", "git:merge-base"] {
        let run = project.run(&["check", "--baseline", revision]);
        assert_eq!(run.code, 100, "{revision}: {}{}", run.out, run.err);
        assert!(run.out.contains("error[avro/type-changed]"), "{}", run.out);
        assert!(run.out.contains("/schemas/orders/order-placed.avsc:7:"), "the place in the commit: {}", run.out);
    }
    let run = project.run(&["check", "--baseline", "git:none"]);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(run.err.contains("git knows no commit \"none\""), "{}", run.err);
    assert_eq!(project.run(&["check", "--baseline", "git:"]).code, 2);
}

#[test]
fn a_project_in_a_folder_of_a_repository_is_found_there() {
    if !is_there() {
        return;
    }
    let top = tempfile::tempdir().unwrap();
    let project = Project::new();
    project.run(&["lock"]);
    let below = top.path().join("services/orders");
    std::fs::create_dir_all(below.parent().unwrap()).unwrap();
    std::fs::rename(project.path(), &below).unwrap();
    init(top.path());
    git(top.path(), &["checkout", "--quiet", "-b", "feature"]);
    std::fs::write(below.join("schemas/orders/order-placed.avsc"), order("\"string\"")).unwrap();
    std::fs::remove_file(below.join("topika.lock")).unwrap();
    std::fs::remove_dir_all(below.join("schemas/.history")).unwrap();
    let run = run_in(&below, &["check", "--format", "short"], CI);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("avro/type-changed") && run.out.contains("history/removed"), "{}", run.out);
    // From below and with a path the answer is the same.
    assert_eq!(run_in(&below.join("schemas"), &["check"], CI).code, 100);
    assert_eq!(run_in(top.path(), &["check", "--manifest-path", "services/orders"], CI).code, 100);
}

#[test]
fn without_the_main_branch_ci_warns_and_goes_on_with_the_lock() {
    let Some(project) = on_a_branch() else { return };
    rewrite_history(&project);
    commit(project.path(), "sly");
    git(project.path(), &["checkout", "--quiet", "main"]);
    let copy = tempfile::tempdir().unwrap();
    let url = format!("file://{}", project.path().display());
    git(copy.path(), &["clone", "--quiet", "--depth=1", "--branch=feature", &url, "."]);
    let run = run_in(copy.path(), &["check"], CI);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("warning[baseline/shallow]") && run.out.contains("fetch-depth: 0"), "{}", run.out);
    assert!(run.out.contains("git fetch --unshallow"), "{}", run.out);
    let run = run_in(copy.path(), &["check", "--baseline", "git:merge-base"], &[]);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(run.err.contains("the merge-base with the main branch cannot be found"), "{}", run.err);
    // With the history it is found, by the branch that the change is for.
    git(copy.path(), &["fetch", "--quiet", "--unshallow", "origin", "+refs/heads/*:refs/remotes/origin/*"]);
    git(copy.path(), &["checkout", "--quiet", "--detach"]);
    let run = run_in(copy.path(), &["check"], &[("CI", "true"), ("GITHUB_BASE_REF", "main")]);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("(merge-base with origin/main)"), "{}", run.out);
    let run = run_in(copy.path(), &["check"], &[("CI", "true"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "trunk")]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("there is no branch origin/trunk here"), "{}", run.out);
    let base = git(copy.path(), &["rev-parse", "origin/main"]);
    assert_eq!(run_in(copy.path(), &["check"], &[("CI", "1"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]).code, 100);
}

#[test]
fn outside_of_a_repository_ci_warns_too() {
    if !is_there() {
        return;
    }
    let project = Project::new();
    let run = project.run_with(&["check"], &[("CI", "true"), ("GIT_CEILING_DIRECTORIES", "/")]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("warning[baseline/shallow]") && run.out.contains("not a git repository"), "{}", run.out);
    assert!(!project.run(&["check"]).out.contains("baseline/"));
}

#[test]
fn a_folder_is_a_baseline_too() {
    let old = Project::new();
    old.run(&["lock"]);
    let project = Project::new();
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    let schemas = old.path().join("schemas").to_str().unwrap().to_owned();
    let lock = old.path().join("topika.lock").to_str().unwrap().to_owned();
    for path in [old.path().to_str().unwrap(), &schemas, &lock] {
        let run = project.run(&["check", "--baseline", path]);
        assert_eq!(run.code, 100, "{path}: {}{}", run.out, run.err);
        assert!(run.out.contains("error[avro/type-changed]") && run.out.contains(path), "{}", run.out);
        assert!(!run.out.contains("[history/"), "another project's history is not ours: {}", run.out);
    }
    let run = project.run(&["check", "--baseline", "nowhere"]);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(run.err.contains("there is no baseline at nowhere") && run.err.contains("git:REV"), "{}", run.err);
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(project.run(&["check", "--baseline", empty.path().to_str().unwrap()]).code, 101);
}

/// The lock is laid out so that git stops where two branches lock the next version of one subject.
#[test]
fn two_branches_that_lock_the_same_version_conflict_and_the_way_out_works() {
    if !is_there() {
        return;
    }
    let project = Project::new();
    project.run(&["lock"]);
    init(project.path());
    let with = |name: &str| {
        let field = format!(", {{ \"name\": \"{name}\", \"type\": \"int\", \"default\": 0 }}\n  ]");
        order("\"long\"").replace("\n  ]", &field)
    };
    for branch in ["one", "two"] {
        git(project.path(), &["checkout", "--quiet", "-b", branch, "main"]);
        project.write("schemas/orders/order-placed.avsc", &with(branch));
        assert_eq!(project.run(&["lock"]).code, 0);
        commit(project.path(), branch);
    }
    git(project.path(), &["checkout", "--quiet", "main"]);
    git(project.path(), &["merge", "--quiet", "one"]);
    git(project.path(), &["checkout", "--quiet", "two"]);
    let (merged, said) = repository::try_git(project.path(), &["merge", "main"]);
    assert!(!merged && said.contains("topika.lock") && said.contains(".history/orders-value/2.avsc"), "{said}");
    let run = project.run(&["check", "--format", "short"]);
    assert_eq!(run.code, 100);
    assert!(
        run.out.contains("lock/conflict: topika.lock holds a merge conflict between `HEAD` and `main`"),
        "{}",
        run.out
    );
    // The way out: the history of main, our working file, and the lock again.
    git(project.path(), &["checkout", "main", "--", "topika.lock", "schemas/.history"]);
    let both = with("one").replace("\n  ]", ", { \"name\": \"two\", \"type\": \"int\", \"default\": 0 }\n  ]");
    project.write("schemas/orders/order-placed.avsc", &both);
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("version 3 of orders-value"), "{}", run.out);
    commit(project.path(), "merged");
    let run = project.run_with(&["check"], CI);
    assert_eq!(run.code, 0, "{}", run.out);
}

/// A merge driver that takes both sides is no way around.
#[test]
fn both_rows_of_one_version_are_a_conflict_too() {
    let project = Project::new();
    project.run(&["lock"]);
    let lock = project.read("topika.lock");
    let (_, row) = lock.split_once("[[subject.version]]").unwrap();
    project.write("topika.lock", &format!("{lock}\n[[subject.version]]{row}"));
    let run = project.run(&["check", "--format", "short"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("lock/conflict: topika.lock holds version 1 of `orders-value` twice"), "{}", run.out);
}

#[test]
fn a_project_that_moved_to_another_folder_is_compared_with_what_it_had_locked() {
    let Some(project) = on_a_branch() else { return };
    rewrite_history(&project);
    std::fs::create_dir(project.path().join("services")).unwrap();
    git(project.path(), &["add", "--all"]);
    git(project.path(), &["mv", "schemas", "topika.toml", "topika.lock", "services"]);
    commit(project.path(), "moved");
    let run = run_in(&project.path().join("services"), &["check", "--format", "short"], CI);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("error: history/edited: version 1 of `orders-value`"), "{}", run.out);
    assert!(run.out.contains("error: avro/type-changed"), "{}", run.out);
}

#[test]
fn a_commit_that_was_asked_for_and_has_no_project_is_an_error() {
    if !is_there() {
        return;
    }
    let folder = Project::new();
    let project = Project::new();
    for file in ["topika.toml", "schemas"] {
        std::fs::rename(project.path().join(file), folder.path().join(file).with_extension("kept")).unwrap();
    }
    init(project.path());
    for file in ["topika.toml", "schemas"] {
        std::fs::rename(folder.path().join(file).with_extension("kept"), project.path().join(file)).unwrap();
    }
    let run = project.run(&["check", "--baseline", "git:HEAD"]);
    assert_eq!(run.code, 101, "{}", run.out);
    assert!(run.err.contains("git:HEAD has no topika.toml at the place of this project"), "{}", run.err);
    assert_eq!(project.run_with(&["check"], CI).code, 0, "a project that is new has nothing to be compared with");
}
