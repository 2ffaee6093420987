use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What one client, or many, may take of the server at most.
#[derive(Clone)]
pub(super) struct Limits {
    pub(super) idle: Duration,
    pub(super) patience: Duration,
    pub(super) body_time: Duration,
    pub(super) body_room: usize,
    pub(super) connections: usize,
    pub(super) notice: Notice,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // As Jetty, which the reference implementation stands on.
            idle: Duration::from_secs(30),
            patience: Duration::from_secs(30),
            body_time: Duration::from_secs(120),
            body_room: 64 * 1024 * 1024,
            connections: 1_000,
            notice: Notice::default(),
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { idle, patience, body_time, body_room, connections, notice: _ } = self;
        f.debug_struct("Limits")
            .field("idle", idle)
            .field("patience", patience)
            .field("body_time", body_time)
            .field("body_room", body_room)
            .field("connections", connections)
            .finish()
    }
}

/// Whom the server tells what whoever runs it should know.
#[derive(Clone, Default)]
pub(super) struct Notice(Option<Arc<Listener>>);

type Listener = dyn Fn(&str) + Send + Sync;

impl Notice {
    pub(super) fn to(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(super) fn say(&self, text: &str) {
        tracing::warn!("{text}");
        if let Some(listener) = &self.0 {
            listener(text);
        }
    }
}

/// As many connections as may be open at once: what is set, and less than the files that the process may open, since the log and the
/// clients of whoever runs the server need some, too.
pub(super) fn connections(set: usize) -> usize {
    let files = files().and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX);
    set.min(files / 4 * 3).max(1)
}

#[cfg(unix)]
fn files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

/// Other systems have no such limit.
#[cfg(not(unix))]
fn files() -> Option<u64> {
    None
}
