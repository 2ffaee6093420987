use std::collections::BTreeSet;

use topika_contract::manifest::matches as is_match;
use topika_contract::project::{Contract, Event};

use super::choices::Choices;
use crate::names::Ident;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Patterns of event names (`orders.*`); empty: everything.
    pub(crate) only: Vec<String>,
    /// Where the generated module stands, if not at `crate::events`.
    pub(crate) module: Option<Vec<Ident>>,
    /// How types look.
    pub(crate) choices: Choices,
    /// The schema files of types written in Rust are about to be written, so they do not say yet what the keys of topics are.
    pub(crate) rewritten: bool,
}

/// The names of the wanted events. A topic's enum is closed, so an event brings the others of its topic with it.
pub(super) fn wanted<'a>(contract: &'a Contract, options: &Options) -> BTreeSet<&'a str> {
    let matches = |event: &Event| options.only.is_empty() || options.only.iter().any(|p| is_match(p, &event.name));
    let topics: BTreeSet<&str> = contract.events.iter().filter(|e| matches(e)).map(|e| e.topic.as_str()).collect();
    contract
        .events
        .iter()
        .filter(|e| matches(e) || (!e.topic.is_empty() && topics.contains(e.topic.as_str())))
        .map(|e| e.name.as_str())
        .collect()
}
