use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::vital::{Stage, Vital};

/// How an app is, at the moment of asking: [`RunningApp::health`](crate::RunningApp::health), [`Probe::health`].
///
/// *Live*: it works, or waits for something that a new start would not mend. *Ready*: it is live, a member of its group, and the brokers are
/// there. Each [`Trouble`] that it is in says what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    group: Arc<str>,
    troubles: Vec<Trouble>,
}

/// What keeps an app from being live or ready.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// It has ended: not live.
    Ended,
    /// Its poll loop has not turned for longer than [`App::stalled_after`](crate::App::stalled_after): not live.
    Stalled {
        /// How long the loop stands still.
        since: Duration,
    },
    /// A message has been with its handler for longer than [`App::stuck_after`](crate::App::stuck_after), and what stands behind it in its
    /// lane waits: not live.
    Stuck {
        /// The topic, with its prefix.
        topic: Arc<str>,
        /// The partition.
        partition: i32,
        /// The offset within the partition.
        offset: i64,
        /// Which try of the message this is, from 1.
        attempt: u32,
        /// How long this try has taken so far.
        since: Duration,
    },
    /// It has not been started, or has not yet got as far as its consumer group: not ready.
    NotStarted,
    /// The group has not given it its share yet, or has taken it for dead: not ready.
    NotJoined,
    /// The brokers are gone, or have never answered: not ready.
    Unreachable {
        /// The last thing that a connection said.
        why: Option<String>,
    },
}

impl Trouble {
    /// Whether the app is not live for it, and may be better off started anew.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Ended | Self::Stalled { .. } | Self::Stuck { .. })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("it has ended; `RunningApp::ended()` says why"),
            Self::Stalled { since } => write!(f, "its poll loop has stood still for {:.1} s", since.as_secs_f64()),
            Self::Stuck { topic, partition, offset, attempt, since } => write!(
                f,
                "the handler of the message at \"{topic}\" partition {partition} offset {offset} has not ended its try {attempt} for {:.1} s",
                since.as_secs_f64()
            ),
            Self::NotStarted => f.write_str("it has not started to read yet"),
            Self::NotJoined => f.write_str("it is no member of its group"),
            Self::Unreachable { why: None } => f.write_str("the brokers do not answer"),
            Self::Unreachable { why: Some(why) } => write!(f, "the brokers do not answer: {why}"),
        }
    }
}

impl Health {
    /// Whether it works, or waits for something that a new start would not mend.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.troubles.iter().any(Trouble::is_fatal)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.troubles.is_empty()
    }

    /// All that is wrong; messages that are stuck stand with the longest first.
    #[must_use]
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    /// The consumer group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }
}

/// A line for each trouble, or one that says that there is none.
impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.troubles.is_empty() {
            return write!(f, "app \"{}\": live and ready", self.group);
        }
        for (number, trouble) in self.troubles.iter().enumerate() {
            let line = if number == 0 { "" } else { "\n" };
            write!(f, "{line}app \"{}\": {trouble}", self.group)?;
        }
        Ok(())
    }
}

/// Asks an app how it is, from wherever it is needed; of an app that has not started yet, too. Cheap to clone, and keeps nothing alive.
///
/// ```
/// let app = topika::App::new("kitchen");
/// let probe = app.probe();
/// let health = probe.health();
/// assert!(health.is_live() && !health.is_ready());
/// assert_eq!(health.to_string(), "app \"kitchen\": it has not started to read yet");
/// ```
#[derive(Clone)]
pub struct Probe(Arc<Vital>);

impl Probe {
    pub(super) fn new(vital: &Arc<Vital>) -> Self {
        Self(Arc::clone(vital))
    }

    /// How it is now. Asks nobody: what is known of the group and the brokers is as the consumer heard it last, up to 5 s ago.
    #[must_use]
    pub fn health(&self) -> Health {
        examine(&self.0)
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Probe").field(&self.health()).finish()
    }
}

pub(super) fn examine(vital: &Vital) -> Health {
    let mut troubles = Vec::new();
    match (vital.stage(), vital.telling()) {
        (Stage::Ended, _) => troubles.push(Trouble::Ended),
        (Stage::Waits, _) | (Stage::Runs, None) => troubles.push(Trouble::NotStarted),
        (Stage::Runs, Some(member)) => {
            let since = member.still_for();
            if since > vital.stalled_after() {
                troubles.push(Trouble::Stalled { since });
            }
            troubles.extend(vital.at_work.longer_than(vital.stuck_after()).into_iter().map(|(entry, since)| {
                let (partition, offset, attempt) = (entry.partition, entry.offset, entry.attempt);
                Trouble::Stuck { topic: entry.topic, partition, offset, attempt, since }
            }));
            if !member.is_member() {
                troubles.push(Trouble::NotJoined);
            }
            if !member.is_connected() {
                troubles.push(Trouble::Unreachable { why: member.trouble() });
            }
        }
    }
    Health { group: Arc::clone(vital.group()), troubles }
}
