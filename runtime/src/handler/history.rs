use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::brief::brief;
use super::failure::Failure;

/// So many of the oldest failures are kept, and so many of the newest.
const OLDEST: usize = 4;
const NEWEST: usize = 12;
/// The longest message and source of one that are written, in bytes, and how many sources.
const LONGEST_MESSAGE: usize = 1000;
const LONGEST_CAUSE: usize = 300;
const MOST_CAUSES: usize = 8;
/// The longest text of a whole history, in bytes. Two failures take less than that, whatever they say.
const LONGEST: usize = 48 << 10;

/// One failure of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastFailure {
    /// Which try of the group it was, from 1 on.
    pub attempt: u32,
    /// When, in milliseconds since 1970.
    pub time_ms: i64,
    /// The group whose handler failed.
    pub group: String,
    /// The label: `oven-broken`.
    pub code: String,
    /// What went wrong, in words.
    pub message: String,
    /// The errors that it came from, the nearest first.
    pub causes: Vec<String>,
}

/// What became of the tries of one message, the oldest first. It grows no further than 16 failures: of more, the first four and the last twelve are kept, and how
/// many stood between.
///
/// As text, in the header `topika.dlq.history`, it is a JSON array, in which `{"left_out": 7}` stands for what was left out:
///
/// ```
/// use topika::handler::History;
///
/// let text = r#"[{"attempt":1,"time_ms":1700000000000,"group":"kitchen","code":"oven-broken","message":"too hot","causes":["no gas"]}]"#;
/// let history = History::from_text(text);
/// assert_eq!(history.newest().unwrap().causes, ["no gas"]);
/// assert_eq!(history.to_text(), text);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    oldest: Vec<PastFailure>,
    newest: VecDeque<PastFailure>,
    left_out: u64,
}

impl History {
    /// Adds a failure behind the others.
    pub fn push(&mut self, failure: PastFailure) {
        if self.newest.is_empty() && self.left_out == 0 && self.oldest.len() < OLDEST {
            self.oldest.push(failure);
            return;
        }
        self.newest.push_back(failure);
        if self.newest.len() > NEWEST {
            self.newest.pop_front();
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Adds that try of a group.
    pub fn failed(&mut self, group: &str, attempt: u32, failure: &Failure) {
        self.push(PastFailure {
            attempt,
            time_ms: failure.time_ms,
            group: group.to_owned(),
            code: failure.code.clone(),
            message: brief(&failure.message, LONGEST_MESSAGE).to_owned(),
            causes: failure.causes.clone(),
        });
    }

    /// This history, and the other one behind it.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        for failure in later.oldest {
            self.push(failure);
        }
        if later.left_out > 0 {
            // What was left out stands in front of all that is kept behind it.
            self.left_out = self.left_out.saturating_add(later.left_out);
            let between = u64::try_from(self.newest.len()).unwrap_or(u64::MAX);
            self.left_out = self.left_out.saturating_add(between);
            self.newest.clear();
        }
        for failure in later.newest {
            self.push(failure);
        }
        self
    }

    /// The failures that are kept, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &PastFailure> {
        self.oldest.iter().chain(&self.newest)
    }

    /// How many are not kept: they stood behind the first four.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The last one.
    #[must_use]
    pub fn newest(&self) -> Option<&PastFailure> {
        self.iter().next_back()
    }

    /// The last one, and how many stood before it.
    #[must_use]
    pub fn newest_alone(&self) -> Self {
        let newest = self.newest().cloned().into_iter().collect();
        Self { oldest: Vec::new(), newest, left_out: self.len().saturating_sub(1) }
    }

    /// How many there were, those that are not kept too.
    #[must_use]
    pub fn len(&self) -> u64 {
        u64::try_from(self.iter().count()).unwrap_or(u64::MAX).saturating_add(self.left_out)
    }

    /// Whether nothing has failed, as far as is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.oldest.is_empty() && self.newest.is_empty() && self.left_out == 0
    }

    /// As a JSON array, no longer than 48 KiB: where it would be, failures from the middle are left out.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut kept = self.clone();
        loop {
            let text = kept.text();
            let (oldest, newest) = (kept.oldest.len(), kept.newest.len());
            if text.len() <= LONGEST || oldest + newest <= 2 {
                return text;
            }
            if newest > 1 {
                kept.newest.pop_front();
            } else {
                kept.oldest.pop();
            }
            kept.left_out = kept.left_out.saturating_add(1);
        }
    }

    fn text(&self) -> String {
        let mut items: Vec<Value> = self.oldest.iter().map(PastFailure::json).collect();
        if self.left_out > 0 {
            items.push(json!({ "left_out": self.left_out }));
        }
        items.extend(self.newest.iter().map(PastFailure::json));
        Value::Array(items).to_string()
    }

    /// Reads what [`to_text`](Self::to_text) wrote. What is none of it is passed over: a header may have been written by anybody.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut history = Self::default();
        let Ok(Value::Array(items)) = serde_json::from_str(text) else { return history };
        for item in items {
            let Value::Object(item) = item else { continue };
            match item.get("left_out").and_then(Value::as_u64) {
                Some(left_out) => {
                    let one = Self { left_out, ..Self::default() };
                    history = history.and(one);
                }
                None => history.push(PastFailure::read(&item)),
            }
        }
        history
    }
}

