//! What a run that was killed leaves behind: texts that it had not yet put in their places.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const ENDING: &str = ".tmp";

/// Where the new text of a file stands until it takes the place of the old one: `.topika.lock.4711.tmp`. Nothing reads a project's files whose names
/// begin with a dot.
pub(super) fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().and_then(OsStr::to_str);
    let name = name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8"))?;
    Ok(path.with_file_name(format!(".{name}.{}{ENDING}", std::process::id())))
}

/// Takes away what runs that were killed left in a project: in its root and anywhere below its schema folder, the frozen texts too. What a run still
/// writes stays. How many there were.
pub fn sweep(root: &Path, schemas: &str) -> usize {
    let mut swept = swept(root);
    // The root itself holds what is none of ours, as `target`.
    let mut open = vec![root.join(schemas)];
    while let Some(folder) = open.pop() {
        swept += self::swept(&folder);
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        // Links are not followed: they could lead round in a circle.
        open.extend(entries.filter(|one| one.file_type().is_ok_and(|kind| kind.is_dir())).map(|one| one.path()));
    }
    swept
}

fn swept(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let left = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_left_over)).map(|entry| entry.path());
    left.filter(|path| is_nobodys(path) && fs::remove_file(path).is_ok()).count()
}

/// Whether a name is one that [`beside`] gives.
fn is_left_over(name: &str) -> bool {
    let inner = name.strip_prefix('.').and_then(|rest| rest.strip_suffix(ENDING));
    inner.and_then(|inner| inner.rsplit_once('.')).is_some_and(|(file, process)| {
        !file.is_empty() && !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether no process holds the file any more: the system gives locks back when one ends, however it ends.
fn is_nobodys(path: &Path) -> bool {
    fs::File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_run_left_is_taken_for_that() {
        let left = beside(Path::new("/a/topika.lock")).unwrap();
        assert!(left.file_name().and_then(OsStr::to_str).is_some_and(is_left_over), "{}", left.display());
        for name in ["topika.lock", ".tmp", "..1.tmp", ".a.tmp", ".a..tmp", ".a.1x.tmp", "a.1.tmp", ".a.1.tmp.avsc"] {
            assert!(!is_left_over(name), "{name}");
        }
    }

    #[test]
    fn what_somebody_still_writes_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("s/.history/a")).unwrap();
        for name in [".topika.lock.1.tmp", "s/.a.avsc.1.tmp", "s/.history/a/.1.avsc.1.tmp", "s/a.avsc", "s/.mine.tmp"] {
            fs::write(path(name), "x").unwrap();
        }
        let held = fs::File::open(path("s/.a.avsc.1.tmp")).unwrap();
        held.lock().unwrap();
        assert_eq!(sweep(folder.path(), "s"), 2);
        assert!(path("s/.a.avsc.1.tmp").exists() && path("s/a.avsc").exists() && path("s/.mine.tmp").exists());
        drop(held);
        assert_eq!(sweep(folder.path(), "s"), 1);
    }
}
