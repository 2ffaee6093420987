//! The thread that writes. Writes that wait while one reaches the disk go there together, with the next one.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::error::DiskError;
use super::lock::Lock;
use super::record::put;
use crate::store::Change;

/// As many bytes go to the disk at once at most, so that the first of many does not wait for all.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Where a log is written to.
pub(in crate::server) trait Disk: Send + 'static {
    /// Appends, and returns once it is there for good.
    fn append(&mut self, text: &[u8]) -> io::Result<()>;
}

/// A file, and the lock that keeps others from it.
pub(super) struct Locked {
    pub(super) file: File,
    pub(super) _lock: Lock,
}

impl Disk for Locked {
    fn append(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.write_all(text)?;
        self.file.sync_data()
    }
}

/// What is called once a write is on disk, or never will be.
type Done = Box<dyn FnOnce(Result<(), DiskError>) + Send>;

struct Write {
    changes: Vec<Change>,
    done: Done,
}

/// A handle to the thread. Dropping it waits until everything is written, and lets go of the lock.
pub(in crate::server) struct Writer {
    queue: Option<Sender<Write>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(in crate::server) fn start(path: PathBuf, disk: impl Disk, length: u64) -> Result<Self, DiskError> {
        let (queue, writes) = channel();
        let at = path.clone();
        let thread = std::thread::Builder::new().name("registry-log".to_owned()).spawn(move || {
            Log { path, disk, length, marked: true, broken: None }.run(&writes);
        });
        let thread = thread.map_err(DiskError::io("start the thread that writes", &at))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Puts changes into the queue. Whoever calls in the order of the changes finds them in that order in the log. Without changes
    /// nothing is written: `done` is called once all that was put before is on disk.
    pub(in crate::server) fn append(
        &self,
        changes: Vec<Change>,
        done: impl FnOnce(Result<(), DiskError>) + Send + 'static,
    ) {
        let write = Write { changes, done: Box::new(done) };
        let left = match &self.queue {
            Some(queue) => queue.send(write).err().map(|unsent| unsent.0),
            None => Some(write),
        };
        if let Some(Write { done, .. }) = left {
            done(Err(DiskError::ended()));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes the registry's log panicked");
        }
    }
}

struct Log<D> {
    path: PathBuf,
    disk: D,
    /// How much of it is on disk.
    length: u64,
    /// Whether the last line says that all before it is on disk.
    marked: bool,
    broken: Option<String>,
}

impl<D: Disk> Log<D> {
    fn run(mut self, writes: &Receiver<Write>) {
        while let Ok(first) = writes.recv() {
            let (mut text, mut waiting) = (Vec::new(), Vec::new());
            self.take(first, &mut text, &mut waiting);
            while text.len() < MOST_BYTES
                && let Ok(next) = writes.try_recv()
            {
                self.take(next, &mut text, &mut waiting);
            }
            self.write(&text);
            for done in waiting {
                done(self.broken.as_deref().map_or(Ok(()), |reason| Err(DiskError::broken(reason))));
            }
        }
        self.mark();
    }

    /// Ends a log that nobody writes to any more: what is damaged from now on is known not to be the end of a write.
    fn mark(&mut self) {
        if self.marked {
            return;
        }
        let mut mark = Vec::new();
        if put(&mut mark, self.length, &[]).is_ok() {
            self.write(&mark);
        }
    }

    fn take(&mut self, write: Write, text: &mut Vec<u8>, waiting: &mut Vec<Done>) {
        if !write.changes.is_empty()
            && let Err(error) = put(text, self.length, &write.changes)
        {
            self.broken = Some(error.to_string());
        }
        waiting.push(write.done);
    }

    /// After a failure nothing is written any more: what stands behind half a write would be lost with it.
    fn write(&mut self, text: &[u8]) {
        if self.broken.is_some() || text.is_empty() {
            return;
        }
        match self.disk.append(text) {
            Ok(()) => {
                self.marked = false;
                self.length = self.length.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
            }
            Err(error) => {
                tracing::error!(log = %self.path.display(), %error, "the registry's log cannot be written");
                self.broken = Some(error.to_string());
            }
        }
    }
}
