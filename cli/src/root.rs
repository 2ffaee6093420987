use std::path::{Path, PathBuf};

use topika_contract::project::Project;

use crate::args::ProjectArgs;
use crate::printer::Printer;

/// The folder of the project that the command line means; `None` where there is none, which is told.
pub(crate) fn root(args: &ProjectArgs, printer: &mut Printer) -> Option<PathBuf> {
    if let Some(path) = &args.manifest_path {
        let folder = match path.file_name() {
            Some(name) if name == "topika.toml" => path.parent().unwrap_or(Path::new("")).to_path_buf(),
            _ => path.clone(),
        };
        // `Path::parent` of a bare `topika.toml` is the empty path, which is the folder we stand in.
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        if folder.join("topika.toml").is_file() {
            return Some(folder);
        }
        printer.error(
            format_args!("there is no topika.toml in {}", folder.display()),
            "name the folder that holds it with --manifest-path",
        );
        return None;
    }
    let here = match std::env::current_dir() {
        Ok(here) => here,
        Err(error) => {
            printer.error(format_args!("the current folder cannot be read: {error}"), "change to a project's folder");
            return None;
        }
    };
    let found = Project::find(&here);
    if found.is_none() {
        let help = match below(&here).as_slice() {
            [] => "change to a project's folder, or name it with --manifest-path".to_owned(),
            found => format!("there is one in {}: name it with --manifest-path", found.join(", ")),
        };
        printer.error(format_args!("there is no topika.toml in {} or above", here.display()), help);
    }
    found
}

/// The first projects of a workspace, at most two folders below: whoever stands in its root has to name one.
fn below(folder: &Path) -> Vec<String> {
    const MOST: usize = 3;
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(200);
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        folders.sort();
        folders
    };
    let nearest = folders(folder);
    let next = nearest.iter().flat_map(|one| folders(one));
    let all = nearest.iter().cloned().chain(next);
    let projects = all.filter(|path| path.join("topika.toml").is_file()).take(MOST);
    projects.filter_map(|path| Some(path.strip_prefix(folder).ok()?.display().to_string())).collect()
}
