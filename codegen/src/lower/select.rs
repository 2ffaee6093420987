use std::collections::BTreeSet;

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
    let matches = |event: &Event| options.only.is_empty() || options.only.iter().any(|p| matches(p, &event.name));
    let topics: BTreeSet<&str> = contract.events.iter().filter(|e| matches(e)).map(|e| e.topic.as_str()).collect();
    contract
        .events
        .iter()
        .filter(|e| matches(e) || (!e.topic.is_empty() && topics.contains(e.topic.as_str())))
        .map(|e| e.name.as_str())
        .collect()
}

/// Whether a pattern with `*` (any run of characters) is the whole of a name.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| name.strip_prefix(head)) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
    }
    match last {
        Some(tail) => rest.ends_with(tail),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, name, expected) in [
            ("orders.*", "orders.order-placed", true),
            ("orders.*", "kitchen.ticket-ready", false),
            ("*", "a", true),
            ("orders.order-placed", "orders.order-placed", true),
            ("orders.order", "orders.order-placed", false),
            ("*.*-ready", "kitchen.ticket-ready", true),
            ("*.*-ready", "kitchen.ticket", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXc", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
