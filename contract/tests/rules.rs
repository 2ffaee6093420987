//! The table of rules: every rule has a row, a page and a pair of an old and a new state in `tests/rules/<group>-<name>/`. The rule fires
//! on the new state and not on the old one. What else fires stands in `tests/rules/fires.txt`, where a false alarm shows in review.
//!
//! A pair is two files (`old.avsc` and `new.avsc`, or `.schema.json`, with a `topika.toml` for both where the defaults do not do), or two
//! folders of a project. The old state is locked before the new one takes its place; a new state with a `topika.lock` of its own is taken
//! as it is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::manifest::Marked;
use topika_contract::project::{Project, resolve};
use topika_contract::report::Report;
use topika_contract::rules::{self, Rule, Severity};
use topika_contract::text::{Source, Span};

/// Rules that no pair of states can show, with the reason.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("avro/not-judged", "it needs schemas of a size that nobody wants to look at"),
    ("baseline/shallow", "it speaks of a repository, not of files"),
    ("baseline/unreadable", "it speaks of a repository, not of files"),
    ("history/edited", "it compares with a state of another commit"),
    ("history/removed", "it compares with a state of another commit"),
    ("types/envelope", "only the generator of types says it"),
    ("types/fallback", "only the generator of types says it"),
    ("types/renamed", "only the generator of types says it"),
    ("types/unchecked", "only the generator of types says it"),
    ("project/unreadable", "it needs a file that cannot be read"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn pair_of(rule: &Rule) -> PathBuf {
    folder().join(rule.page_name())
}

fn is_shown(rule: &&&'static Rule) -> bool {
    NOT_SHOWN.iter().all(|(id, _)| *id != rule.id)
}

#[test]
fn every_rule_has_a_page_of_its_name_and_a_pair() {
    for rule in rules::all() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/rules/pages/{}.md", rule.page_name()));
        assert_eq!(fs::read_to_string(&page).unwrap(), rule.page, "{}: its row includes another page", rule.id);
        assert_eq!(
            pair_of(rule).is_dir(),
            is_shown(&rule),
            "{}: it needs a pair in tests/rules/{}, or a reason in NOT_SHOWN",
            rule.id,
            rule.page_name()
        );
    }
}

#[test]
fn no_pair_and_no_reason_is_without_a_rule() {
    let names: BTreeSet<String> = rules::all().iter().map(|rule| rule.page_name()).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        assert!(!entry.path().is_dir() || names.contains(&name), "tests/rules/{name} belongs to no rule");
    }
    for (id, _) in NOT_SHOWN {
        assert!(rules::by_id(id).is_some(), "{id} in NOT_SHOWN is no rule");
    }
}

