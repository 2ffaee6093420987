//! The file of an environment's ids: read before, written behind a push or a pull.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use topika_contract::lock::{Ids, ids_path};
use topika_contract::text::{Source, toml_string};
use topika_contract::tree::{Disk, Tree as _};

use crate::line_ends::as_before;
use crate::problem::Problem;

/// The ids of an environment, and where they stand.
pub(crate) struct IdsFile {
    pub(crate) ids: Ids,
    root: PathBuf,
    env: String,
    /// The path below the root.
    path: String,
    text: Option<String>,
}

/// Reads what the last push or pull saw; empty where there was none.
pub(crate) fn read_ids(root: &Path, schemas: &str, env: &str) -> Result<IdsFile, Problem> {
    // The name is part of a file's.
    if env.is_empty() || env.contains(['/', '\\', ':']) || env.starts_with('.') {
        let help = "name it with letters, digits, `-` and `_` in topika.toml";
        return Err(Problem::new(format!("the environment {env:?} cannot have a file of its ids"), help));
    }
    let path = ids_path(schemas, env);
    let text = Disk::new(root).text(&path);
    let text =
        text.map_err(|error| Problem::new(format!("cannot read {path}: {error}"), "restore it from version control"))?;
    let ids = text.as_ref().map(|text| Ids::parse(&Source::new(path.clone(), text.clone()))).transpose();
    let ids = ids.map_err(|finding| {
        let at = finding.at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
        Problem::new(format!("{at}{}", finding.message), finding.help.unwrap_or_default())
    })?;
    Ok(IdsFile { ids: ids.unwrap_or_default(), root: root.to_path_buf(), env: env.to_owned(), path, text })
}

impl IdsFile {
    /// Where it stands, from the project's root on.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// What to take out of the file, so that subjects are asked for anew and all others keep their ids: the file, or the lines of their rows.
    pub(crate) fn without(&self, subjects: &BTreeSet<&str>) -> String {
        let path = &self.path;
        if self.ids.iter().all(|(subject, ..)| subjects.contains(subject)) {
            return format!("remove {path}");
        }
        let mut lines: Vec<(usize, usize)> = Vec::new();
        let mut is_one = false;
        let all: Vec<&str> = self.text.iter().flat_map(|text| text.lines()).map(str::trim).collect();
        let names: BTreeSet<String> =
            subjects.iter().map(|subject| format!("name = {}", toml_string(subject))).collect();
        for (at, line) in all.iter().enumerate() {
            if *line == "[[subject]]" {
                is_one = all.get(at + 1).is_some_and(|name| names.contains(*name));
            }
            match lines.last_mut() {
                Some((_, last)) if is_one && *last == at => *last = at + 1,
                _ if is_one => lines.push((at + 1, at + 1)),
                _ => {}
            }
        }
        let lines: Vec<String> = lines.iter().map(|(first, last)| format!("{first}-{last}")).collect();
        let rows = match subjects.len() {
            1 => "the row".to_owned(),
            rows => format!("the {rows} rows"),
        };
        let (first, more) =
            (subjects.first().copied().unwrap_or_default(), if subjects.len() > 1 { " and others" } else { "" });
        format!(
            "delete {rows} of {first}{more} from {path} (lines {}), and no other: those of the rest would be lost",
            lines.join(", ")
        )
    }

    /// Writes the file where it changed; its path, where it was written.
    pub(crate) fn write(&self) -> Result<Option<&str>, Problem> {
        let text = as_before(self.text.as_deref().unwrap_or_default(), &self.ids.print(&self.env));
        if self.text.as_ref() == Some(&text) || (self.text.is_none() && self.ids.iter().next().is_none()) {
            return Ok(None);
        }
        let written = topika_contract::saved::replace(&self.root.join(&self.path), &text);
        written.map_err(|error| {
            Problem::new(error.to_string(), "see that you may write there, and run it again: nothing is lost")
        })?;
        Ok(Some(&self.path))
    }
}
