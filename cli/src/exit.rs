use std::process::ExitCode;

/// How a run ends. A wrong command line ends with 2, which clap says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing at deny.
    Clean,
    /// Findings at deny.
    Findings,
    /// It could not be judged at all.
    Failed,
    /// The command line names something that does not exist.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Usage => 2,
            Exit::Findings => 100,
            Exit::Failed => 101,
        })
    }
}
