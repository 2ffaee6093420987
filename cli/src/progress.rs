//! A sign of life for whoever waits at a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// While it lives and a second has gone by, stderr says what is being done and for how long; only where stderr is a terminal. The line is
/// wiped away at the end.
pub(crate) struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// `what` is done from now on: `Judging the working tree`.
    pub(crate) fn start(what: &'static str) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if dumb || !io::stderr().is_terminal() {
            return Self { running: None };
        }
        let (stop, stopped) = channel();
        let start = Instant::now();
        let line = move || {
            let mut shown = false;
            while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                // Nobody is left to tell where stderr is closed.
                let _ = write!(io::stderr(), "\r{what} ... {} s", start.elapsed().as_secs());
                shown = true;
            }
            if shown {
                // ECMA-48, Erase in Line.
                let _ = write!(io::stderr(), "\r\u{1b}[2K");
            }
        };
        Self { running: Some((stop, thread::spawn(line))) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, line)) = self.running.take() {
            drop(stop);
            // A line that could not be shown is no reason to fail.
            let _ = line.join();
        }
    }
}
