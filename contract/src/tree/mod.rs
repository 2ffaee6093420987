//! Where the files of a project come from: a folder of the disk, or a map in memory, say of a commit.

mod disk;
mod memory;

pub use disk::Disk;
pub use memory::Memory;

/// No file of a project is larger; one that is was put there by mistake.
const LARGEST: usize = 16 * 1024 * 1024;

/// The files of a project. Paths are relative to its root and written with `/`. Many are read at once, on all cores.
pub trait Tree: Sync {
    /// The bytes of a file; `None` where there is none.
    ///
    /// # Errors
    /// What hinders reading it, as a sentence without a full stop.
    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// The files below a folder. Folders and files whose name begins with a dot are passed by; of a folder that is not there there
    /// are none.
    fn list(&self, folder: &str) -> Listing;

    /// The text of a file; `None` where there is none.
    ///
    /// # Errors
    /// What hinders reading it, as a sentence without a full stop.
    fn text(&self, path: &str) -> Result<Option<String>, String> {
        let Some(bytes) = self.bytes(path)? else { return Ok(None) };
        if bytes.len() > LARGEST {
            return Err(format!("it is larger than {} MiB", LARGEST / 1024 / 1024));
        }
        let text = String::from_utf8(bytes);
        text.map(Some).map_err(|error| format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()))
    }
}

/// What stands below a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The paths of the files below the folder, sorted.
    pub paths: Vec<String>,
    /// What could not be listed: a path below the folder (empty: the folder itself), and what hinders.
    pub problems: Vec<(String, String)>,
}

/// `folder/name`, where either may be empty.
fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}
