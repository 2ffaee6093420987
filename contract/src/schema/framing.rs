use std::fmt;

/// Whether the messages of a topic name their schemas: what is written, and what is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// What is written is plain: it names no schema. Otherwise it names one of the registry.
    pub plain: bool,
    /// Both kinds stand on the topic side by side, and both are read.
    pub mixed: bool,
}

impl Framing {
    /// Whether no message names a schema, so that nothing has to be in a registry.
    #[must_use]
    pub const fn is_without_registry(self) -> bool {
        self.plain && !self.mixed
    }

    /// Whether who reads by this framing reads what is written by the other one.
    #[must_use]
    pub const fn reads(self, other: Self) -> bool {
        self.mixed || self.plain == other.plain
    }

    /// The word of the manifest for what is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        if self.plain { "none" } else { "registry" }
    }
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        if self.mixed { f.write_str(", mixed") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Framing;

    #[test]
    fn each_step_of_a_move_is_read_by_the_step_before_and_reads_it() {
        let at = |plain, mixed| Framing { plain, mixed };
        let steps = [at(true, false), at(true, true), at(false, true), at(false, false)];
        for (one, next) in steps.iter().zip(steps.iter().skip(1)) {
            assert!(one.reads(*next) && next.reads(*one), "{one} and {next}");
        }
        assert!(!steps[0].reads(steps[2]) && !steps[0].reads(steps[3]) && !steps[3].reads(steps[1]));
        let said: Vec<String> = steps.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["none", "none, mixed", "registry, mixed", "registry"]);
    }
}
