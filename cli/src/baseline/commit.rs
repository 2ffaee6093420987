use topika_contract::check::Baseline;
use topika_contract::freeze;
use topika_contract::lock::Lock;
use topika_contract::manifest::Manifest;
use topika_contract::project::{Format, Project, resolve};
use topika_contract::report::Report;
use topika_contract::rules::{LOCK_REFERENCE_MISSING, LOCK_TEXT_MISSING};
use topika_contract::text::Source;
use topika_contract::tree::Memory;

use super::git::Git;

use crate::problem::Problem;

/// Which texts of a commit count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// What was locked there.
    Locked,
    /// The working texts too, as newest versions.
    All,
}

/// The state of the project in a commit. What of it cannot be read is told as messages.
pub(super) fn baseline(git: &Git, commit: &str, id: &str, texts: Texts) -> Result<(Baseline, Vec<String>), Problem> {
    let own = git.prefix()?;
    let place = place(git, commit)?;
    let tree = tree(git, commit, place.as_ref().unwrap_or(&own))?;
    let mut report = Report::default();
    let project = Project::of_tree(&tree, &mut report);
    if project.lock.corrupt {
        let why =
            report.findings().iter().find(|finding| finding.rule.group() == "lock").map(|one| one.message.clone());
        return Err(Problem::new(
            format!("the lock of {id} cannot be read: {}", why.unwrap_or_default()),
            "mend topika.lock there, or compare with another commit",
        ));
    }
    let hinder = [&LOCK_TEXT_MISSING, &LOCK_REFERENCE_MISSING];
    let problems = report.findings().iter().filter(|finding| hinder.iter().any(|rule| rule.id == finding.rule.id));
    let problems = problems.map(|finding| format!("{id}: {}", finding.message)).collect();
    let drafts = (texts == Texts::All).then(|| with_drafts(&project));
    let baseline = Baseline::former(id, project, drafts);
    Ok(match place.filter(|place| *place != own) {
        Some(place) => (baseline.moved_from(place), problems),
        None => (baseline, problems),
    })
}

/// The lock of a project as locking its working texts would make it. They have no date, since nobody locked them.
pub(super) fn with_drafts(project: &Project) -> Lock {
    let contract = resolve(project, &mut Report::default());
    let mut lock = freeze::lock(project, &contract, "").lock().clone();
    for subject in &mut lock.subjects {
        let path = format!("{}/{}", project.manifest.schemas, subject.path);
        for draft in subject.versions.iter_mut().filter(|version| version.date.is_empty()) {
            draft.source = draft.source.as_ref().map(|source| Source::new(path.clone(), source.text()));
        }
    }
    lock
}

/// Where the project stood in a commit, from the top of the repository; `None` where it was not there yet. A lock that was there and has gone
/// from its place is that of a project that moved: else a move would hide what was locked.
pub(super) fn place(git: &Git, commit: &str) -> Result<Option<String>, Problem> {
    let prefix = git.prefix()?;
    let own = ["topika.toml", "topika.lock"].map(|file| format!("{prefix}{file}"));
    if !git.files(commit, &own.each_ref().map(String::as_str))?.is_empty() {
        return Ok(Some(prefix));
    }
    let top = git.top()?;
    let files = git.files(commit, &[])?;
    let locks = files.iter().filter_map(|file| file.path.strip_suffix("topika.lock"));
    let locks = locks.filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let gone: Vec<&str> = locks.filter(|folder| !top.join(folder).join("topika.lock").exists()).collect();
    match gone.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).to_owned())),
        several => {
            let several: Vec<String> = several.iter().map(|folder| format!("{folder}topika.lock")).collect();
            let what =
                format!("the project stood elsewhere in {commit}, and several have gone: {}", several.join(", "));
            Err(Problem::new(what, "move one project in a change"))
        }
    }
}

/// The manifest, the lock, the schemas and the history, as a commit has them.
fn tree(git: &Git, commit: &str, prefix: &str) -> Result<Memory, Problem> {
    let manifest = format!("{prefix}topika.toml");
    let entries = git.files(commit, &[&manifest])?;
    let texts = git.contents(&entries)?;
    let text = texts.first().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
    let schemas = Manifest::parse(&Source::new("topika.toml", text), &mut Report::default()).schemas;
    let lock = format!("{prefix}topika.lock");
    let mut entries = git.files(commit, &[&manifest, &lock, &format!("{prefix}{schemas}")])?;
    entries.retain(|entry| entry.path == manifest || entry.path == lock || Format::is_read(&entry.path));
    let contents = git.contents(&entries)?;
    let below = |path: &str| path.strip_prefix(prefix).unwrap_or(path).to_owned();
    Ok(entries.iter().map(|entry| below(&entry.path)).zip(contents).collect())
}
