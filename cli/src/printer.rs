use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

use crate::exit::Exit;

/// Where a command writes: findings out, everything else to the side. A reader that goes away (`| head`) ends the output, not
/// the run, so that the exit status still says the verdict.
pub(crate) struct Printer {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    closed: bool,
    /// Why stdout took no more, where that is not a reader that went away: an answer that ends half-way must not pass for a whole one.
    lost: Option<io::Error>,
    /// Whether stdout shows colours.
    pub(crate) colour: bool,
}

impl Printer {
    pub(crate) fn stdio() -> Self {
        let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { out: Box::new(io::stdout()), err: Box::new(io::stderr()), closed: false, lost: None, colour }
    }

    /// A line of the answer.
    pub(crate) fn out(&mut self, line: impl Display) {
        if self.closed {
            return;
        }
        if let Err(error) = writeln!(self.out, "{line}").and_then(|()| self.out.flush()) {
            self.closed = true;
            self.lost = (error.kind() != io::ErrorKind::BrokenPipe).then_some(error);
        }
    }

    /// The exit status of the run: that of the command, where its answer could be written.
    pub(crate) fn finish(mut self, exit: Exit) -> Exit {
        match self.lost.take() {
            Some(error) => {
                self.error(format_args!("cannot write to stdout: {error}"), "see that there is room, and run it again");
                Exit::Failed
            }
            None => exit,
        }
    }

    /// A line beside the answer.
    pub(crate) fn err(&mut self, line: impl Display) {
        // Nobody is left to tell where stderr is closed too.
        let _ = writeln!(self.err, "{line}");
    }

    /// An error with its next step.
    pub(crate) fn error(&mut self, message: impl Display, help: impl Display) {
        self.err(format_args!("error: {message}\n  help: {help}"));
    }
}
