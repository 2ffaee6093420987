use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

/// Where a command writes: findings out, everything else to the side. A reader that goes away (`| head`) ends the output, not
/// the run, so that the exit status still says the verdict.
pub(crate) struct Printer {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    closed: bool,
    /// Whether stdout shows colours.
    pub(crate) colour: bool,
}

impl Printer {
    pub(crate) fn stdio() -> Self {
        let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { out: Box::new(io::stdout()), err: Box::new(io::stderr()), closed: false, colour }
    }

    /// A line of the answer.
    pub(crate) fn out(&mut self, line: impl Display) {
        if !self.closed {
            self.closed = writeln!(self.out, "{line}").and_then(|()| self.out.flush()).is_err();
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
