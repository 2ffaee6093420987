//! Consuming: the async side of the poll thread.

use std::collections::BTreeMap;
use std::sync::mpsc as sync_mpsc;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::sync::{mpsc, oneshot, watch};

use super::assignment::Assignment;
use super::begun::Begun;
use super::beside::Beside;
use super::committer::{Commits, Committer};
use super::config::Settings;
use super::fault;
use super::message::RawMessage;
use super::poll::{Ahead, PollLoop, Told};
use super::positions::Positions;
use super::reach::ASKED;
use super::start::Start;
use super::uncommitted::Uncommitted;
use crate::error::{Error, ErrorKind};

/// librdkafka's own `max.poll.interval.ms`.
const LONGEST_SILENCE: Duration = Duration::from_secs(300);

/// Who reads what, and how.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) group: String,
    pub(crate) topics: Vec<String>,
    pub(crate) start: Start,
    /// To which partitions that was applied.
    pub(super) begun: Begun,
    /// It is read to where the partitions end now, and no further.
    pub(crate) until_end: bool,
    /// The name of a static member.
    pub(crate) instance: Option<String>,
    /// How long a rebalance waits for messages that are being worked on.
    pub(crate) drain: Duration,
    pub(crate) commit_interval: Duration,
    /// Nothing more is handed out while so many messages are neither committed nor given up.
    pub(crate) uncommitted: Option<usize>,
    /// What is acknowledged is committed with transactions, and never by the consumer.
    pub(crate) in_transactions: bool,
    /// What is read beside the topics.
    pub(crate) beside: Option<Arc<dyn Beside>>,
}

impl Subscription {
    pub(crate) fn new(group: &str, topics: Vec<String>) -> Self {
        Self {
            group: group.to_owned(),
            topics,
            start: Start::Committed,
            begun: Begun::default(),
            until_end: false,
            instance: None,
            drain: Duration::from_secs(10),
            commit_interval: Duration::from_secs(1),
            uncommitted: None,
            in_transactions: false,
            beside: None,
        }
    }
}

/// A member of a group. Dropping it commits and leaves in the background; [`Self::close`] does so and waits.
#[derive(Debug)]
pub(crate) struct RawConsumer {
    messages: mpsc::UnboundedReceiver<Told>,
    /// What came at once and is not handed out yet.
    burst: std::vec::IntoIter<RawMessage>,
    /// All is read that was to be.
    ended: bool,
    /// What ends it was told.
    failed: bool,
    closing: sync_mpsc::Sender<oneshot::Sender<()>>,
    joined: watch::Receiver<bool>,
    telling: Telling,
    group: String,
    /// The thread lets go of it at the end: whoever holds it longer would leave the group for it.
    native: Weak<BaseConsumer<Assignment>>,
}

/// Reads the lag without holding the consumer up.
#[derive(Clone)]
pub(crate) struct Telling(Arc<Assignment>);

impl std::fmt::Debug for Telling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Telling").field(&self.0.lag()).finish()
    }
}

impl Telling {
    /// Messages that are not yet read, by topic and partition; as of librdkafka's last statistics, up to 5 s old.
    pub(crate) fn lag(&self) -> BTreeMap<(String, i32), i64> {
        self.0.lag()
    }

    /// How long the poll loop has not turned; zero where it has ended.
    pub(crate) fn still_for(&self) -> Duration {
        self.0.pulse.still_for()
    }

    /// Whether the group has given this member its share, and not taken it for dead since.
    pub(crate) fn is_member(&self) -> bool {
        self.0.pulse.is_member()
    }

    /// Whether brokers have answered, and were not lost since.
    pub(crate) fn is_connected(&self) -> bool {
        self.0.trouble.link.is_up()
    }

    /// The last thing that a connection said.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.0.trouble.get()
    }
}

