//! Handles of the recorder that was there when they were asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use super::{Told, ToldOfBroker};
use crate::error::ErrorKind;

/// Of what is written on one topic.
#[derive(Clone, Debug)]
pub(crate) struct Sending(Arc<OfTopic>);

#[derive(Debug)]
struct OfTopic {
    topic: String,
    produced: Counter,
    bytes: Counter,
    delivered: Counter,
    in_flight: Gauge,
    seconds: Histogram,
}

impl Sending {
    pub(crate) fn on(topic: &str) -> Self {
        let label = topic.to_owned();
        Self(Arc::new(OfTopic {
            produced: counter!("topika_produced_total", "topic" => label.clone()),
            bytes: counter!("topika_produced_bytes_total", "topic" => label.clone()),
            delivered: counter!("topika_delivered_total", "topic" => label.clone()),
            in_flight: gauge!("topika_in_flight", "topic" => label.clone()),
            seconds: histogram!("topika_delivery_seconds", "topic" => label.clone()),
            topic: label,
        }))
    }

    /// A message is handed over.
    pub(crate) fn begin(&self, bytes: usize) -> OnItsWay {
        self.0.produced.increment(1);
        self.0.bytes.increment(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.0.in_flight.increment(1.0);
        OnItsWay { sending: self.clone(), since: Instant::now() }
    }
}

/// A message that was handed over, until it is answered for.
#[derive(Debug)]
pub(crate) struct OnItsWay {
    sending: Sending,
    since: Instant,
}

impl OnItsWay {
    pub(crate) fn delivered(self) {
        self.sending.0.delivered.increment(1);
        self.sending.0.seconds.record(self.since.elapsed().as_secs_f64());
    }

    pub(crate) fn failed(self, kind: ErrorKind) {
        let topic = self.sending.0.topic.clone();
        counter!("topika_failed_total", "topic" => topic, "kind" => kind.to_string()).increment(1);
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.sending.0.in_flight.decrement(1.0);
    }
}

/// Of what is read of one partition.
#[derive(Debug)]
pub(crate) struct Reading {
    consumed: Counter,
    bytes: Counter,
    lag: Gauge,
    commit_age: Gauge,
}

impl Reading {
    /// Of a partition that nobody looks at.
    pub(crate) fn unseen() -> Self {
        Self { consumed: Counter::noop(), bytes: Counter::noop(), lag: Gauge::noop(), commit_age: Gauge::noop() }
    }

    pub(crate) fn of(group: &str, topic: &str, partition: i32) -> Self {
        let (topic, group, partition) = (topic.to_owned(), group.to_owned(), partition.to_string());
        Self {
            consumed: counter!("topika_consumed_total", "topic" => topic.clone(), "group" => group.clone()),
            bytes: counter!("topika_consumed_bytes_total", "topic" => topic.clone(), "group" => group.clone()),
            lag: gauge!("topika_lag", "topic" => topic.clone(), "partition" => partition.clone(), "group" => group.clone()),
            commit_age: gauge!("topika_commit_age_seconds", "topic" => topic, "partition" => partition, "group" => group),
        }
    }

    pub(crate) fn taken(&self, bytes: usize) {
        self.consumed.increment(1);
        self.bytes.increment(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    #[expect(clippy::cast_precision_loss, reason = "a lag that large is told well enough")]
    pub(crate) fn lag(&self, messages: i64) {
        self.lag.set(messages as f64);
    }

    pub(crate) fn commit_age(&self, age: Duration) {
        self.commit_age.set(age.as_secs_f64());
    }

    /// The partition is another member's, who tells its numbers from here on: together they are as before.
    pub(crate) fn end(&self) {
        self.lag.set(0.0);
        self.commit_age.set(0.0);
    }
}

/// Partitions have come or gone: `assigned`, `revoked` or `lost`.
pub(crate) fn rebalanced(group: &str, event: &'static str) {
    counter!("topika_rebalances_total", "group" => group.to_owned(), "event" => event).increment(1);
}

/// A commit was answered.
pub(crate) fn commits(group: &str, ok: bool) {
    let result = if ok { "ok" } else { "failed" };
    counter!("topika_commits_total", "group" => group.to_owned(), "result" => result).increment(1);
}

/// A message was moved into a tier of retries: it `failed`, or waits behind another for the `order` of their key.
pub(crate) fn moved(group: &str, topic: &str, delay: &str, why: &'static str) {
    let (topic, group, delay) = (topic.to_owned(), group.to_owned(), delay.to_owned());
    counter!("topika_retries_total", "topic" => topic, "group" => group, "delay" => delay, "why" => why).increment(1);
}

/// What an outbox has not sent.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[expect(clippy::cast_precision_loss, reason = "a lag that large is told well enough")]
pub(crate) fn outbox_lag(rows: u64, held: u64, oldest: Duration) {
    gauge!("topika_outbox_rows").set(rows as f64);
    gauge!("topika_outbox_held").set(held as f64);
    gauge!("topika_outbox_oldest_seconds").set(oldest.as_secs_f64());
}

/// A row of an outbox is refused for good.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) fn outbox_refused(topic: &str, kind: ErrorKind) {
    counter!("topika_outbox_refused_total", "topic" => topic.to_owned(), "kind" => kind.to_string()).increment(1);
}

/// Of the handlers of one topic.
#[derive(Debug)]
pub(crate) struct Handling {
    at_work: Gauge,
    seconds: Histogram,
    done: Counter,
    failed: Counter,
    unreadable: Counter,
    left: Counter,
}

impl Handling {
    pub(crate) fn of(group: &str, topic: &str) -> Self {
        let (topic, group) = (topic.to_owned(), group.to_owned());
        let result = |result: &'static str| counter!("topika_handled_total", "topic" => topic.clone(), "group" => group.clone(), "result" => result);
        Self {
            done: result("done"),
            failed: result("failed"),
            unreadable: result("unreadable"),
            left: result("left"),
            at_work: gauge!("topika_handlers", "topic" => topic.clone(), "group" => group.clone()),
            seconds: histogram!("topika_handler_seconds", "topic" => topic, "group" => group),
        }
    }

