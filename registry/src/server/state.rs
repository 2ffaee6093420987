use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;

use super::answer::Answer;
use super::disk::{DiskError, Opened, Torn, Writer, open};
use crate::api::{ErrorCode, NewSchema, Registered};
use crate::store::{Judged, Store, StoreError};

/// How often a schema is judged anew, since others changed what it was judged against, before they have to wait for it.
const JUDGED_ASIDE: usize = 4;

/// The store of a running server, in memory or on disk. Cloning gives another handle to the same store.
#[derive(Clone, Default)]
pub struct StoreHandle(Arc<Shared>);

#[derive(Default)]
struct Shared {
    shown: Shown,
    /// What the next write is made upon: ahead of what is shown by the writes that are on their way to the disk.
    newest: Mutex<Store>,
    writer: Option<Writer>,
    torn: Option<Torn>,
}

/// What readers see: never what could still be lost.
#[derive(Clone, Default)]
struct Shown(Arc<RwLock<Arc<Store>>>);

impl Shown {
    fn get(&self) -> Arc<Store> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, store: Arc<Store>) {
        let before = std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), store);
        // Readers do not wait until what nobody sees any more is given back.
        drop(before);
    }
}

impl StoreHandle {
    /// A handle to a store in memory that is filled already.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self::over(store, None, None)
    }

    /// A handle to the store that a directory holds; an empty or absent one holds an empty store. A write that was never acknowledged
    /// is cut off the end, and told by [`Self::torn`]. The last handle that goes lets go of the directory.
    ///
    /// # Errors
    /// When another process serves from it, its log is damaged, or the disk fails.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, DiskError> {
        let Opened { store, writer, torn } = open(dir.as_ref())?;
        Ok(Self::over(store, Some(writer), torn))
    }

    /// What was cut off the end of the log when it was opened.
    #[must_use]
    pub fn torn(&self) -> Option<&Torn> {
        self.0.torn.as_ref()
    }

    fn over(store: Store, writer: Option<Writer>, torn: Option<Torn>) -> Self {
        let shown = Shown::default();
        shown.set(Arc::new(store.clone()));
        Self(Arc::new(Shared { shown, newest: Mutex::new(store), writer, torn }))
    }

    /// Reads the store, as far as it is on disk. Nobody waits meanwhile.
    pub fn read<R>(&self, read: impl FnOnce(&Store) -> R) -> R {
        read(&self.0.shown.get())
    }

    /// Changes the store. Other writes wait meanwhile, reads do not; the call returns when what it saw and what it changed is on disk,
    /// and blocks until then.
    ///
    /// # Errors
    /// When the disk fails: then nobody ever sees the change, and every further write fails too.
    pub fn write<R>(&self, write: impl FnOnce(&mut Store) -> R) -> Result<R, DiskError> {
        let (done, on_disk) = mpsc::channel();
        let done = move |written| drop(done.send(written));
        let Ok(result) = self.change(|store| Some(write(store)), done) else { return Err(DiskError::ended()) };
        on_disk.recv().unwrap_or_else(|_| Err(DiskError::ended())).map(|()| result)
    }

    /// As [`Self::write`], without blocking the thread.
    pub(super) async fn commit<R: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Store) -> R + Send + 'static,
    ) -> Result<R, Answer> {
        let (done, on_disk) = oneshot::channel();
        let done = move |written| drop(done.send(written));
        let handle = self.clone();
        let result = aside(move || handle.change(|store| Some(write(store)), done).ok()).await?;
        settled(on_disk).await?;
        result.ok_or_else(|| failed(&DiskError::ended()))
    }

    /// Registers a schema. It is judged against a state that others may go on from meanwhile, and anew where they changed what it was
    /// judged against: so only what is short happens while other writes wait.
    pub(super) async fn register(
        &self,
        subject: String,
        new: NewSchema,
        normalize: bool,
    ) -> Result<Registered, Answer> {
        let (done, on_disk) = oneshot::channel();
        let done = move |written| drop(done.send(written));
        let handle = self.clone();
        let registered = aside(move || {
            let judge = |store: &Store| store.judge(&subject, &new, normalize);
            let waits = |store: &mut Store| store.register(&subject, &new, normalize);
            handle.registered(judge, waits, done)
        })
        .await?;
        settled(on_disk).await?;
        Ok(registered.ok_or_else(|| failed(&DiskError::ended()))??)
    }

    /// Registers what `judge` judges aside, or what `waits` judges while other writes wait, where they change what it is judged against faster than
    /// that.
    fn registered<D: FnOnce(Result<(), DiskError>) + Send + 'static>(
        &self,
        judge: impl Fn(&Store) -> Result<Judged, StoreError>,
        waits: impl FnOnce(&mut Store) -> Result<Registered, StoreError>,
        mut done: D,
    ) -> Option<Result<Registered, StoreError>> {
        for _ in 0..JUDGED_ASIDE {
            let before = self.newest();
            let judged = judge(&before);
            match self.change(|store| store.take(&before, judged), done) {
                Ok(registered) => return Some(registered),
                Err(not_yet) => done = not_yet,
            }
        }
        self.change(|store| Some(waits(store)), done).ok()
    }

    /// Reads the store where it may take long, without blocking the thread.
    pub(super) async fn ponder<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> R + Send + 'static,
    ) -> Result<R, Answer> {
        let store = self.0.shown.get();
        aside(move || read(&store)).await
    }

    fn newest(&self) -> Store {
        self.0.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the store, and hands what changed to the log while nobody else can change it: so the log has its order. What changes
    /// nothing waits for the log too, since what it saw may not be there yet. Where there is no result nothing happens, and `done` comes
    /// back.
    fn change<R, D>(&self, write: impl FnOnce(&mut Store) -> Option<R>, done: D) -> Result<R, D>
    where
        D: FnOnce(Result<(), DiskError>) + Send + 'static,
    {
        let mut newest = self.0.newest.lock().unwrap_or_else(PoisonError::into_inner);
        // A copy, so that a write that panics has changed nothing.
        let mut next = newest.clone();
        next.set_time(now());
        let Some(result) = write(&mut next) else { return Err(done) };
        let changes = next.take_changes();
        let shown = self.0.shown.clone();
        let seen = Arc::new(next.clone());
        *newest = next;
        match &self.0.writer {
            Some(writer) => writer.append(changes, move |written| {
                if written.is_ok() {
                    shown.set(seen);
                }
                done(written);
            }),
            None => {
                shown.set(seen);
                done(Ok(()));
            }
        }
        Ok(result)
    }
}

