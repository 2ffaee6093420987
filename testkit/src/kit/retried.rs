use std::fmt;

use topika::event::Topic;

use super::failure::fail;
use super::handled::HandledRun;
use super::harness::Kit;
use super::message::Seen;

/// The headers of a message that waits for its retry, as docs/retries.md has them.
const ATTEMPTS: &str = "topika.retry.attempts";
const DUE: &str = "topika.retry.due";
const REASON: &str = "topika.retry.reason";

/// A message that an app has put off.
#[derive(Debug)]
pub struct Waiting<T: Topic> {
    /// The message.
    pub message: Seen<T>,
    /// The topic that it waits in, with its prefix.
    pub tier: String,
    /// How often it was tried before; 0 where it waits behind another one of its key.
    pub attempts: u32,
    /// When it is tried again, in milliseconds since 1970.
    pub due_ms: Option<i64>,
    /// Why it was put off, as a label; `None` where it waits behind another one of its key.
    pub reason: Option<String>,
}

impl<T: Topic> fmt::Display for Waiting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = self.reason.as_deref().unwrap_or("waits behind another");
        write!(f, "in \"{}\" after {} tries ({why}): {}", self.tier, self.attempts, self.message)
    }
}

/// What an app has put off, tier by tier, whether it was tried again since or not.
#[derive(Debug)]
pub struct Retried<T: Topic> {
    group: String,
    waiting: Vec<Waiting<T>>,
}

impl<T: Topic> Retried<T> {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Waiting<T>] {
        &self.waiting
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Fails the test unless these are the reasons of those that failed themselves, in any order.
    ///
    /// # Panics
    /// Then, with all of them.
    pub fn assert_reasons<'a>(&self, reasons: impl IntoIterator<Item = &'a str>) {
        let mut expected: Vec<&str> = reasons.into_iter().collect();
        let mut found: Vec<&str> = self.waiting.iter().filter_map(|one| one.reason.as_deref()).collect();
        expected.sort_unstable();
        found.sort_unstable();
        if expected != found {
            let each: String = self.waiting.iter().map(|one| format!("\n  {one}")).collect();
            fail(format!(
                "what \"{}\" has put off has other reasons (expected {expected:?}, found {found:?}):{each}",
                self.group
            ));
        }
    }

    /// Fails the test if something was put off.
    ///
    /// # Panics
    /// Then, with all of it.
    pub fn assert_empty(&self) {
        if !self.is_empty() {
            let each: String = self.waiting.iter().map(|one| format!("\n  {one}")).collect();
            fail(format!("\"{}\" has put off {} messages:{each}", self.group, self.len()));
        }
    }
}

impl Kit {
    /// What the app has put off of the topic `T`, to be tried again later, in all its tiers.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn retried<T: Topic>(&self, run: &HandledRun) -> Retried<T> {
        let begin = format!("{}retry.{}.{}.", self.client().topic_prefix(), run.group, T::TOPIC.name);
        let mut waiting = Vec::new();
        for tier in run.topics.iter().filter(|topic| topic.starts_with(&begin)) {
            for message in self.on_topic::<T>(tier.clone()).await {
                let number = |name: &str| message.header(name).and_then(|text| text.parse::<i64>().ok());
                let attempts = number(ATTEMPTS).and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
                let (due_ms, reason) = (number(DUE), message.header(REASON).map(str::to_owned));
                waiting.push(Waiting { message, tier: tier.clone(), attempts, due_ms, reason });
            }
        }
        Retried { group: run.group.clone(), waiting }
    }
}
