use super::Level;

/// Who has to be rolled out first, so that nobody meets data that it cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum First {
    /// Consumers: they read what producers wrote until then.
    Consumers,
    /// Producers: older consumers read what they write from then on.
    Producers,
    /// It does not matter.
    Anybody,
    /// There is no promise: stop both, or take another topic.
    Nobody,
}

/// What a level means for a roll-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Who goes first.
    pub first: First,
    /// The same in a sentence without its end.
    pub text: String,
}

/// The order of a roll-out under a level. `producers` and `consumers` are named where the manifest names them.
///
/// ```
/// use topika_contract::compat::{Level, First, advice};
///
/// let advice = advice(Level::Backward, &[], &["kitchen", "billing"]);
/// assert_eq!(advice.first, First::Consumers);
/// assert_eq!(advice.text, "roll out consumers first: kitchen, billing");
/// ```
#[must_use]
pub fn advice(level: Level, producers: &[&str], consumers: &[&str]) -> Advice {
    let (first, text) = match (level.backward(), level.forward()) {
        (true, true) => (First::Anybody, "roll out producers and consumers in any order".to_owned()),
        (true, false) => (First::Consumers, format!("roll out consumers first{}", names(consumers))),
        (false, true) => (First::Producers, format!("roll out producers first{}", names(producers))),
        (false, false) => {
            (First::Nobody, "there is no promise: roll out all at once, or write to a new topic".to_owned())
        }
    };
    Advice { first, text }
}

fn names(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_says_who_goes_first() {
        let first = |level| advice(level, &[], &[]).first;
        assert_eq!(first(Level::None), First::Nobody);
        assert_eq!(first(Level::BackwardTransitive), First::Consumers);
        assert_eq!(first(Level::Forward), First::Producers);
        assert_eq!(first(Level::FullTransitive), First::Anybody);
    }

    #[test]
    fn those_who_go_first_are_named() {
        let text = advice(Level::Forward, &["checkout"], &["kitchen"]).text;
        assert_eq!(text, "roll out producers first: checkout");
        assert_eq!(advice(Level::Backward, &["checkout"], &[]).text, "roll out consumers first");
    }
}
