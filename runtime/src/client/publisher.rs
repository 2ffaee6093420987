//! What writes for handlers: producers of any topic over one client, made when they are first asked for.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;

use tokio::sync::Mutex;

use super::connection::Client;
use super::producer::Producer;
use crate::error::Error;
use crate::event::Topic;
use crate::kafka::RawProducer;

type Producers = HashMap<TypeId, Box<dyn Any + Send + Sync>>;

pub(crate) struct Publisher {
    client: Client,
    raw: RawProducer,
    /// By their topic. Held while one is made, so that it is made once.
    producers: Mutex<Producers>,
}

impl Publisher {
    pub(super) fn new(client: Client, raw: RawProducer) -> Self {
        Self { client, raw, producers: Mutex::default() }
    }

    /// What writes bytes.
    pub(crate) fn raw(&self) -> &RawProducer {
        &self.raw
    }

    /// The producer of that topic. What keeps it from being made is asked anew the next time.
    pub(crate) async fn producer<T: Topic>(&self) -> Result<Producer<T>, Error> {
        let mut producers = self.producers.lock().await;
        if let Some(made) = producers.get(&TypeId::of::<T>()).and_then(|made| made.downcast_ref::<Producer<T>>()) {
            return Ok(made.clone());
        }
        let made = self.client.producer_over::<T>(self.raw.clone()).await?;
        producers.insert(TypeId::of::<T>(), Box::new(made.clone()));
        Ok(made)
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").field("in_flight", &self.raw.in_flight()).finish_non_exhaustive()
    }
}
