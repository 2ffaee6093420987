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
        printer.error(
            format_args!("there is no topika.toml in {} or above", here.display()),
            "change to a project's folder, or name it with --manifest-path",
        );
    }
    found
}
