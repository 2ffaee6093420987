//! Whether there are brokers: what is known without asking, and asking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use rdkafka::Statistics;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::fault;
use crate::error::{Error, ErrorKind};

const NEVER: u8 = 0;
const UP: u8 = 1;
const LOST: u8 = 2;

/// A topic to ask for, so that not all of them are told. Whether it is there does not matter.
pub(super) const ASKED: &str = "__consumer_offsets";

/// What is known of the brokers, by all that was made of one client. Clones are one.
#[derive(Clone, Debug)]
pub(crate) struct Link(Arc<Known>);

#[derive(Debug)]
struct Known {
    bootstrap: String,
    state: AtomicU8,
    closed: AtomicBool,
}

impl Link {
    pub(super) fn new(bootstrap: &str) -> Self {
        Self(Arc::new(Known {
            bootstrap: bootstrap.to_owned(),
            state: AtomicU8::new(NEVER),
            closed: AtomicBool::new(false),
        }))
    }

    /// A broker has answered.
    pub(super) fn reached(&self) {
        // Asked with every delivery: most find it so.
        if self.0.state.load(Ordering::Relaxed) != UP {
            self.0.state.store(UP, Ordering::Release);
        }
    }

    /// No broker is left. One that was never there cannot be lost.
    pub(super) fn lost(&self) {
        let _was_never_up = self.0.state.compare_exchange(UP, LOST, Ordering::AcqRel, Ordering::Acquire);
    }

    /// librdkafka's error: of all that it tells, one says that nobody is there.
    pub(super) fn error(&self, error: &KafkaError) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.lost();
        }
    }

    /// librdkafka's statistics: brokers that are back are told by nothing else.
    pub(super) fn statistics(&self, statistics: &Statistics) {
        if statistics.brokers.values().any(|broker| broker.state == "UP") {
            self.reached();
        }
    }

    /// Whether a broker has answered, and nothing was heard since that they are gone.
    pub(crate) fn is_up(&self) -> bool {
        self.0.state.load(Ordering::Acquire) == UP
    }

    /// Whether a broker ever answered.
    pub(crate) fn was_up(&self) -> bool {
        self.0.state.load(Ordering::Acquire) != NEVER
    }

    /// Nothing more is to be made of the client.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    /// Asks the brokers with `fetch`, off the threads of the executor; it has to keep the deadline itself. `trouble` is the last thing that a
    /// connection said.
    pub(super) async fn ask(
        &self,
        deadline: Duration,
        fetch: impl FnOnce(Duration) -> Result<(), KafkaError> + Send + 'static,
        trouble: impl FnOnce() -> Option<String>,
    ) -> Result<(), Error> {
        let asked = tokio::task::spawn_blocking(move || fetch(deadline)).await.map_err(|e| {
            Error::new(ErrorKind::Kafka, format!("the question to Kafka at \"{}\" was cut off", self.0.bootstrap))
                .caused_by(e)
        })?;
        let Err(error) = asked else {
            self.reached();
            return Ok(());
        };
        let fault = fault::error(&format!("ask Kafka at \"{}\"", self.0.bootstrap), &error);
        if !matches!(fault.kind(), ErrorKind::Unreachable | ErrorKind::Timeout) {
            return Err(fault);
        }
        let why = match trouble() {
            Some(why) => why,
            None => probe(&self.0.bootstrap).await,
        };
        Err(self.silent(deadline, &why))
    }

    /// No broker has answered within the deadline.
    pub(super) fn silent(&self, deadline: Duration, why: &str) -> Error {
        self.lost();
        self.no_answer(deadline, why)
    }

    fn no_answer(&self, deadline: Duration, why: &str) -> Error {
        let (bootstrap, within) = (&self.0.bootstrap, seconds(deadline));
        if self.was_up() {
            let message = format!("Kafka at \"{bootstrap}\" answered before, and not within {within} s now: {why}");
            return Error::new(ErrorKind::Unreachable, message)
                .help("are the brokers running, and is the network between? Clients come back by themselves");
        }
        let message =
            format!("no connection to Kafka at \"{bootstrap}\" yet: no broker has answered within {within} s: {why}");
        Error::new(ErrorKind::NotConnected, message).help(
            "is the broker running, and is KAFKA_BOOTSTRAP_SERVERS (or `Client::builder().bootstrap(..)`) its address?",
        )
    }
}

/// Why the first broker does not answer. librdkafka keeps that to itself where nobody polls its events.
pub(super) async fn probe(bootstrap: &str) -> String {
    let first = bootstrap.split(',').next().unwrap_or(bootstrap).trim();
    // A listener's name may stand in front: `PLAINTEXT://host:9092`.
    let address = first.split_once("://").map_or(first, |(_, address)| address);
    match tokio::time::timeout(Duration::from_secs(1), tokio::net::TcpStream::connect(address)).await {
        Ok(Ok(_)) => format!("{address} takes connections, but does not answer as a Kafka broker"),
        Ok(Err(error)) => format!("{address}: {error}"),
        Err(_) => format!("{address} does not take the connection"),
    }
}

/// A duration for people: `10`, `0.5`.
pub(super) fn seconds(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis.is_multiple_of(1000) { (millis / 1000).to_string() } else { format!("{:.1}", duration.as_secs_f64()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn something_else_that_listens_is_told_from_a_broker() {
        let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = other.local_addr().unwrap().to_string();
        assert!(probe(&format!("PLAINTEXT://{address},b:1")).await.contains("does not answer as a Kafka broker"));
        assert!(probe("no such host").await.starts_with("no such host: "));
    }

    #[test]
    fn a_deadline_is_shown_in_seconds() {
        assert_eq!(seconds(Duration::from_secs(10)), "10");
        assert_eq!(seconds(Duration::from_millis(1500)), "1.5");
    }

    #[test]
    fn brokers_that_were_never_there_are_not_lost_and_those_that_come_back_are_there() {
        let down = KafkaError::Global(RDKafkaErrorCode::AllBrokersDown);
        let link = Link::new("a:1");
        link.error(&down);
        assert_eq!((link.is_up(), link.was_up()), (false, false));
        link.reached();
        link.error(&KafkaError::Global(RDKafkaErrorCode::BrokerTransportFailure));
        assert!(link.is_up(), "one broker of several may be gone");
        link.error(&down);
        assert_eq!((link.is_up(), link.was_up()), (false, true));
        let mut statistics = Statistics::default();
        statistics.brokers.insert("a".to_owned(), broker("CONNECT"));
        link.statistics(&statistics);
        assert!(!link.is_up());
        statistics.brokers.insert("b".to_owned(), broker("UP"));
        link.statistics(&statistics);
        assert!(link.is_up());
    }

    fn broker(state: &str) -> rdkafka::statistics::Broker {
        rdkafka::statistics::Broker { state: state.to_owned(), ..Default::default() }
    }
}
