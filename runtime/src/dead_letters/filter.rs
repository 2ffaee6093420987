use super::letter::DeadLetter;

/// Which dead letters are meant: those for which everything holds that is said. Nothing said: all.
///
/// ```
/// use topika::dead_letters::Filter;
///
/// let broken = Filter::all().reason("oven-broken").group("kitchen");
/// let one = Filter::all().at(2, 41);
/// assert_ne!(broken, one);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Filter {
    reason: Option<Option<String>>,
    exception: Option<String>,
    group: Option<String>,
    original_topic: Option<String>,
    partition: Option<i32>,
    offset: Option<i64>,
    since_ms: Option<i64>,
    until_ms: Option<i64>,
}

impl Filter {
    /// All of them.
    pub fn all() -> Self {
        Self::default()
    }

    /// Those with that label.
    pub fn reason(self, label: impl Into<String>) -> Self {
        Self { reason: Some(Some(label.into())), ..self }
    }

    /// Those whose writer gave no label.
    pub fn without_reason(self) -> Self {
        Self { reason: Some(None), ..self }
    }

    /// Those of an exception, by its class: `kitchen.OvenBrokenException`, or without the package.
    pub fn exception(self, class: impl Into<String>) -> Self {
        Self { exception: Some(class.into()), ..self }
    }

    /// Those that the group gave up.
    pub fn group(self, group: impl Into<String>) -> Self {
        Self { group: Some(group.into()), ..self }
    }

    /// Those whose messages came from that topic, by its whole name.
    pub fn original_topic(self, topic: impl Into<String>) -> Self {
        Self { original_topic: Some(topic.into()), ..self }
    }

    /// Those on that partition of the topic of dead letters.
    pub fn partition(self, partition: i32) -> Self {
        Self { partition: Some(partition), ..self }
    }

    /// The one at that place of the topic of dead letters.
    pub fn at(self, partition: i32, offset: i64) -> Self {
        Self { partition: Some(partition), offset: Some(offset), ..self }
    }

    /// Those written then or later, in milliseconds since 1970.
    pub fn since_ms(self, time_ms: i64) -> Self {
        Self { since_ms: Some(time_ms), ..self }
    }

    /// Those written before that, in milliseconds since 1970.
    pub fn until_ms(self, time_ms: i64) -> Self {
        Self { until_ms: Some(time_ms), ..self }
    }

    /// Whether the letter is meant. A letter that does not say its time is none that was written since or before one.
    #[must_use]
    pub fn takes(&self, letter: &DeadLetter) -> bool {
        let is = |wanted: &Option<String>, there: &Option<String>| wanted.is_none() || wanted == there;
        let is_of_class = |wanted: &String| {
            letter
                .exception
                .as_ref()
                .is_some_and(|class| class == wanted || class.rsplit_once('.').is_some_and(|(_, name)| name == wanted))
        };
        self.reason.as_ref().is_none_or(|reason| *reason == letter.reason)
            && self.exception.as_ref().is_none_or(is_of_class)
            && is(&self.group, &letter.group)
            && is(&self.original_topic, &letter.original_topic)
            && self.partition.is_none_or(|partition| partition == letter.partition)
            && self.offset.is_none_or(|offset| offset == letter.offset)
            && self.since_ms.is_none_or(|since| letter.timestamp_ms.is_some_and(|time| time >= since))
            && self.until_ms.is_none_or(|until| letter.timestamp_ms.is_some_and(|time| time < until))
    }

    /// Whether it can take one letter at most.
    pub(super) fn is_of_one(&self) -> bool {
        self.partition.is_some() && self.offset.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::Headers;

    #[test]
    fn a_letter_is_taken_where_everything_holds_that_is_said() {
        let headers = Headers::new()
            .with("__dlq.errors.topic", "orders")
            .with("__dlq.errors.group", "kitchen")
            .with("topika.dlq.reason", "oven-broken");
        let ours = DeadLetter::read("dlq.orders", 2, 41, Some(1_000), None, None, headers);
        let headers =
            Headers::new().with("kafka_dlt-original-topic", "orders").with("kafka_dlt-exception-fqcn", "a.b.Broken");
        let springs = DeadLetter::read("dlq.orders", 0, 7, None, None, None, headers);
        for (filter, takes_ours, takes_springs) in [
            (Filter::all(), true, true),
            (Filter::all().reason("oven-broken"), true, false),
            (Filter::all().without_reason(), false, true),
            (Filter::all().reason("oven-broken").group("billing"), false, false),
            (Filter::all().group("kitchen").partition(2), true, false),
            (Filter::all().exception("Broken"), false, true),
            (Filter::all().exception("a.b.Broken").original_topic("orders"), false, true),
            (Filter::all().exception("roken"), false, false),
            (Filter::all().at(2, 41), true, false),
            (Filter::all().at(2, 40), false, false),
            (Filter::all().since_ms(1_000).until_ms(1_001), true, false),
            (Filter::all().until_ms(1_000), false, false),
        ] {
            assert_eq!((filter.takes(&ours), filter.takes(&springs)), (takes_ours, takes_springs), "{filter:?}");
        }
    }
}