impl PastFailure {
    /// The failure as JSON, with the names of the fields.
    #[must_use]
    pub fn json(&self) -> Value {
        let causes: Vec<&str> = self.causes.iter().take(MOST_CAUSES).map(|cause| brief(cause, LONGEST_CAUSE)).collect();
        let mut item = json!({
            "attempt": self.attempt,
            "time_ms": self.time_ms,
            "group": self.group,
            "code": self.code,
            "message": brief(&self.message, LONGEST_MESSAGE),
        });
        if let (Value::Object(item), false) = (&mut item, causes.is_empty()) {
            item.insert("causes".to_owned(), json!(causes));
        }
        item
    }

    fn read(item: &Map<String, Value>) -> Self {
        let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let causes = item.get("causes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            attempt: item
                .get("attempt")
                .and_then(Value::as_u64)
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or_default(),
            time_ms: item.get("time_ms").and_then(Value::as_i64).unwrap_or_default(),
            group: text("group"),
            code: text("code"),
            message: text("message"),
            causes: causes.iter().filter_map(Value::as_str).take(MOST_CAUSES).map(str::to_owned).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(attempt: u32) -> PastFailure {
        PastFailure {
            attempt,
            time_ms: 1_700_000_000_000 + i64::from(attempt),
            group: "kitchen".to_owned(),
            code: "oven-broken".to_owned(),
            message: "too hot".to_owned(),
            causes: vec!["no gas".to_owned()],
        }
    }

    fn of(attempts: impl IntoIterator<Item = u32>) -> History {
        let mut history = History::default();
        attempts.into_iter().for_each(|attempt| history.push(failure(attempt)));
        history
    }

    fn attempts(history: &History) -> Vec<u32> {
        history.iter().map(|failure| failure.attempt).collect()
    }

    #[test]
    fn of_many_failures_the_oldest_and_the_newest_are_kept_and_counted_what_is_between() {
        let history = of(1..=20);
        assert_eq!(attempts(&history), (1..=4).chain(9..=20).collect::<Vec<_>>());
        assert_eq!(history.left_out(), 4);
        assert_eq!(history.newest().map(|failure| failure.attempt), Some(20));
        assert_eq!(History::from_text(&history.to_text()), history);
        assert!(history.to_text().contains("{\"left_out\":4}"));
    }

    #[test]
    fn two_histories_are_one_behind_the_other() {
        let both = of(1..=3).and(of(4..=6));
        assert_eq!((attempts(&both), both.left_out()), ((1..=6).collect::<Vec<_>>(), 0));
        let both = of(1..=6).and(of(1..=20));
        assert_eq!(both.iter().count() as u64 + both.left_out(), 26);
        assert_eq!(attempts(&both), (1..=4).chain(9..=20).collect::<Vec<_>>());
    }

    #[test]
    fn a_history_stays_within_its_bound_whatever_was_said() {
        let mut history = History::default();
        for attempt in 1..=16 {
            // Each of these is six letters in JSON.
            let loud = "\u{1}".repeat(5000);
            history.push(PastFailure { message: loud.clone(), causes: vec![loud; 20], ..failure(attempt) });
        }
        let text = history.to_text();
        assert!(text.len() <= LONGEST, "{}", text.len());
        let read = History::from_text(&text);
        assert_eq!(read.iter().count() as u64 + read.left_out(), 16);
        assert_eq!((attempts(&read).first(), attempts(&read).last()), (Some(&1), Some(&16)));
    }

    #[test]
    fn what_is_no_history_is_none() {
        for text in ["", "no", "{}", "[1, \"a\", null]"] {
            assert!(History::from_text(text).is_empty(), "{text}");
        }
        let odd = History::from_text("[{\"attempt\":-1,\"code\":7,\"causes\":\"x\"}]");
        assert_eq!(odd.newest(), Some(&PastFailure::default()));
    }
}