impl RawConsumer {
    /// Subscribes and starts the poll thread.
    pub(crate) fn start(settings: &Settings, subscription: Subscription) -> Result<Self, Error> {
        let what = format!("consume in group \"{}\"", subscription.group);
        if subscription.group.trim().is_empty() {
            return Err(Error::new(ErrorKind::Config, "the consumer group has no name"));
        }
        let mut config = settings.consumer(&subscription.group);
        if let Some(instance) = &subscription.instance {
            config.set("group.instance.id", instance);
        }
        let isolation = config.get("isolation.level").unwrap_or_default();
        if subscription.in_transactions && isolation.eq_ignore_ascii_case("read_uncommitted") {
            let message = format!("cannot {what} exactly once with isolation.level={isolation}");
            return Err(Error::new(ErrorKind::Config, message).help(
                "leave that property out: what was aborted would be handled too, and what another member is about to commit handled again",
            ));
        }
        if subscription.until_end {
            config.set("enable.partition.eof", "true");
        }
        let (commits, orders) = Commits::new();
        let uncommitted = Uncommitted::new(subscription.uncommitted, commits);
        let context = Assignment::new(&subscription, drain_within(&config, subscription.drain), uncommitted, settings);
        let consumer: BaseConsumer<Assignment> =
            config.create_with_context(context).map_err(|e| fault::error(&what, &e))?;
        let topics: Vec<&str> = subscription.topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics).map_err(|e| fault::error(&what, &e))?;
        let context = Arc::clone(consumer.context());
        let (out, messages) = mpsc::unbounded_channel();
        let (closing, closed) = sync_mpsc::channel();
        let consumer = Arc::new(consumer);
        let native = Arc::downgrade(&consumer);
        let no_thread = |e| Error::new(ErrorKind::Kafka, format!("cannot {what}: no thread to do it on")).caused_by(e);
        let committer = Committer::start(&consumer, orders, &subscription.group).map_err(no_thread)?;
        let poll = PollLoop {
            consumer,
            committer,
            out,
            closing: closed,
            commit_interval: subscription.commit_interval,
            ahead: Ahead::default(),
            until_end: subscription.until_end,
            group: subscription.group.clone(),
        };
        std::thread::Builder::new()
            .name(format!("topika-poll-{}", subscription.group))
            .spawn(move || poll.run())
            .map_err(no_thread)?;
        Ok(Self {
            messages,
            burst: Vec::new().into_iter(),
            ended: false,
            failed: false,
            closing,
            joined: context.joined(),
            telling: Telling(context),
            group: subscription.group,
            native,
        })
    }

    /// The next message; `None` after the end. May be dropped while it waits: nothing is lost.
    pub(crate) async fn next(&mut self) -> Option<Result<RawMessage, Error>> {
        // Whoever always finds a message must let others run too.
        tokio::task::coop::consume_budget().await;
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<RawMessage, Error>>> {
        while !self.ended {
            std::task::ready!(self.telling.0.uncommitted().poll_room(cx));
            if let Some(message) = self.next_of_burst() {
                return Poll::Ready(Some(Ok(message)));
            }
            match std::task::ready!(self.messages.poll_recv(cx)) {
                Some(Told::Messages(burst)) => self.burst = burst.into_iter(),
                Some(Told::Failed(error)) => {
                    self.failed = true;
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Told::End) => self.ended = true,
                None => {
                    self.ended = true;
                    // It tells its end, or what ended it, unless it panics: an app must not take that for an end that was asked for.
                    if !self.failed {
                        return Poll::Ready(Some(Err(self.broke_off())));
                    }
                }
            }
        }
        Poll::Ready(None)
    }

    /// The next of those that came at once with the last one, where there is one and it may be handed out.
    pub(crate) fn next_now(&mut self) -> Option<RawMessage> {
        if self.ended || self.telling.0.uncommitted().is_full() {
            return None;
        }
        self.next_of_burst()
    }

    fn next_of_burst(&mut self) -> Option<RawMessage> {
        // What is passed over is of a partition that is no longer ours: its new owner reads it.
        let holds_back = self.telling.0.holds_back();
        self.burst.find_map(|mut message| {
            let is_early = message.is_beside() || holds_back;
            let is_ours = if is_early { !message.is_revoked() } else { message.hand_out() };
            is_ours.then_some(message)
        })
    }

    /// Turns true when the group has given this member its first partitions.
    pub(crate) fn watch_joined(&self) -> watch::Receiver<bool> {
        self.joined.clone()
    }

    pub(crate) fn telling(&self) -> Telling {
        self.telling.clone()
    }

    /// Whether it reads, and brokers have answered and were not lost since.
    pub(crate) fn is_alive(&self) -> bool {
        self.native.strong_count() > 0 && !self.telling.0.pulse.has_ended() && self.telling.is_connected()
    }

    /// Asks the brokers, over this consumer's own connections.
    pub(crate) async fn check(&self, deadline: Duration) -> Result<(), Error> {
        let Some(consumer) = self.native.upgrade().filter(|_| !self.telling.0.pulse.has_ended()) else {
            return Err(self.ended());
        };
        let fetch = move |deadline| consumer.fetch_metadata(Some(ASKED), deadline).map(drop);
        self.telling.0.trouble.link.ask(deadline, fetch, || self.telling.trouble()).await
    }

    fn broke_off(&self) -> Error {
        Error::new(ErrorKind::Kafka, format!("the thread that reads for group \"{}\" has panicked", self.group))
            .help("what it said stands on stderr; what was not committed is handled again by the next start")
    }

    fn ended(&self) -> Error {
        Error::new(ErrorKind::Closed, format!("the consumer of group \"{}\" has ended", self.group))
    }

    /// Waits until the group has given this member its first partitions.
    pub(crate) async fn joined(&mut self, deadline: Duration) -> Result<(), Error> {
        match tokio::time::timeout(deadline, self.joined.wait_for(|joined| *joined)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(Error::new(
                ErrorKind::Closed,
                format!("the consumer of group \"{}\" ended before it joined", self.group),
            )),
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!("group \"{}\" gave this member no partitions within {} s", self.group, deadline.as_secs()),
            )
            .help("a member that died without leaving holds the group until its session.timeout.ms has passed")),
        }
    }

    /// What is acknowledged, to be committed with a transaction.
    pub(crate) fn positions(&self) -> Result<Positions, Error> {
        let consumer = self.native.upgrade().ok_or_else(|| self.ended())?;
        Positions::of(&consumer)
    }

    /// Changes when partitions are to be given up, as soon as nothing of them is in work.
    pub(crate) fn watch_leaving(&self) -> watch::Receiver<u64> {
        self.telling.0.leaving()
    }

    /// Commits what is acknowledged, now; fails where the broker did not take it.
    pub(crate) async fn commit(&self) -> Result<(), Error> {
        self.telling.0.uncommitted().commits().done().await.unwrap_or_else(|| Err(self.ended()))
    }

    /// Commits, leaves the group, and waits for that up to the deadline.
    pub(crate) async fn close(self, deadline: Duration) -> Result<(), Error> {
        let (answer, done) = oneshot::channel();
        self.telling.0.give_up();
        if self.closing.send(answer).is_err() {
            // The thread has ended by itself, and has left the group then.
            return Ok(());
        }
        match tokio::time::timeout(deadline, done).await {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::new(
                ErrorKind::Timeout,
                format!(
                    "group \"{}\" was not left within {:.1} s; it goes on in the background",
                    self.group,
                    deadline.as_secs_f64()
                ),
            )
            .retriable(false)
            .help(
                "see whether the brokers are reachable; the group takes its partitions back after session.timeout.ms",
            )),
        }
    }
}

