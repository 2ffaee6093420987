use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use topika::event::Topic;
use topika::{Client, Error, Producer};

/// One producer per topic, kept: librdkafka takes half a second to get its first producer id.
#[derive(Debug, Default)]
pub(super) struct Producers(Mutex<HashMap<TypeId, Box<dyn Any + Send + Sync>>>);

impl Producers {
    pub(super) async fn of<T: Topic>(&self, client: &Client) -> Result<Producer<T>, Error> {
        if let Some(known) = self.known::<T>() {
            return Ok(known);
        }
        let made = client.producer::<T>().await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(TypeId::of::<T>(), Box::new(made.clone()));
        Ok(made)
    }

    fn known<T: Topic>(&self) -> Option<Producer<T>> {
        let producers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        producers.get(&TypeId::of::<T>())?.downcast_ref::<Producer<T>>().cloned()
    }
}
