//! What a message says in a tier about itself, in headers behind its own.

use crate::handler::Headers;

pub(super) const TOPIC: &str = "topika.retry.topic";
pub(super) const PARTITION: &str = "topika.retry.partition";
pub(super) const OFFSET: &str = "topika.retry.offset";
pub(super) const TIMESTAMP: &str = "topika.retry.timestamp";
pub(super) const GROUP: &str = "topika.retry.group";
pub(super) const ATTEMPTS: &str = "topika.retry.attempts";
pub(super) const TIER: &str = "topika.retry.tier";
pub(super) const DUE: &str = "topika.retry.due";
pub(super) const FIRST_FAILURE: &str = "topika.retry.first-failure";
pub(super) const REASON: &str = "topika.retry.reason";
pub(super) const MESSAGE: &str = "topika.retry.message";
/// What came of all its tries, as dead letters tell it.
pub(super) const HISTORY: &str = "topika.retry.history";

/// All of these begin so.
const BEGIN: &str = "topika.retry.";

/// Words in a header: long enough to understand, short enough not to make the message much larger.
const LONGEST_MESSAGE: usize = 2000;

/// Where a message stood first, and what has been done about it since. Times are milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) topic: String,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) timestamp: Option<i64>,
    pub(super) group: String,
    /// How often it was tried.
    pub(super) attempts: u32,
    /// In how many tiers it has been for a failure of its own, this one counted.
    pub(super) tier: u32,
    /// When it may be tried again.
    pub(super) due: i64,
    pub(super) first_failure: Option<i64>,
    /// The label and the words of the last failure.
    pub(super) failure: Option<(String, String)>,
}

/// What tells a message that is not one of ours from one that is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing(pub(super) &'static str);

impl Told {
    pub(super) fn read(headers: &Headers) -> Result<Self, Missing> {
        let failure = headers.text(REASON).map(str::to_owned);
        Ok(Self {
            topic: headers.text(TOPIC).ok_or(Missing(TOPIC))?.to_owned(),
            partition: number(headers, PARTITION).ok_or(Missing(PARTITION))?,
            offset: number(headers, OFFSET).ok_or(Missing(OFFSET))?,
            timestamp: number(headers, TIMESTAMP),
            group: headers.text(GROUP).ok_or(Missing(GROUP))?.to_owned(),
            attempts: number(headers, ATTEMPTS).ok_or(Missing(ATTEMPTS))?,
            tier: number(headers, TIER).ok_or(Missing(TIER))?,
            due: number(headers, DUE).ok_or(Missing(DUE))?,
            first_failure: number(headers, FIRST_FAILURE),
            failure: failure.map(|label| (label, headers.text(MESSAGE).unwrap_or_default().to_owned())),
        })
    }

    /// The names and values that are written.
    pub(super) fn texts(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            (TOPIC, self.topic.clone()),
            (PARTITION, self.partition.to_string()),
            (OFFSET, self.offset.to_string()),
            (GROUP, self.group.clone()),
            (ATTEMPTS, self.attempts.to_string()),
            (TIER, self.tier.to_string()),
            (DUE, self.due.to_string()),
        ];
        all.extend(self.timestamp.map(|at| (TIMESTAMP, at.to_string())));
        all.extend(self.first_failure.map(|at| (FIRST_FAILURE, at.to_string())));
        if let Some((label, message)) = &self.failure {
            all.push((REASON, label.clone()));
            all.push((MESSAGE, cut(message).to_owned()));
        }
        all
    }
}

/// Whether it only tells people how the message came there. Such stand behind the others.
pub(super) fn is_account(name: &str) -> bool {
    matches!(name, MESSAGE | HISTORY)
}

/// When a message may be tried; `None` where it does not say.
pub(super) fn due(headers: &Headers) -> Option<i64> {
    number(headers, DUE)
}

/// The headers without ours.
pub(super) fn without(headers: &Headers) -> Headers {
    let mut left = headers.clone();
    for (name, _) in headers.iter().filter(|(name, _)| name.starts_with(BEGIN)) {
        left = left.without(name);
    }
    left
}

/// The headers that the message had by itself.
pub(super) fn own(headers: &Headers) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
    headers.iter().filter(|(name, _)| !name.starts_with(BEGIN))
}

fn number<N: std::str::FromStr>(headers: &Headers, name: &str) -> Option<N> {
    headers.text(name)?.parse().ok()
}

fn cut(message: &str) -> &str {
    message.get(..message.floor_char_boundary(LONGEST_MESSAGE)).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told {
            topic: "food-orders".to_owned(),
            partition: 2,
            offset: 41,
            timestamp: Some(1_700_000_000_000),
            group: "kitchen".to_owned(),
            attempts: 5,
            tier: 2,
            due: 1_700_000_060_000,
            first_failure: Some(1_700_000_000_500),
            failure: Some(("oven-broken".to_owned(), "it is too hot".to_owned())),
        }
    }

    #[test]
    fn what_is_told_is_read_again_and_the_message_s_own_headers_stay_as_they_were() {
        let plain = Told { timestamp: None, first_failure: None, failure: None, attempts: 0, tier: 0, ..told() };
        for told in [told(), plain] {
            let own_ones = Headers::new().with("trace", "abc").with_null("empty");
            let all = told.texts().into_iter().fold(own_ones, |all, (name, value)| all.with(name, value));
            assert_eq!(Told::read(&all), Ok(told.clone()));
            assert_eq!(due(&all), Some(told.due));
            assert_eq!(own(&all).collect::<Vec<_>>(), [("trace", Some(&b"abc"[..])), ("empty", None)]);
        }
    }

    #[test]
    fn a_message_that_does_not_say_where_it_stood_is_none_of_ours() {
        let all = told().texts().into_iter().filter(|(name, _)| *name != OFFSET);
        assert_eq!(Told::read(&Headers::from_iter(all)), Err(Missing(OFFSET)));
        let garbled = Headers::from_iter(told().texts()).with(ATTEMPTS, "many");
        assert_eq!(Told::read(&garbled), Err(Missing(ATTEMPTS)));
    }

    #[test]
    fn a_long_failure_is_cut_between_letters() {
        let long = "ä".repeat(3000);
        assert!(cut(&long).len() <= LONGEST_MESSAGE && long.starts_with(cut(&long)));
        assert_eq!(cut("short"), "short");
    }
}
