//! What a broker with a data directory writes down beside its batches: one file that is appended to, a line for each request that changed
//! something, and written anew when it has grown.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::{DiskError, Lines, Lock, put_aside, put_line, read_lines, replace, sync_parent};
use super::{groups, nodes, topics, transactions};

const FILE: &str = "broker.journal";
/// The first line.
const HEADER: &[u8] = b"topika broker journal 1\n";
/// A shorter one is left as it is.
const SHORT: u64 = 1 << 20;
/// So many times as long as it need be makes it worth to write it anew.
const WORTH_IT: u64 = 4;
/// As many changes go into a line when it is written anew.
const IN_A_LINE: usize = 100;

/// Something that has changed: what holds from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Topic(topics::Change),
    Group(groups::Change),
    Transaction(transactions::Change),
    Node(nodes::Change),
    /// Ids below this one may belong to producers.
    ProducerIds(i64),
}

/// The file, and the lock of its directory.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    /// How long it was when it was last written anew.
    began: u64,
    sync: bool,
    _lock: Lock,
}

/// A journal that was opened: what it holds, each line with its place.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    pub(crate) changes: Vec<(u64, Vec<Change>)>,
}

impl Journal {
    /// Opens the journal of a directory, which is made where it is not there. `batches` is the directory of what it alone tells the meaning of: where
    /// that is there without a journal, this was lost, and to begin without it would be to delete them.
    pub(crate) fn open(dir: &Path, batches: &Path, sync: bool) -> Result<Opened, DiskError> {
        fs::create_dir_all(dir).map_err(DiskError::io("create", dir))?;
        let lock = Lock::of(dir)?;
        let path = dir.join(FILE);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(DiskError::io("read", &path))?,
        };
        let Lines { values: changes, torn } = read_lines(&path, &bytes, HEADER)?;
        if torn.is_some_and(|at| at == 0) || bytes.is_empty() {
            let has_some = fs::read_dir(batches).is_ok_and(|mut there| there.next().is_some());
            if has_some {
                return Err(DiskError::lost(&path, batches));
            }
        }
        if let Some(at) = torn {
            put_aside(&path, &bytes, at)?;
        }
        let mut file = appending(&path).map_err(DiskError::io("open", &path))?;
        let mut length = u64::try_from(torn.unwrap_or(bytes.len())).unwrap_or(u64::MAX);
        if length == 0 {
            file.write_all(HEADER).and_then(|()| sync_parent(&path, sync)).map_err(DiskError::io("write", &path))?;
            length = u64::try_from(HEADER.len()).unwrap_or_default();
        }
        let journal = Journal { path, file, length, began: 0, sync, _lock: lock };
        Ok(Opened { journal, changes })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line.
    pub(crate) fn write(&mut self, changes: &[Change]) -> io::Result<()> {
        let mut line = Vec::new();
        put_line(&mut line, changes)?;
        self.file.write_all(&line)?;
        if self.sync {
            self.file.sync_data()?;
        }
        self.length = self.length.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// As on a disk that is full.
    #[cfg(test)]
    pub(crate) fn fill(&mut self) {
        self.file = File::open(&self.path).unwrap();
    }

    /// Whether it is worth to write it anew.
    pub(crate) fn has_grown(&self) -> bool {
        self.length > SHORT && self.length > self.began.saturating_mul(WORTH_IT)
    }

    /// Writes it anew, as what came of it.
    pub(crate) fn rewrite(&mut self, changes: &[Change]) -> io::Result<()> {
        let mut text = HEADER.to_vec();
        for some in changes.chunks(IN_A_LINE) {
            put_line(&mut text, some)?;
        }
        replace(&self.path, &text, self.sync)?;
        self.file = appending(&self.path)?;
        self.length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.began = self.length;
        Ok(())
    }
}

fn appending(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
