use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::{LARGEST, Listing, Tree, join};

/// How deep folders are followed.
const DEEPEST: usize = 32;

/// A folder of the disk.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The folder that is the project's root.
    #[must_use]
    pub fn new(root: impl AsRef<Path>) -> Self {
        Self { root: root.as_ref().to_path_buf() }
    }

    fn entry(&self, folder: &str, entry: &std::fs::DirEntry, path: &str, depth: usize) -> Entry {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST => Entry::Folder,
            Ok(kind) if kind.is_dir() => Entry::Problem(format!("it lies more than {DEEPEST} folders deep")),
            // Links could lead round in a circle; passed by in silence, what lies behind one would not be judged.
            Ok(kind) if kind.is_symlink() && self.root.join(folder).join(path).is_dir() => {
                Entry::Problem("it is a link to a folder, and links are not followed".to_owned())
            }
            Ok(_) => Entry::File,
            Err(error) => Entry::Problem(error.to_string()),
        }
    }
}

enum Entry {
    Folder,
    File,
    Problem(String),
}

impl Tree for Disk {
    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let path = self.root.join(path);
        // Opening a pipe would wait for somebody to write into it.
        let length = match std::fs::metadata(&path) {
            Ok(data) if data.is_file() => data.len(),
            Ok(_) => return Err("it is no regular file".to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let file = File::open(&path).map_err(|error| error.to_string())?;
        let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
        // Room for the whole file and the byte that is not there, so that it is read at once.
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(most)).unwrap_or_default() + 1);
        file.take(most).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(Some(bytes))
    }

    fn list(&self, folder: &str) -> Listing {
        let mut listing = Listing::default();
        let mut folders = vec![(String::new(), 0_usize)];
        while let Some((below, depth)) = folders.pop() {
            let entries = match std::fs::read_dir(self.root.join(folder).join(&below)) {
                Ok(entries) => entries,
                Err(error) if below.is_empty() && error.kind() == ErrorKind::NotFound => return listing,
                Err(error) => {
                    listing.problems.push((below, error.to_string()));
                    continue;
                }
            };
            for entry in entries {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(error) => {
                        listing.problems.push((below.clone(), error.to_string()));
                        continue;
                    }
                };
                let Ok(name) = entry.file_name().into_string() else {
                    let shown = entry.file_name().to_string_lossy().into_owned();
                    listing.problems.push((join(&below, &shown), "its name is not UTF-8".to_owned()));
                    continue;
                };
                if name.starts_with('.') {
                    continue;
                }
                let path = join(&below, &name);
                match self.entry(folder, &entry, &path, depth) {
                    Entry::Folder => folders.push((path, depth + 1)),
                    Entry::File => listing.paths.push(path),
                    Entry::Problem(problem) => listing.problems.push((path, problem)),
                }
            }
        }
        listing.paths.sort();
        listing
    }
}
