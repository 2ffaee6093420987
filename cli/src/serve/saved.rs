use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How the files of a project stood when they were last looked at: by size and time of each.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Saved(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl Saved {
    /// Looks at the manifest, the lock, and every file below the folder of schemas, the frozen texts aside.
    pub(crate) fn look(root: &Path, schemas: &str) -> Self {
        let mut saved = Self::default();
        saved.note(root.join("topika.toml"));
        saved.note(root.join("topika.lock"));
        let mut open = vec![root.join(schemas)];
        while let Some(folder) = open.pop() {
            // What vanishes meanwhile, or cannot be read, is not there: the project says so when it is loaded.
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() && !hidden => open.push(entry.path()),
                    Ok(kind) if !kind.is_dir() && !hidden => saved.note(entry.path()),
                    _ => {}
                }
            }
        }
        saved
    }

    fn note(&mut self, path: PathBuf) {
        if let Ok(data) = std::fs::metadata(&path) {
            self.0.insert(path, (data.len(), data.modified().ok()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_a_changed_and_a_removed_file_are_seen_and_frozen_texts_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        std::fs::create_dir_all(at("schemas/orders")).unwrap();
        std::fs::create_dir_all(at("schemas/.history")).unwrap();
        let look = || Saved::look(dir.path(), "schemas");
        let nothing = look();
        std::fs::write(at("schemas/orders/a.avsc"), "1").unwrap();
        let one = look();
        assert_ne!(one, nothing);
        std::fs::write(at("schemas/.history/a.avsc"), "1").unwrap();
        assert_eq!(look(), one);
        std::fs::write(at("schemas/orders/a.avsc"), "22").unwrap();
        assert_ne!(look(), one);
        std::fs::remove_file(at("schemas/orders/a.avsc")).unwrap();
        assert_eq!(look(), nothing);
        std::fs::write(at("topika.toml"), "").unwrap();
        assert_ne!(look(), nothing);
    }
}