/// A rebalance that waits for longer than a member may be silent would cost it its place in the group, and all its partitions: a quarter of that time
/// is left for the rest.
fn drain_within(config: &ClientConfig, drain: Duration) -> Duration {
    let silence = config.get("max.poll.interval.ms").and_then(|millis| millis.parse().ok());
    drain.min(silence.map_or(LONGEST_SILENCE, Duration::from_millis) * 3 / 4)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn nowhere() -> Settings {
        Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap()
    }

    #[tokio::test]
    async fn a_consumer_without_a_broker_waits_and_closes_within_its_deadline() {
        let mut consumer =
            RawConsumer::start(&nowhere(), Subscription::new("kitchen", vec!["orders".to_owned()])).unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(50), consumer.next()).await.is_err());
        let error = consumer.joined(Duration::from_millis(10)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        consumer.commit().await.unwrap();
        assert!(consumer.telling().lag().is_empty());
        let start = Instant::now();
        // Whether librdkafka gets away in time is not ours to say; that we answer is.
        let _ = consumer.close(Duration::from_secs(5)).await;
        assert!(start.elapsed() < Duration::from_secs(6));
    }

    #[test]
    fn a_rebalance_waits_for_no_longer_than_a_member_may_be_silent() {
        let mut config = ClientConfig::new();
        assert_eq!(drain_within(&config, Duration::from_secs(30)), Duration::from_secs(30));
        assert_eq!(drain_within(&config, Duration::from_secs(400)), Duration::from_secs(225));
        config.set("max.poll.interval.ms", "6000");
        assert_eq!(drain_within(&config, Duration::from_secs(30)), Duration::from_millis(4500));
    }

    #[test]
    fn what_is_not_committed_is_not_handled_exactly_once() {
        let level = |level: &str| BTreeMap::from([("isolation.level".to_owned(), level.to_owned())]);
        let start = |isolation, in_transactions| {
            let settings = Settings::new("127.0.0.1:1".to_owned(), level(isolation)).unwrap();
            let subscription = Subscription::new("kitchen", vec!["orders".to_owned()]);
            RawConsumer::start(&settings, Subscription { in_transactions, ..subscription })
        };
        let error = start("read_uncommitted", true).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains("isolation.level=read_uncommitted"), "{error}");
        assert!(start("read_committed", true).is_ok() && start("read_uncommitted", false).is_ok());
    }

    #[test]
    fn a_group_needs_a_name() {
        let error = RawConsumer::start(&nowhere(), Subscription::new(" ", vec!["orders".to_owned()])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}
