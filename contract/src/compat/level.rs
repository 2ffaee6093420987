use std::fmt;

/// The compatibility promise of a subject, as registries name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Level {
    /// No promise.
    None,
    /// The new schema reads data of the last version.
    Backward,
    /// The new schema reads data of every version. What topika takes where nothing is said.
    #[default]
    BackwardTransitive,
    /// The last version reads data of the new schema.
    Forward,
    /// Every version reads data of the new schema.
    ForwardTransitive,
    /// Both directions with the last version.
    Full,
    /// Both directions with every version.
    FullTransitive,
}

impl Level {
    /// Every level, from the weakest name to the strongest.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// The name, as registries write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// The level of a name in upper case.
    ///
    /// ```
    /// use topika_contract::compat::Level;
    ///
    /// assert_eq!(Level::parse("FULL_TRANSITIVE"), Some(Level::FullTransitive));
    /// assert_eq!(Level::parse("full"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// Whether the new schema must read old data.
    #[must_use]
    pub fn backward(self) -> bool {
        matches!(self, Self::Backward | Self::BackwardTransitive | Self::Full | Self::FullTransitive)
    }

    /// Whether old schemas must read new data.
    #[must_use]
    pub fn forward(self) -> bool {
        matches!(self, Self::Forward | Self::ForwardTransitive | Self::Full | Self::FullTransitive)
    }

    /// Whether every version counts, not the last one alone.
    #[must_use]
    pub fn transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }
}

impl Level {
    /// The same promise towards every version.
    ///
    /// ```
    /// use topika_contract::compat::Level;
    ///
    /// assert_eq!(Level::Full.over_all_versions(), Level::FullTransitive);
    /// assert_eq!(Level::None.over_all_versions(), Level::None);
    /// ```
    #[must_use]
    pub fn over_all_versions(self) -> Self {
        match self {
            Self::None => Self::None,
            Self::Backward | Self::BackwardTransitive => Self::BackwardTransitive,
            Self::Forward | Self::ForwardTransitive => Self::ForwardTransitive,
            Self::Full | Self::FullTransitive => Self::FullTransitive,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_as_it_is_written() {
        for level in Level::ALL {
            assert_eq!(Level::parse(&level.to_string()), Some(level));
        }
    }

    #[test]
    fn full_is_both_directions_and_none_is_neither() {
        assert!(Level::Full.backward() && Level::Full.forward() && !Level::Full.transitive());
        assert!(!Level::None.backward() && !Level::None.forward() && !Level::None.transitive());
    }
}
