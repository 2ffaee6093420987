//! Compatibility levels as the protocol spells them.

pub use topika_contract::compat::Level;

const NAMES: [(Level, &str); 7] = [
    (Level::None, "NONE"),
    (Level::Backward, "BACKWARD"),
    (Level::BackwardTransitive, "BACKWARD_TRANSITIVE"),
    (Level::Forward, "FORWARD"),
    (Level::ForwardTransitive, "FORWARD_TRANSITIVE"),
    (Level::Full, "FULL"),
    (Level::FullTransitive, "FULL_TRANSITIVE"),
];

/// The protocol's name of a level.
#[must_use]
pub fn level_name(level: Level) -> &'static str {
    NAMES.iter().find(|(l, _)| *l == level).map_or("NONE", |(_, name)| name)
}

/// The level of that name; case does not matter.
#[must_use]
pub fn parse_level(name: &str) -> Option<Level> {
    NAMES.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(level, _)| *level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_read_back_from_its_name() {
        for (level, name) in NAMES {
            assert_eq!(level_name(level), name);
            assert_eq!(parse_level(&name.to_lowercase()), Some(level));
        }
        assert_eq!(parse_level("BACKWARDS"), None);
    }
}
