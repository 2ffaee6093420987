use super::tiers::{Tiers, Timers, Waiting, millis_now};

/// Where messages wait that have been tried in place.
pub(super) enum Later {
    Never,
    /// In topics of their own.
    Topics(Tiers),
    /// In this process.
    Here(Timers),
}

impl Later {
    /// Milliseconds since 1970, by the clock of what waits there.
    pub(super) fn now_ms(&self) -> i64 {
        match self {
            Self::Never | Self::Topics(_) => millis_now(),
            Self::Here(timers) => timers.now_ms(),
        }
    }

    /// What is read and not yet to be handled.
    pub(super) fn waiting(&self) -> Waiting {
        match self {
            Self::Topics(tiers) => tiers.waiting(),
            Self::Never | Self::Here(_) => Waiting::default(),
        }
    }
}