    /// A handler is at work until this is dropped.
    pub(crate) fn begin(&self) -> AtWork<'_> {
        self.at_work.increment(1.0);
        AtWork { of: self, since: Instant::now() }
    }

    pub(crate) fn done(&self) {
        self.done.increment(1);
    }

    pub(crate) fn failed(&self) {
        self.failed.increment(1);
    }

    pub(crate) fn unreadable(&self) {
        self.unreadable.increment(1);
    }

    pub(crate) fn left(&self) {
        self.left.increment(1);
    }
}

#[derive(Debug)]
pub(crate) struct AtWork<'a> {
    of: &'a Handling,
    since: Instant,
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.of.at_work.decrement(1.0);
        self.of.seconds.record(self.since.elapsed().as_secs_f64());
    }
}

/// What one client of librdkafka told last. Several of a kind are told as one: each adds what is new, and takes back its own at its end.
#[derive(Debug)]
pub(crate) struct Native {
    client: &'static str,
    last: Mutex<Told>,
}

/// `client` is `producer` or `consumer`.
pub(crate) fn told(client: &'static str) -> Native {
    Native { client, last: Mutex::default() }
}

impl Native {
    pub(crate) fn tell(&self, now: Told) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        self.difference(&last, &now);
        *last = now;
    }

    fn difference(&self, last: &Told, now: &Told) {
        let client = self.client;
        let moved = |name: &'static str, from: u64, to: u64| add(&gauge!(name, "client" => client), from, to);
        let grown = |name: &'static str, from: u64, to: u64| {
            counter!(name, "client" => client).increment(to.saturating_sub(from));
        };
        moved("topika_rdkafka_queue_messages", last.queue_messages, now.queue_messages);
        moved("topika_rdkafka_queue_bytes", last.queue_bytes, now.queue_bytes);
        grown("topika_rdkafka_requests_total", last.requests, now.requests);
        grown("topika_rdkafka_sent_bytes_total", last.sent_bytes, now.sent_bytes);
        grown("topika_rdkafka_responses_total", last.responses, now.responses);
        grown("topika_rdkafka_received_bytes_total", last.received_bytes, now.received_bytes);
        brokers(client, &last.brokers, &now.brokers);
    }
}

fn brokers(client: &'static str, last: &BTreeMap<i32, ToldOfBroker>, now: &BTreeMap<i32, ToldOfBroker>) {
    let none = ToldOfBroker::default();
    for (number, broker) in now {
        let (before, number) = (last.get(number).unwrap_or(&none), number.to_string());
        let grown = |name: &'static str, from: u64, to: u64| {
            counter!(name, "client" => client, "broker" => number.clone()).increment(to.saturating_sub(from));
        };
        grown("topika_rdkafka_broker_errors_total", before.errors, broker.errors);
        grown("topika_rdkafka_broker_timeouts_total", before.timeouts, broker.timeouts);
        if let Some(micros) = broker.rtt_micros.and_then(|micros| u64::try_from(micros).ok()) {
            let rtt = gauge!("topika_rdkafka_broker_rtt_seconds", "client" => client, "broker" => number.clone());
            rtt.set(Duration::from_micros(micros).as_secs_f64());
        }
        let connections = gauge!("topika_rdkafka_broker_connections", "client" => client, "broker" => number);
        add(&connections, before.up.into(), broker.up.into());
    }
    for (number, before) in last.iter().filter(|(number, _)| !now.contains_key(*number)) {
        let connections =
            gauge!("topika_rdkafka_broker_connections", "client" => client, "broker" => number.to_string());
        add(&connections, before.up.into(), 0);
    }
}

#[expect(clippy::cast_precision_loss, reason = "queues are not that long")]
fn add(gauge: &Gauge, from: u64, to: u64) {
    if to >= from { gauge.increment((to - from) as f64) } else { gauge.decrement((from - to) as f64) }
}

impl Drop for Native {
    fn drop(&mut self) {
        let last = std::mem::take(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner));
        let gone = Told { queue_messages: 0, queue_bytes: 0, brokers: BTreeMap::new(), ..last.clone() };
        self.difference(&last, &gone);
    }
}
