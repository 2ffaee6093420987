use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Pool;

use super::database::SagaDatabase;
use super::sagas::Sagas;
use super::step::Step;
use crate::error::{Error, ErrorKind};

/// A kind of saga: its steps in their order, and how they are worked on. `D` is what the steps know; it is stored as JSON.
#[must_use = "`build` makes it ready"]
pub struct Saga<DB: SagaDatabase, D>(pub(super) Definition<DB, D>);

pub(super) struct Definition<DB: SagaDatabase, D> {
    pub(super) name: Arc<str>,
    pub(super) pool: Pool<DB>,
    pub(super) steps: Vec<Step<DB, D>>,
    pub(super) workers: usize,
    pub(super) poll: Duration,
    pub(super) lease: Duration,
}

impl<DB: SagaDatabase, D: Serialize + DeserializeOwned + Send + 'static> Saga<DB, D> {
    /// A kind of that name, in that database: `place-order`. Its tables are made by [`migrate`](super::migrate).
    pub fn new(name: impl AsRef<str>, pool: &Pool<DB>) -> Self {
        Self(Definition {
            name: name.as_ref().into(),
            pool: pool.clone(),
            steps: Vec::new(),
            workers: 16,
            poll: Duration::from_millis(250),
            lease: Duration::from_secs(30),
        })
    }

    /// One more step, behind those before.
    ///
    /// A saga that is under way knows its steps by their names. Steps that are added behind the one that it is at are done, those before are not. One that
    /// is at a step which is no more is [stuck](Sagas::stuck).
    pub fn step(mut self, step: Step<DB, D>) -> Self {
        self.0.steps.push(step);
        self
    }

    /// So many sagas are worked on at once by one [runner](Sagas::spawn). Default: 16.
    pub fn workers(mut self, sagas: usize) -> Self {
        self.0.workers = sagas.max(1);
        self
    }

    /// How often a runner looks for sagas that are due, where it has found none. Default: 250 ms.
    pub fn poll(mut self, every: Duration) -> Self {
        self.0.poll = every.max(Duration::from_millis(1));
        self
    }

    /// A runner that was not heard of for so long is taken for dead, and others go on with its sagas. Default: 30 s. The clocks of the processes should differ
    /// by less: where they differ by more, a step may be at work twice at once, and is noted once all the same.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.0.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// Makes it ready to be started and worked on.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it has no step, two of one name, a name that is empty or has a slash in it, or retries in tiers.
    pub fn build(self) -> Result<Sagas<DB, D>, Error> {
        let Definition { name, steps, .. } = &self.0;
        let refused =
            |what: String| Err(Error::new(ErrorKind::Config, format!("the saga \"{name}\" cannot be: {what}")));
        let mut names = BTreeSet::new();
        for of in std::iter::once(&**name).chain(steps.iter().map(|step| step.name.as_str())) {
            if of.is_empty() || of.contains(['/', '\0']) {
                return refused(format!("{of:?} is no name; it is to be some text without a slash"));
            }
        }
        for step in steps {
            if !names.insert(&step.name) {
                return refused(format!(
                    "two steps are called \"{}\", and one that is under way knows its step by the name",
                    step.name
                ));
            }
            if !step.retry.tiers().is_empty() || !step.undo_retry.tiers().is_empty() {
                return refused(format!(
                    "its step \"{}\" has retries in tiers, which are topics; leave out `then_tiers`: waits of a saga survive a crash anyway",
                    step.name
                ));
            }
        }
        if names.is_empty() {
            return refused("it has no step".to_owned());
        }
        Ok(Sagas::new(self.0))
    }
}

impl<DB: SagaDatabase, D> Definition<DB, D> {
    pub(super) fn at(&self, step: &str) -> Option<(usize, &Step<DB, D>)> {
        self.steps.iter().enumerate().find(|(_, of)| of.name == step)
    }
}

impl<DB: SagaDatabase, D> fmt::Debug for Saga<DB, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saga").field("name", &self.0.name).field("steps", &self.0.steps).finish_non_exhaustive()
    }
}
