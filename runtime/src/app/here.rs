//! An app on topics of this process: the same lanes, tries and ends, without brokers.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

use super::builder::App;
use super::dispatch::dispatch;
use super::entry::Listening;
use super::later::Later;
use super::place::Place;
use super::publishing::Publishing;
use super::running::RunningApp;
use super::tiers::{Plan, Timers};
use super::work::{Kept, Morgue, Work};
use super::worker::Worker;
use crate::client::{LetterTopics, Reason};
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::handler::Route;
use crate::kafka::RawMessage;
use crate::memory::Memory;
use crate::wire::{Heard, Hears};

/// The dead letters of this process.
struct LettersHere {
    memory: Memory,
    topics: LetterTopics,
}

impl Morgue for LettersHere {
    fn keep<'a>(&'a self, raw: &'a RawMessage, group: &'a str, reason: &'a Reason) -> Kept<'a> {
        self.memory.bury(&self.topics.of(raw.topic()), raw, group, reason);
        Box::pin(std::future::ready(Ok(true)))
    }
}

impl<S: Clone + Send + Sync + 'static> App<S> {
    /// Reads a topic of which some events are heard as their types, some by their names, and the others not at all: by the places of the events.
    pub(crate) fn listen<T: Topic>(mut self, route: impl Route<S, Topic = Heard<T>>, hears: Vec<Hears>) -> Self {
        self.topics.push(Box::new(Listening { route, hears }));
        self
    }

    /// Starts it on topics of this process: whatever is published there from here on is handled.
    pub(crate) fn spawn_here(self, memory: &Memory) -> Result<RunningApp, Error> {
        if self.exactly_once.is_some() {
            let message = format!("app \"{}\" handles exactly once, and runs in memory", self.group);
            return Err(Error::new(ErrorKind::Config, message)
                .help("transactions are Kafka's: leave out `App::exactly_once`, or start it on brokers"));
        }
        self.check_topics()?;
        let place = Place::Here(memory.clone());
        let plan = Plan::of(self.retry.tiers())?;
        let timers = Timers::new(memory, plan, self.retry.is_ordered());
        let publishing = Arc::new(Publishing::here(memory));
        let mut workers: BTreeMap<String, Arc<dyn Worker>> = BTreeMap::new();
        let letters = self.topics.iter().fold(LetterTopics::default(), |all, entry| all.and(entry.topic()));
        let letters = letters.all_to(self.letters_to.as_deref());
        for entry in self.topics {
            let name = place.topic_name(entry.topic());
            let worker = entry.open(self.state.clone(), &place, &self.vital, &publishing, &self.service);
            if workers.insert(name.clone(), worker).is_some() {
                let message = format!("app \"{}\" has the topic \"{name}\" twice", self.group);
                return Err(Error::new(ErrorKind::Config, message));
            }
        }
        if !self.retry.tiers().is_empty() && workers.values().any(|worker| worker.together().is_some()) {
            let message = format!("app \"{}\" has batches and tiers of retries, and runs in memory", self.group);
            return Err(Error::new(ErrorKind::Config, message)
                .help("leave out `Retry::then_tiers`, handle the messages one by one, or start it on brokers"));
        }
        letters.apart_from(workers.keys().map(String::as_str))?;
        let topics: Vec<String> = workers.keys().cloned().collect();
        let inlet = memory.subscribe(&self.group, &topics);
        let work = Arc::new(Work {
            group: Arc::clone(&self.group),
            workers,
            retry: self.retry,
            dead_letters: self.dead_letters,
            unknown: self.unknown,
            morgue: Arc::new(LettersHere { memory: memory.clone(), topics: letters }),
            later: Later::Here(timers),
        });
        let (stop, stopping) = watch::channel(false);
        let (drain, draining) = watch::channel(self.limits.drain);
        let running = self.vital.begin();
        let limits = self.limits;
        let task = tokio::spawn(async move {
            let _running = running;
            dispatch(inlet, work, limits, stopping, draining).await
        });
        // There is no group to join; the sender may go.
        let (_, joined) = watch::channel(true);
        Ok(RunningApp { group: self.group, topics, stop, drain, joined, vital: self.vital, task })
    }
}
