use std::collections::BTreeSet;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// No payload of a trial takes a debug build longer, unless something runs in a circle.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of a payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// What was written again.
    Back { bytes: Vec<u8>, verdict: Verdict },
    /// The type does not take it.
    Refused(String),
    /// It was read, and something went wrong then.
    Failed(String),
}

/// What the generated `validate()` says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is none.
    None,
    Valid,
    Violated(String),
}

/// The program of the generated types. One that crashes is started anew for the next payload.
pub(super) struct Talk {
    program: PathBuf,
    running: Option<Running>,
    /// The types that gave no answer; they would cost as much patience for every value.
    stuck: BTreeSet<u32>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    replies: Receiver<io::Result<Reply>>,
}

struct Reply {
    status: u8,
    verdict: Vec<u8>,
    bytes: Vec<u8>,
}

impl Talk {
    pub(super) fn with(program: &Path) -> Self {
        Self { program: program.to_path_buf(), running: None, stuck: BTreeSet::new() }
    }

    /// Sends a payload through the type of a number.
    ///
    /// # Errors
    /// The program cannot be started.
    pub(super) fn ask(&mut self, number: u32, payload: &[u8]) -> Result<Answer, String> {
        if self.stuck.contains(&number) {
            return Ok(Answer::Failed("not asked again after it gave no answer".to_owned()));
        }
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.program)
                .map_err(|error| format!("cannot run {}: {error}", self.program.display()))?,
        };
        let reply = match running.send(number, payload) {
            Ok(()) => running.replies.recv_timeout(PATIENCE),
            // It is gone, and the reason with it.
            Err(_) => Err(RecvTimeoutError::Disconnected),
        };
        match reply {
            Ok(Ok(reply)) => {
                self.running = Some(running);
                Ok(answer(reply))
            }
            Err(RecvTimeoutError::Timeout) => {
                running.end();
                self.stuck.insert(number);
                Ok(Answer::Failed(format!("no answer after {} s", PATIENCE.as_secs())))
            }
            _ => {
                let how = running.end();
                Ok(Answer::Failed(format!("the program crashed ({how})")))
            }
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.end();
        }
    }
}

impl Running {
    fn start(program: &Path) -> io::Result<Self> {
        let mut child =
            Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let (send, replies) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let reply = reply(&mut output);
                let ended = reply.is_err();
                if send.send(reply).is_err() || ended {
                    return;
                }
            }
        });
        Ok(Self { child, input, replies })
    }

    fn send(&mut self, number: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
        let mut frame = Vec::with_capacity(payload.len() + 8);
        frame.extend(number.to_le_bytes());
        frame.extend(length.to_le_bytes());
        frame.extend(payload);
        self.input.write_all(&frame)?;
        self.input.flush()
    }

    /// Ends the program; how it ended, if it had by itself.
    fn end(self) -> String {
        let Self { mut child, input, .. } = self;
        drop(input);
        // One that runs in a circle does not notice that nobody asks any more.
        for _ in 0..100 {
            match child.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(error) => return error.to_string(),
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        "it did not end".to_owned()
    }
}

fn reply(output: &mut impl Read) -> io::Result<Reply> {
    let mut status = [0];
    output.read_exact(&mut status)?;
    let [status] = status;
    Ok(Reply { status, verdict: part(output)?, bytes: part(output)? })
}

fn part(output: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    output.read_exact(&mut length)?;
    let mut part = Vec::new();
    output.take(u64::from(u32::from_le_bytes(length))).read_to_end(&mut part)?;
    Ok(part)
}

fn answer(reply: Reply) -> Answer {
    let Reply { status, verdict, bytes } = reply;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match status {
        0 => Answer::Back { bytes, verdict: Verdict::None },
        1 if verdict.is_empty() => Answer::Back { bytes, verdict: Verdict::Valid },
        1 => Answer::Back { bytes, verdict: Verdict::Violated(text(&verdict)) },
        2 => Answer::Refused(text(&bytes)),
        3 => Answer::Failed(format!("it cannot be written again: {}", text(&bytes))),
        _ => Answer::Failed(text(&bytes)),
    }
}
