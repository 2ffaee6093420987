use std::fmt;
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;

use super::answer::Answer;
use super::disk::{DiskError, Opened, Writer, open};
use crate::api::ErrorCode;
use crate::store::Store;

/// The store of a running server, in memory or on disk. Cloning gives another handle to the same store.
#[derive(Clone, Default)]
pub struct StoreHandle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    store: RwLock<Store>,
    writer: Option<Writer>,
}

impl StoreHandle {
    /// A handle to a store in memory that is filled already.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Shared { store: RwLock::new(store), writer: None }))
    }

    /// A handle to the store that a directory holds; an empty or absent one holds an empty store. A write that was never acknowledged
    /// is cut off the end, with a warning. The last handle that goes lets go of the directory.
    ///
    /// # Errors
    /// When another process serves from it, its log is damaged, or the disk fails.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, DiskError> {
        let Opened { store, writer } = open(dir.as_ref())?;
        Ok(Self(Arc::new(Shared { store: RwLock::new(store), writer: Some(writer) })))
    }

    /// Reads the store. Requests that write wait meanwhile.
    pub fn read<R>(&self, read: impl FnOnce(&Store) -> R) -> R {
        // A panic in another reader or writer says nothing about the store's state that a later request could not see anyway.
        read(&self.0.store.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the store. All requests wait meanwhile; the call returns when what changed is on disk, and blocks until then.
    ///
    /// # Errors
    /// When the disk fails: then the change is in memory only, and every further write fails too.
    pub fn write<R>(&self, write: impl FnOnce(&mut Store) -> R) -> Result<R, DiskError> {
        let (done, on_disk) = mpsc::channel();
        let result = self.change(write, move |written| drop(done.send(written)));
        match result {
            (result, false) => Ok(result),
            (result, true) => match on_disk.recv() {
                Ok(written) => written.map(|()| result),
                Err(_) => Ok(result),
            },
        }
    }

    /// As [`Self::write`], without blocking the thread.
    pub(super) async fn commit<R>(&self, write: impl FnOnce(&mut Store) -> R) -> Result<R, Answer> {
        let (done, on_disk) = oneshot::channel();
        let (result, pending) = self.change(write, move |written| drop(done.send(written)));
        if pending {
            let failed = |reason: String| Answer::error(ErrorCode::Store, reason);
            let written = on_disk.await.map_err(|_| failed("the registry's log has ended".to_owned()))?;
            written.map_err(|error| failed(error.to_string()))?;
        }
        Ok(result)
    }

    /// Changes the store, and hands what changed to the log while nobody else can change it: so the log has its order. Says whether there
    /// is something to wait for.
    fn change<R>(
        &self,
        write: impl FnOnce(&mut Store) -> R,
        done: impl FnOnce(Result<(), DiskError>) + Send + 'static,
    ) -> (R, bool) {
        let mut store = self.0.store.write().unwrap_or_else(PoisonError::into_inner);
        store.set_time(now());
        let result = write(&mut store);
        let changes = store.take_changes();
        match &self.0.writer {
            Some(writer) if !changes.is_empty() => {
                writer.append(changes, done);
                (result, true)
            }
            _ => (result, false),
        }
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreHandle")
    }
}
