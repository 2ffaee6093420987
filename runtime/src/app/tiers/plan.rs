//! Which topics there are to be, and which of them a message goes to when.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// What Kafka takes as the name of a topic.
const LONGEST_NAME: usize = 249;

/// The delays, one after the other; two of the same length share a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Plan {
    /// By the number of tiers that a message has been in: the place of the topic that it goes to next.
    steps: Vec<usize>,
    /// The delays that there are topics for.
    delays: Vec<Duration>,
}

impl Plan {
    pub(in super::super) fn of(delays: &[Duration]) -> Result<Self, Error> {
        let mut plan = Self::default();
        for delay in delays {
            let millis = delay.as_millis();
            if millis == 0 || i64::try_from(millis).is_err() {
                let message = format!("a message cannot wait for {delay:?} in a tier of retries");
                return Err(Error::new(ErrorKind::Config, message)
                    .help("give `Retry::then_tiers` delays of a millisecond or more, as in [10 s, 1 min, 10 min]"));
            }
            let nth = match plan.delays.iter().position(|known| known.as_millis() == millis) {
                Some(nth) => nth,
                None => {
                    plan.delays.push(*delay);
                    plan.delays.len() - 1
                }
            };
            plan.steps.push(nth);
        }
        Ok(plan)
    }

    /// The place of the topic for a message that has been in so many tiers, and how long it waits there; `None` behind the last.
    pub(super) fn next(&self, been_in: u32) -> Option<(usize, Duration)> {
        let nth = *self.steps.get(usize::try_from(been_in).ok()?)?;
        Some((nth, *self.delays.get(nth)?))
    }

    /// The delays that there are topics for, in the order of the topics.
    pub(in super::super) fn delays(&self) -> &[Duration] {
        &self.delays
    }

    /// The topics that stand beside that one: `prod.retry.kitchen.food-orders.10s`.
    pub(in super::super) fn topics(&self, prefix: &str, group: &str, topic: &str) -> Result<Vec<String>, Error> {
        let name = |delay: &Duration| format!("{prefix}retry.{group}.{topic}.{}", text_of(*delay));
        let names: Vec<String> = self.delays.iter().map(name).collect();
        let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        match names.iter().find(|name| name.len() > LONGEST_NAME || !name.chars().all(is_of_a_name)) {
            None => Ok(names),
            Some(name) => {
                let message =
                    format!("\"{name}\" cannot be the name of a topic, in which messages wait for their retry");
                Err(Error::new(ErrorKind::Config, message).help(format!(
                    "the group's name is a part of it: with tiers of retries it takes letters, digits, `.`, `_` and `-`, and the whole name {LONGEST_NAME} of them"
                )))
            }
        }
    }
}

/// In the largest unit that leaves no rest: `10s`, `90s`, `1m`, `250ms`.
pub(super) fn text_of(delay: Duration) -> String {
    let millis = delay.as_millis();
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    match units.into_iter().find(|(unit, _)| millis > 0 && millis.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{}{name}", millis / unit),
        None => format!("{millis}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_said_in_the_largest_unit_that_leaves_no_rest() {
        let texts = [1, 250, 1000, 1500, 10_000, 60_000, 90_000, 600_000, 3_600_000, 86_400_000, 90_000_000]
            .map(|millis| text_of(Duration::from_millis(millis)));
        assert_eq!(texts, ["1ms", "250ms", "1s", "1500ms", "10s", "1m", "90s", "10m", "1h", "1d", "25h"]);
    }

    #[test]
    fn tiers_of_one_length_share_a_topic_and_follow_each_other() {
        let delays = [10, 60, 60, 10].map(Duration::from_secs);
        let plan = Plan::of(&delays).unwrap();
        let steps: Vec<_> = (0..).map_while(|been_in| plan.next(been_in)).collect();
        assert_eq!(steps, [(0, delays[0]), (1, delays[1]), (1, delays[1]), (0, delays[0])]);
        assert_eq!(
            plan.topics("prod.", "kitchen", "food-orders").unwrap(),
            ["prod.retry.kitchen.food-orders.10s", "prod.retry.kitchen.food-orders.1m"]
        );
    }

    #[test]
    fn a_delay_of_nothing_and_a_group_that_is_in_no_name_are_refused() {
        let error = Plan::of(&[Duration::from_micros(10)]).unwrap_err();
        assert!(error.to_string().contains("10µs"), "{error}");
        let error = Plan::of(&[Duration::from_secs(1)]).unwrap().topics("", "the kitchen", "orders").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("\"retry.the kitchen.orders.1s\""), "{error}");
        assert_eq!(Plan::of(&[]).unwrap().next(0), None);
    }
}