/// Does what may take long where it keeps no request waiting.
async fn aside<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R, Answer> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Answer::error(ErrorCode::Store, format!("the request could not be answered: {error}")))
}

/// Waits until what an answer rests upon is on disk.
async fn settled(on_disk: oneshot::Receiver<Result<(), DiskError>>) -> Result<(), Answer> {
    let written = on_disk.await.unwrap_or_else(|_| Err(DiskError::ended()));
    written.map_err(|error| failed(&error))
}

fn failed(error: &DiskError) -> Answer {
    Answer::error(ErrorCode::Store, error.to_string())
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

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

    use super::super::disk::Disk;
    use super::*;
    use crate::store::VersionSpec;

    /// A disk that says when something arrives, and does with it what it is told.
    struct Gate {
        arrived: Sender<()>,
        then: Receiver<io::Result<()>>,
    }

    impl Disk for Gate {
        fn append(&mut self, _: &[u8]) -> io::Result<()> {
            let _ = self.arrived.send(());
            self.then.recv().unwrap_or(Ok(()))
        }
    }

    /// A handle over such a disk; what arrives there; what becomes of it.
    fn gated() -> (StoreHandle, Receiver<()>, Sender<io::Result<()>>) {
        let ((arrived, arrives), (tell, then)) = (channel(), channel());
        let mut store = Store::new();
        store.note_changes();
        let writer = Writer::start("log".into(), Gate { arrived, then }, 0).unwrap();
        (StoreHandle::over(store, Some(writer), None), arrives, tell)
    }

    fn schema(name: &str) -> NewSchema {
        NewSchema::avro(format!(r#"{{"type":"fixed","name":"{name}","size":4}}"#))
    }

    /// Begins to register, and gives the id that it would be told, and what tells it.
    fn begin(handle: &StoreHandle, subject: &str) -> (u32, Receiver<Result<(), DiskError>>) {
        let (done, told) = channel();
        let done = move |written| drop(done.send(written));
        let registered = handle.change(|store| Some(store.register(subject, &schema(subject), false)), done);
        let Ok(registered) = registered else { unreachable!("it has a result") };
        (registered.unwrap().id, told)
    }

    fn latest(handle: &StoreHandle, subject: &str) -> Result<u32, StoreError> {
        handle.read(|store| store.version(subject, VersionSpec::Latest, false)).map(|found| found.id)
    }

    #[test]
    fn nobody_is_told_of_a_write_before_it_is_on_disk() {
        let (handle, arrives, tell) = gated();
        let (id, first) = begin(&handle, "a");
        arrives.recv().unwrap();
        // It changes nothing: what it asks for is there, but not for good.
        let (same, second) = begin(&handle, "a");
        assert_eq!(same, id);
        assert_eq!(
            (first.try_recv().unwrap_err(), second.try_recv().unwrap_err()),
            (TryRecvError::Empty, TryRecvError::Empty)
        );
        assert!(latest(&handle, "a").is_err());
        tell.send(Ok(())).unwrap();
        first.recv().unwrap().unwrap();
        second.recv().unwrap().unwrap();
        assert_eq!(latest(&handle, "a").unwrap(), id);
    }

    #[test]
    fn what_a_failed_disk_lost_is_neither_acknowledged_nor_seen() {
        let (handle, _arrives, tell) = gated();
        tell.send(Ok(())).unwrap();
        begin(&handle, "before").1.recv().unwrap().unwrap();
        tell.send(Err(io::Error::other("no space left"))).unwrap();
        for subject in ["lost", "lost", "later", "later", "before"] {
            let error = begin(&handle, subject).1.recv().unwrap().unwrap_err().to_string();
            assert!(error.contains("no space left"), "{subject}: {error}");
        }
        assert_eq!(handle.read(|store| store.subjects(":*:", crate::store::Deleted::Shown)), ["before"]);
        assert_eq!(latest(&handle, "before").unwrap(), 1);
    }

    #[test]
    fn a_write_that_panics_has_changed_nothing() {
        let (handle, _arrives, tell) = gated();
        let panics = handle.clone();
        let panicked = std::thread::spawn(move || {
            panics.write(|store| {
                store.register("half", &schema("half"), false).unwrap();
                panic!("in the middle")
            })
        });
        assert!(panicked.join().is_err());
        tell.send(Ok(())).unwrap();
        assert_eq!(handle.write(|store| store.register("whole", &schema("whole"), false)).unwrap().unwrap().id, 1);
        assert!(latest(&handle, "half").is_err());
    }

    #[test]
    fn a_judgement_holds_until_what_it_looked_at_changes() {
        let mut store = Store::new();
        store.register("base", &schema("Base"), false).unwrap();
        let judged = |store: &Store| store.judge("s", &refers(), false);
        let holds = |change: &dyn Fn(&mut Store)| {
            let mut later = store.clone();
            change(&mut later);
            later.take(&store, judged(&store)).is_some()
        };
        assert!(holds(&|_| {}));
        assert!(holds(&|later| drop(later.register("other", &schema("Other"), false).unwrap())));
        assert!(!holds(&|later| drop(later.register("s", &schema("Before"), false).unwrap())));
        assert!(!holds(&|later| drop(later.delete_subject("base", false).unwrap())));
        assert!(!holds(&|later| assert!(later.set_mode(Some("s"), "READONLY", false).is_ok())));
        assert!(!holds(&|later| {
            let none = crate::api::ConfigUpdate { compatibility: Some("NONE".into()), ..Default::default() };
            later.set_config(None, &none).unwrap();
        }));
        // The id is given when the change is made: that of the text, where another subject has it by then.
        let mut later = store.clone();
        later.register("other", &schema("Other"), false).unwrap();
        later.register("same", &refers(), false).unwrap();
        let taken = later.take(&store, judged(&store)).unwrap().unwrap();
        assert_eq!(taken.id, latest_in(&later, "same"));
    }

    #[test]
    fn a_judgement_that_others_outrun_is_made_while_they_wait() {
        let handle = StoreHandle::default();
        let times = std::cell::Cell::new(0_usize);
        let judge = |store: &Store| {
            let judged = store.judge("s", &schema("S"), false);
            times.set(times.get() + 1);
            let level = if times.get().is_multiple_of(2) { "NONE" } else { "FULL" };
            let update = crate::api::ConfigUpdate { compatibility: Some(level.into()), ..Default::default() };
            handle.write(|store| store.set_config(Some("s"), &update)).unwrap().unwrap();
            judged
        };
        let waits = |store: &mut Store| store.register("s", &schema("S"), false);
        let registered = handle.registered(judge, waits, |written| written.unwrap());
        assert_eq!((registered.unwrap().unwrap().id, times.get()), (1, JUDGED_ASIDE));
    }

    fn refers() -> NewSchema {
        let mut schema = NewSchema::avro(r#"{"type":"record","name":"R","fields":[{"name":"b","type":"Base"}]}"#);
        schema.references = vec![crate::api::Reference { name: "Base".into(), subject: "base".into(), version: 1 }];
        schema
    }

    fn latest_in(store: &Store, subject: &str) -> u32 {
        store.version(subject, VersionSpec::Latest, false).unwrap().id
    }
}
