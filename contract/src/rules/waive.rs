//! What waivers must be.

use super::row::rules;
use super::{Rule, Severity, avro, json_schema};

rules! { ALL:
    WAIVE_LAPSED = "waive/lapsed", Warn, "a waiver ends with the next lock", "waive-lapsed.md";
    WAIVE_UNUSED = "waive/unused", Warn, "a waiver covers a finding", "waive-unused.md";
}

/// Groups of which no finding can be waived: what they tell keeps the contract from being read at all.
const NEVER: &[&str] = &["text", "manifest", "project", "lock", "event", "ref", "baseline", "waive"];

/// Rules of other groups that guard what was locked, beside the group `lock`.
const GUARDS: &[&str] = &["history/edited", "history/removed", "history/version-gap"];

/// Rules of other groups that tell the same as those of [`NEVER`].
const NOR: &[&str] = &[
    "history/unreadable-version",
    "import/not-pulled",
    "import/owned",
    "topic/compact",
    "topic/event-twice",
    "topic/framing",
    "topic/key-missing",
    "topic/key-type",
    "topic/name",
    "topic/no-events",
    "topic/record-twice",
    "topic/unknown-event",
];

impl Rule {
    /// The part before `/`.
    ///
    /// ```
    /// assert_eq!(topika_contract::rules::AVRO_TYPE_CHANGED.group(), "avro");
    /// ```
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// Whether its findings are about topics, which have no versions.
    #[must_use]
    pub fn is_of_topics(&self) -> bool {
        matches!(self.group(), "topic" | "level")
    }

    /// Whether its findings compare a topic with its locked row.
    #[must_use]
    pub fn is_of_locked_topics(&self) -> bool {
        matches!(
            self.id,
            "level/lowered"
                | "topic/compact-changed"
                | "topic/framing-changed"
                | "topic/key-changed"
                | "topic/partitions-added"
                | "topic/partitions-reduced"
                | "topic/retention-shortened"
        )
    }

    /// Whether it says that the record of what was locked is not whole. Every other judgement rests on that record, so nothing takes
    /// weight from such a finding: no `[[waive]]` row and no line of `[rules]`.
    ///
    /// ```
    /// use topika_contract::rules;
    ///
    /// assert!(rules::LOCK_EDITED.guards_the_lock() && rules::HISTORY_REMOVED.guards_the_lock());
    /// assert!(!rules::LEVEL_LOWERED.guards_the_lock() && !rules::HISTORY_SUBJECT_REMOVED.guards_the_lock());
    /// ```
    #[must_use]
    pub fn guards_the_lock(&self) -> bool {
        self.group() == "lock" || GUARDS.contains(&self.id)
    }

    /// Whether a `[[waive]]` row may cover its findings. What hinders the reading of a file, of the manifest or of the lock cannot be
    /// waived, since there would be nothing left to judge, to lock or to make types of; nor can what guards the lock.
    ///
    /// ```
    /// use topika_contract::rules;
    ///
    /// assert!(rules::AVRO_TYPE_CHANGED.can_be_waived());
    /// assert!(!rules::TEXT_SYNTAX.can_be_waived() && !rules::LOCK_EDITED.can_be_waived());
    /// ```
    #[must_use]
    pub fn can_be_waived(&self) -> bool {
        self.why_never_waived().is_none()
    }

    /// Why no `[[waive]]` row may cover its findings, for messages; `None` where one may.
    #[must_use]
    pub fn why_never_waived(&self) -> Option<&'static str> {
        let hinders = |all: &[&Rule]| all.iter().any(|rule| rule.id == self.id && rule.default == Severity::Deny);
        if self.guards_the_lock() {
            return Some("it guards what was locked");
        }
        let never = NEVER.contains(&self.group()) || NOR.contains(&self.id);
        (never || hinders(avro::ALL) || hinders(json_schema::ALL))
            .then_some("what it tells keeps the contract from being read")
    }
}
