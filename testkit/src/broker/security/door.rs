use std::collections::BTreeMap;

use super::plain::Plain;
use super::sasl::{Mechanism, Sasl};
use super::scram::{Begun, Keys};

/// What is kept of users to know them again.
#[derive(Debug)]
pub(crate) struct Door {
    offered: Vec<Mechanism>,
    plain: Plain,
    scram: BTreeMap<Mechanism, BTreeMap<String, Keys>>,
}

/// A client that proves who it is.
#[derive(Debug)]
pub(crate) struct Exchange {
    mechanism: Mechanism,
    begun: Option<Begun>,
}

/// What becomes of a message of the client.
#[derive(Debug)]
pub(crate) enum Step {
    /// It is to go on, to this.
    Next(Vec<u8>),
    /// It is who it says, and is told so with this.
    Proven(Vec<u8>),
    Refused,
}

impl Door {
    pub(crate) fn of(sasl: &Sasl) -> Door {
        let offered = sasl.offered();
        let scram = offered.iter().filter_map(|mechanism| {
            let hash = mechanism.hash()?;
            let keys = sasl.users.iter().map(|(name, password)| (name.clone(), Keys::of(hash, password))).collect();
            Some((*mechanism, keys))
        });
        let scram = scram.collect();
        let plain = if offered.contains(&Mechanism::Plain) { Plain::of(&sasl.users) } else { Plain::default() };
        Door { offered, plain, scram }
    }

    /// The names of the mechanisms.
    pub(crate) fn offered(&self) -> impl Iterator<Item = &'static str> {
        self.offered.iter().map(|mechanism| mechanism.name())
    }

    /// None where the mechanism is not offered.
    pub(crate) fn begin(&self, mechanism: &str) -> Option<Exchange> {
        let mechanism = *self.offered.iter().find(|offered| offered.name() == mechanism)?;
        Some(Exchange { mechanism, begun: None })
    }
}

impl Exchange {
    pub(crate) fn mechanism(&self) -> &'static str {
        self.mechanism.name()
    }

    pub(crate) fn take(&mut self, door: &Door, message: &[u8]) -> Step {
        let Some(hash) = self.mechanism.hash() else {
            return if door.plain.admits(message) { Step::Proven(Vec::new()) } else { Step::Refused };
        };
        if let Some(begun) = self.begun.take() {
            return begun.end(message).map_or(Step::Refused, Step::Proven);
        }
        let users = door.scram.get(&self.mechanism);
        let Some((begun, answer)) = Begun::new(hash, message, |name| users?.get(name)) else { return Step::Refused };
        self.begun = Some(begun);
        Step::Next(answer)
    }
}
