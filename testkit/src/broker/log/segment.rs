//! The files of a partition, as Kafka names them: batches as they came, one after the other, each file by the offset of its first.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::batch::Batch;
use super::entry::Entry;
use crate::broker::disk::{DiskError, Filed, Files, sync_dir, sync_parent};

/// A file is no larger than this, whatever `segment.bytes` says, unless one batch is: so that what is deleted frees the disk in time.
const MOST_BYTES: u64 = 64 << 20;

/// One file.
#[derive(Debug)]
pub(super) struct Segment {
    file: Filed,
}

impl Segment {
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    pub(super) fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read_at(at, out)
    }
}

/// The directory of a partition.
#[derive(Debug)]
pub(super) struct Segments {
    dir: PathBuf,
    files: Arc<Files>,
    /// The one that is written to, and how long it is.
    active: Option<(Arc<Segment>, u64)>,
}

impl Segments {
    pub(super) fn new(dir: PathBuf, files: Arc<Files>) -> Segments {
        Segments { dir, files, active: None }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn files(&self) -> Arc<Files> {
        Arc::clone(&self.files)
    }

    pub(super) fn sync(&self) -> bool {
        self.files.sync()
    }

    /// A file that is there.
    pub(super) fn open(&self, name: &str) -> Arc<Segment> {
        Arc::new(Segment { file: self.files.at(self.dir.join(name)) })
    }

    /// Goes on writing to a file, behind so many bytes.
    pub(super) fn go_on(&mut self, segment: Arc<Segment>, length: u64) {
        self.active = Some((segment, length));
    }

    /// Writes a batch behind the last. `segment_bytes`: as long a file becomes.
    pub(super) fn append(&mut self, batch: &Batch, segment_bytes: u64) -> io::Result<Entry> {
        let bytes = u64::try_from(batch.bytes().len()).unwrap_or(u64::MAX);
        let most = segment_bytes.min(MOST_BYTES);
        let (segment, length) = match self.active.take() {
            Some((segment, length)) if length.saturating_add(bytes) <= most => (segment, length),
            _ => {
                fs::create_dir_all(&self.dir)?;
                sync_parent(&self.dir, self.files.sync())?;
                (self.open(&file_name(batch.base_offset)), 0)
            }
        };
        let written = segment.file.write_at(length, batch.bytes());
        // Also after an error: the next one is written in its place.
        let behind = if written.is_ok() { length.saturating_add(bytes) } else { length };
        let entry = written.map(|()| Entry::in_file(batch, Arc::clone(&segment), length));
        self.active = Some((segment, behind));
        entry
    }

    /// What is no longer needed, now that `gone` are no longer part of the log and `first` is its first.
    pub(super) fn without(&mut self, gone: &[Entry], first: Option<&Entry>) -> Vec<PathBuf> {
        let kept = first.and_then(Entry::segment);
        let mut paths: Vec<PathBuf> = Vec::new();
        for segment in gone.iter().filter_map(Entry::segment) {
            let is_kept = kept.is_some_and(|kept| Arc::ptr_eq(kept, segment));
            if !is_kept && paths.last().is_none_or(|path| path != segment.path()) {
                paths.push(segment.path().to_owned());
            }
        }
        if first.is_none() {
            self.active = None;
        }
        paths
    }

    /// Writes batches in the place of all that is there: entries with what they become, where they change. Whenever the process ends, one of the
    /// two is there whole. `also` are files that go with them.
    pub(super) fn rewrite(
        &mut self,
        left: &[(&Entry, Option<Batch>)],
        also: &[(&str, Vec<u8>)],
    ) -> io::Result<Vec<Entry>> {
        let new = beside(&self.dir, "new");
        remove_dir(&new)?;
        fs::create_dir_all(&new)?;
        let mut written = Vec::with_capacity(left.len());
        let mut open: Option<(fs::File, Arc<Segment>, u64)> = None;
        for (entry, changed) in left {
            let batch = match changed {
                Some(batch) => batch.clone(),
                None => entry.batch()?,
            };
            let bytes = u64::try_from(batch.bytes().len()).unwrap_or(u64::MAX);
            let (mut file, segment, length) = match open.take() {
                Some((file, segment, length)) if length.saturating_add(bytes) <= MOST_BYTES => (file, segment, length),
                full => {
                    full.map_or(Ok(()), |(file, ..)| self.finish(&file))?;
                    let name = file_name(batch.base_offset);
                    // It is opened when it is read, which is when it stands there.
                    (fs::File::create(new.join(&name))?, self.open(&name), 0)
                }
            };
            file.write_all(batch.bytes())?;
            written.push(Entry::in_file(&batch, Arc::clone(&segment), length).here_since(entry.since));
            open = Some((file, segment, length.saturating_add(bytes)));
        }
        let active = open.map(|(file, segment, length)| self.finish(&file).map(|()| (segment, length))).transpose()?;
        for (name, bytes) in also {
            let mut file = fs::File::create(new.join(name))?;
            file.write_all(bytes)?;
            self.finish(&file)?;
        }
        // The names of all of them, before they stand in the place of the others.
        sync_dir(&new, self.sync())?;
        let old = beside(&self.dir, "old");
        remove_dir(&old)?;
        fs::rename(&self.dir, &old)?;
        if let Err(error) = fs::rename(&new, &self.dir) {
            fs::rename(&old, &self.dir)?;
            return Err(error);
        }
        sync_parent(&self.dir, self.sync())?;
        self.active = active;
        // What is left of it goes when the broker starts anew.
        drop(remove_dir(&old));
        Ok(written)
    }

    fn finish(&self, file: &fs::File) -> io::Result<()> {
        if self.sync() { file.sync_all() } else { Ok(()) }
    }
}

/// The name of the file that begins with an offset.
pub(super) fn file_name(base_offset: i64) -> String {
    format!("{base_offset:020}.log")
}

/// The directory of the same partition that is being made, or was there before.
fn beside(dir: &Path, which: &str) -> PathBuf {
    dir.with_extension(which)
}

fn remove_dir(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Ends what a process that ended meanwhile had begun to rewrite.
pub(super) fn end_rewrite(dir: &Path) -> Result<(), DiskError> {
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    if !dir.exists() && old.exists() {
        // Between the two renames: the new one is whole.
        let from = if new.exists() { &new } else { &old };
        fs::rename(from, dir).map_err(DiskError::io("rename", from))?;
    }
    for left in [new, old] {
        remove_dir(&left).map_err(DiskError::io("remove", &left))?;
    }
    Ok(())
}