#[test]
fn every_rule_fires_on_its_new_state_and_on_no_other_without_notice() {
    let mut seen = String::new();
    let mut wrong = String::new();
    for rule in rules::all().iter().filter(is_shown) {
        let shown = Shown::of(rule);
        if shown.old.contains(rule.id) {
            writeln!(wrong, "{} fires on its old state", rule.id).unwrap();
        }
        if !shown.without_help.is_empty() {
            writeln!(wrong, "{}: no next step for {:?}", rule.id, shown.without_help).unwrap();
        }
        if !shown.new.contains(rule.id) {
            writeln!(wrong, "{} does not fire on its new state, but {:?}", rule.id, shown.new).unwrap();
        }
        let said = |rules: &BTreeSet<&str>| rules.iter().copied().collect::<Vec<_>>().join(" ");
        writeln!(seen, "{}: {}", rule.page_name(), said(&shown.new)).unwrap();
        if !shown.old.is_empty() {
            writeln!(seen, "{} (old): {}", rule.page_name(), said(&shown.old)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let path = folder().join("fires.txt");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        fs::write(&path, &seen).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    for (expected, seen) in expected.lines().zip(seen.lines()) {
        assert_eq!(expected, seen, "UPDATE=1 writes tests/rules/fires.txt anew");
    }
    assert_eq!(expected.lines().count(), seen.lines().count(), "UPDATE=1 writes tests/rules/fires.txt anew");
}

#[test]
fn the_catalogue_lists_every_rule() {
    let mut page = String::from(
        "# Rules\n\nEvery rule with the level that holds where `[rules]` in `topika.toml` says nothing. `cargo topika explain RULE` says why it exists, with an\n\
         example and the fix. A finding of a rule marked `-` cannot be waived: it keeps the contract from being read.\n\
         One marked `fixed` guards what was locked: it can neither be waived nor be lowered in `[rules]`.\n",
    );
    let mut group = "";
    for rule in rules::all() {
        if rule.group() != group {
            group = rule.group();
            write!(page, "\n## {group}\n\n| rule | level | waive | says |\n|---|---|---|---|\n").unwrap();
        }
        let waive = match (rule.guards_the_lock(), rule.can_be_waived()) {
            (true, _) => "fixed",
            (_, true) => "yes",
            (_, false) => "-",
        };
        let (id, level, says) = (rule.id, rule.default.as_str(), rule.summary);
        let link = format!("../src/rules/pages/{}.md", rule.page_name());
        writeln!(page, "| [`{id}`]({link}) | {level} | {waive} | {says} |").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page, "UPDATE=1 writes docs/rules.md anew");
}

/// The rules that fire on the two states of a pair.
struct Shown {
    old: BTreeSet<&'static str>,
    new: BTreeSet<&'static str>,
    /// The messages that name no next step.
    without_help: Vec<String>,
}

impl Shown {
    fn of(rule: &'static Rule) -> Self {
        let pair = pair_of(rule);
        let work = tempfile::tempdir().unwrap();
        lay(&pair, "old", work.path());
        let (project, old) = judge(work.path(), rule);
        if !old.denies() {
            let contract = resolve(&project, &mut Report::default());
            lock(&project, &contract, "2026-11-20").write(work.path()).unwrap();
        }
        if pair.join("new/topika.lock").exists() {
            fs::remove_dir_all(work.path()).unwrap();
        } else {
            take_away(work.path());
        }
        lay(&pair, "new", work.path());
        let (_, new) = judge(work.path(), rule);
        let without_help = new.findings().iter().filter(|finding| finding.help.is_none());
        let without_help = without_help.map(|finding| finding.message.clone()).collect();
        Self { old: ids(&old), new: ids(&new), without_help }
    }
}

/// What the check says; the rule itself is at warn at least.
fn judge(root: &Path, rule: &'static Rule) -> (Project, Report) {
    let mut report = Report::default();
    let mut project = Project::load(root, &mut report);
    if rule.default == Severity::Allow {
        let at = Source::new("topika.toml", "").at(Span::default());
        project.manifest.rules.insert(rule.id, Marked { value: Severity::Warn, at });
    }
    let contract = resolve(&project, &mut report);
    check(&contract, &project, &mut report);
    (project, report)
}

fn ids(report: &Report) -> BTreeSet<&'static str> {
    let told = report.findings().iter().filter(|finding| finding.severity != Severity::Allow);
    told.map(|finding| finding.rule.id).collect()
}

/// Puts one state of a pair into a folder.
fn lay(pair: &Path, side: &str, root: &Path) {
    if pair.join(side).is_dir() {
        copy(&pair.join(side), root).unwrap();
        return;
    }
    let schemas = root.join("schemas/orders");
    fs::create_dir_all(&schemas).unwrap();
    for ending in ["avsc", "schema.json"] {
        let file = pair.join(format!("{side}.{ending}"));
        if file.exists() {
            fs::copy(file, schemas.join(format!("thing.{ending}"))).unwrap();
        }
    }
    if pair.join("topika.toml").exists() {
        fs::copy(pair.join("topika.toml"), root.join("topika.toml")).unwrap();
    }
}

/// Takes the working files away and leaves the lock and the history.
fn take_away(root: &Path) {
    let _ = fs::remove_file(root.join("topika.toml"));
    for entry in fs::read_dir(root.join("schemas")).into_iter().flatten() {
        let entry = entry.unwrap();
        if entry.file_name() != ".history" {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
