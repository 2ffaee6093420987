use std::fmt::Write as _;

use topika::event::{On, Topic};

use super::compare::{Event, Ignored, nearest, report};
use super::failure::fail;
use super::message::{Seen, expected};

/// What stands on the topic `T`, as [`Kit::published`](super::Kit::published), [`Kit::consume_until`](super::Kit::consume_until) and others give it: with
/// assertions that say field by field what differs.
///
/// Messages stand in the order of their times, those of a partition in their own. Assertions compare the order within each key, which is what
/// Kafka keeps.
#[derive(Debug)]
pub struct Messages<T: Topic> {
    what: String,
    seen: Vec<Seen<T>>,
    unreadable: Vec<String>,
    ignored: Ignored,
}

impl<T: Topic> Messages<T> {
    pub(super) fn new(what: String, seen: Vec<Seen<T>>, unreadable: Vec<String>) -> Self {
        Self { what, seen, unreadable, ignored: Ignored::default() }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Seen<T>] {
        &self.seen
    }

    /// Their events.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.seen.iter().map(|message| &message.event)
    }

    /// How many there are, unreadable ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len() + self.unreadable.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What stands there and is no event of the topic, in words.
    #[must_use]
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Leaves a field out of the comparisons, by its path in JSON: `created_at`, or `items[].price` for the field of each item.
    #[must_use]
    pub fn ignoring(mut self, path: impl Into<String>) -> Self {
        self.ignored = self.ignored.and(path);
        self
    }

    /// Fails the test unless these and no others are there, those of each key in this order.
    ///
    /// ```text
    /// what is on "food-orders" is not as expected (2 expected, 2 found):
    ///   differs: orders.order-placed, number 1 of key "CUST-00001" (partition 1 offset 0)
    ///     items[1].price: expected "9.50", got "9.60"
    /// ```
    ///
    /// # Panics
    /// Then, with all that differs.
    pub fn assert_eq(&self, events: impl IntoIterator<Item = impl On<T>>) {
        let wanted: Vec<Event> = events.into_iter().map(|event| self.wanted(&event)).collect();
        let mut text = report(&wanted, &self.found()).unwrap_or_default();
        for unreadable in &self.unreadable {
            // Writing to a string does not fail.
            let _written = write!(text, "\n  not expected: {unreadable}");
        }
        if !text.is_empty() {
            let (wanted, found) = (wanted.len(), self.len());
            fail(format!("{} is not as expected ({wanted} expected, {found} found):{text}", self.what));
        }
    }

    /// Fails the test unless the event is there, whatever else is.
    ///
    /// # Panics
    /// Then, with what the most similar event has otherwise, or with all that is there.
    pub fn assert_contains(&self, event: &impl On<T>) {
        let (wanted, found) = (self.wanted(event), self.found());
        let is_wanted = |one: &Event| one.name == wanted.name && one.value == wanted.value && one.key == wanted.key;
        if !found.iter().any(is_wanted) {
            let told = nearest(&wanted, &found).unwrap_or_else(|| self.listed());
            let value = super::compare::shown(&wanted.value);
            fail(format!("{} does not contain {}: {value}{told}", self.what, wanted.name));
        }
    }

    /// Fails the test unless so many are there.
    ///
    /// # Panics
    /// Then, with all that is there.
    pub fn assert_len(&self, count: usize) {
        if self.len() != count {
            fail(format!(
                "{} is not as expected ({count} expected, {} found):{}",
                self.what,
                self.len(),
                self.listed()
            ));
        }
    }

    /// Fails the test if there is one.
    ///
    /// # Panics
    /// Then, with all that is there.
    pub fn assert_empty(&self) {
        self.assert_len(0);
    }

    /// All that is there, line by line.
    pub(super) fn listed(&self) -> String {
        let mut text = String::new();
        for line in self.seen.iter().map(ToString::to_string).chain(self.unreadable.iter().cloned()) {
            // Writing to a string does not fail.
            let _written = write!(text, "\n  {line}");
        }
        if text.is_empty() { "\n  nothing".to_owned() } else { text }
    }

    fn wanted(&self, event: &impl On<T>) -> Event {
        let wanted = expected(event).unwrap_or_else(|error| fail(format!("what is expected is no event: {error}")));
        self.without_ignored(&wanted)
    }

    fn found(&self) -> Vec<Event> {
        self.seen.iter().map(|message| self.without_ignored(&message.compared)).collect()
    }

    fn without_ignored(&self, event: &Event) -> Event {
        Event { value: self.ignored.left_of(&event.value), ..event.clone() }
    }
}

impl<T: Topic> IntoIterator for Messages<T> {
    type Item = Seen<T>;
    type IntoIter = std::vec::IntoIter<Seen<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.seen.into_iter()
    }
}
