//! From the topic into the lanes, to the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::failure::{FailedMessage, Stopped};
use super::lanes::{Lanes, SharedLedger};
use super::ledger::{Done, Ledger};
use super::options::Options;
use super::pace::Pace;
use super::progress::{OnProgress, Progress};
use super::trying::Trying;
use crate::app::Publishing;
use crate::client::{Client, Scanned, Undecoded as _};
use crate::error::{Error, ErrorKind};
use crate::event::{Key as _, Topic};
use crate::handler::{HandlerService, Outcome, Route};
use crate::kafka::{Found, Part, Scan};
use crate::schema::TopicDescriptor;

/// How often it is told how far it is.
const TELL: Duration = Duration::from_secs(1);

pub(super) async fn run<S, R>(
    client: Client,
    options: Options<R::Topic>,
    state: S,
    service: HandlerService,
    route: R,
    told: OnProgress,
) -> Result<Progress, Error>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    options.check()?;
    let descriptor = R::Topic::TOPIC;
    let topic: Arc<str> = client.topic_name(descriptor).into();
    client.readable(descriptor).await?;
    exists(&client, &topic, descriptor).await?;
    let publishing = match options.publishes {
        false => None,
        true => {
            let publishing = Publishing::new(client.clone(), false);
            let mut declared = Outcome::default();
            route.declare(&mut declared);
            publishing.open(declared).await?;
            Some(publishing)
        }
    };
    let part = Part::Between(options.start.clone(), options.until.clone());
    let (scan, ends) = Scan::start(client.kafka(), &topic, part).await?;
    let ledger = SharedLedger::new(Ledger::new(&ends, options.on_failure));
    let trying = Trying {
        route: Arc::new(route),
        state,
        service,
        deserializer: client.deserializer(),
        group: options.name.as_str().into(),
        options,
        publishing,
    };
    feed(&topic, scan, &Arc::new(trying), ledger, told).await
}

/// A topic that is not there is not made, and is not an empty one.
async fn exists(client: &Client, topic: &str, of: &'static TopicDescriptor) -> Result<(), Error> {
    if client.topics().partitions(topic).await?.is_some() {
        return Ok(());
    }
    let message = format!("cannot replay topic \"{topic}\" (`{}`): it does not exist", of.rust);
    Err(Error::new(ErrorKind::UnknownTopic, message).help("see the prefix of the environment (TOPIKA_TOPIC_PREFIX)"))
}

async fn feed<S, R>(
    topic: &Arc<str>,
    mut scan: Scan,
    trying: &Arc<Trying<S, R>>,
    ledger: SharedLedger,
    mut told: OnProgress,
) -> Result<Progress, Error>
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    let mut lanes = Lanes::start(trying, ledger.clone());
    let mut pace = Pace::new(trying.options.per_second);
    let mut tell = interval(TELL);
    tell.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let ended = loop {
        let next = async {
            match scan.next().await {
                None => Fed::End,
                Some(Err(error)) => Fed::Lost(error),
                Some(Ok(found)) => put(topic, found, trying, &mut lanes, &mut pace).await,
            }
        };
        let mut next = std::pin::pin!(next);
        let fed = loop {
            tokio::select! {
                fed = &mut next => break fed,
                _ = tell.tick() => told(&ledger.lock().progress()),
            }
        };
        match fed {
            Fed::One => {}
            other => break other,
        }
    };
    if matches!(ended, Fed::End) {
        ledger.lock().all_is_read();
    }
    let finish = lanes.finish();
    let mut finish = std::pin::pin!(finish);
    let late = loop {
        tokio::select! {
            late = &mut finish => break late,
            _ = tell.tick() => told(&ledger.lock().progress()),
        }
    };
    let progress = ledger.lock().progress();
    told(&progress);
    match (ended, late) {
        (Fed::Lost(error), _) => Err(error),
        (Fed::Failed(failed), _) | (_, Some(failed)) => Err(stopped(topic, failed, progress)),
        (Fed::End | Fed::One, None) => Ok(progress),
    }
}

enum Fed {
    One,
    End,
    Lost(Error),
    Failed(FailedMessage),
}

async fn put<S, R>(
    topic: &Arc<str>,
    found: Found,
    trying: &Arc<Trying<S, R>>,
    lanes: &mut Lanes,
    pace: &mut Pace,
) -> Fed
where
    S: Clone + Send + Sync + 'static,
    R: Route<S>,
{
    let message = Scanned { topic: Arc::clone(topic), found };
    match is_of_keys(&message, trying).await {
        Ok(true) => {}
        Ok(false) => {
            let (_, partition, offset) = message.place();
            let mut ledger = lanes.ledger.lock();
            ledger.read(partition, offset);
            ledger.done(partition, offset, Done::Filtered);
            return Fed::One;
        }
        Err(error) => return Fed::Lost(error),
    }
    pace.wait().await;
    match lanes.put(message).await {
        None => Fed::One,
        Some(failed) => Fed::Failed(failed),
    }
}

/// Looked at before it takes anybody's time: most messages of a topic are of other keys.
async fn is_of_keys<S, R>(message: &Scanned, trying: &Trying<S, R>) -> Result<bool, Error>
where
    R: Route<S>,
{
    if trying.options.keys.is_none() {
        return Ok(true);
    }
    let Some(bytes) = message.key() else { return Ok(trying.options.takes_key(None)) };
    if <R::Topic as Topic>::Key::SCHEMA.is_none() {
        return Ok(trying.options.takes_key(<R::Topic as Topic>::Key::read_key(bytes).ok().as_ref()));
    }
    let header = message.headers().last(crate::wire::KEY_HEADER);
    match trying.deserializer.deserialize_key(header, bytes).await {
        Ok(key) => Ok(trying.options.takes_key(key.ok().as_ref())),
        Err(away) if away.is_retriable() => {
            let (topic, partition, offset) = message.place();
            let what =
                format!("cannot read the key of the message at \"{topic}\" partition {partition} offset {offset}");
            Err(Error::new(ErrorKind::Registry, format!("{what}: {away}")).retriable(true))
        }
        Err(_) => Ok(trying.options.takes_key(None)),
    }
}

fn stopped(topic: &str, failed: FailedMessage, progress: Progress) -> Error {
    let times = match failed.attempts {
        0 => "it cannot be read".to_owned(),
        1 => "its handler failed".to_owned(),
        times => format!("its handler failed {times} times"),
    };
    let FailedMessage { partition, offset, message, code, .. } = &failed;
    let words = format!(
        "the replay of topic \"{topic}\" stopped at partition {partition} offset {offset}: {times}: {message} ({code})"
    );
    Error::new(ErrorKind::Handler, words)
        .help("mend the handler and go on where it stopped (`Error::downcast::<topika::replay::Stopped>()` has the offsets), or pass over such messages with `Replay::on_failure`")
        .caused_by(Stopped { failed, progress })
}
