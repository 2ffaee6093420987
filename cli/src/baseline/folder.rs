use std::path::Path;

use topika_contract::check::Baseline;
use topika_contract::project::{Format, Project};
use topika_contract::report::Report;
use topika_contract::tree::{Disk, Memory, Tree as _};

use super::commit::with_drafts;

use crate::problem::Problem;

/// A baseline from the disk: another project (its lock, and its working texts as newest versions), the lock of one alone, or a folder of
/// schemas, which are laid out as those of `project`.
pub(super) fn baseline(path: &Path, project: &Project) -> Result<Baseline, Problem> {
    let id = path.display().to_string();
    let lock = if path.is_file() && path.file_name().is_some_and(|name| name == "topika.lock") {
        load(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")), &id)?.lock
    } else if path.is_dir() && (path.join("topika.toml").is_file() || path.join("topika.lock").is_file()) {
        with_drafts(&load(path, &id)?)
    } else if path.is_dir() {
        with_drafts(&schemas(path, &id, project)?)
    } else {
        let help = "a baseline is `lock`, `git:REV`, `git:merge-base`, `registry:ENV`, a project's folder, its topika.lock, or a folder of schemas";
        return Err(Problem::new(format!("there is no baseline at {id}"), help));
    };
    Ok(Baseline::other(id, lock))
}

fn load(root: &Path, id: &str) -> Result<Project, Problem> {
    let mut report = Report::default();
    let project = Project::load(root, &mut report);
    if project.lock.corrupt {
        let why =
            report.findings().iter().find(|finding| finding.rule.group() == "lock").map(|one| one.message.clone());
        let message = format!("the lock of {id} cannot be read: {}", why.unwrap_or_default());
        return Err(Problem::new(message, "mend topika.lock there"));
    }
    Ok(project)
}

/// A folder of schemas as a project that was never locked, by the manifest of ours: so its texts get the subjects of ours.
fn schemas(folder: &Path, id: &str, ours: &Project) -> Result<Project, Problem> {
    let disk = Disk::new(folder);
    let mut tree = Memory::default();
    for path in disk.list("").paths.into_iter().filter(|path| Format::is_read(path)) {
        if let Ok(Some(bytes)) = disk.bytes(&path) {
            tree.insert(format!("{}/{path}", ours.manifest.schemas), bytes);
        }
    }
    let project = Project::of_manifest(ours.manifest.clone(), &tree, &mut Report::default());
    if project.files.is_empty() {
        let help = "name a project's folder, or one laid out as `schemas`: folders with .avsc and .schema.json files";
        return Err(Problem::new(format!("there is no schema in {id}"), help));
    }
    Ok(project)
}
