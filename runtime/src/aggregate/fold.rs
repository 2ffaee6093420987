use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use super::traits::Aggregate;
use crate::error::Error;
use crate::event::Topic;
use crate::handler::{Context, Failure, Handled, Outcome, Route};
use crate::replay::Replay;

impl<T: Topic> Replay<T> {
    /// Folds what is read into one aggregate: with [`only_keys`](Self::only_keys), what a topic says of one key.
    ///
    /// Events of one key are taken in their order; those of several keys, which may be on several partitions, have no order among themselves.
    ///
    /// # Errors
    /// As of a [replay](crate::replay::Replaying).
    pub async fn fold<A: Aggregate<Events = T>>(self) -> Result<A, Error> {
        let folded: Arc<Mutex<A>> = Arc::default();
        // One lane: nobody would wait for another anyway.
        self.lanes(1).into(One(Arc::clone(&folded))).await?;
        Ok(std::mem::take(&mut *folded.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Folds what is read into an aggregate for each key, all of which are in memory. Messages without a key, or with one that cannot be read, are an error.
    ///
    /// # Errors
    /// As of a [replay](crate::replay::Replaying).
    pub async fn fold_by_key<A: Aggregate<Events = T>>(self) -> Result<Vec<(T::Key, A)>, Error> {
        let folded: Folded<A> = Arc::default();
        self.lanes(1).into(Each(Arc::clone(&folded))).await?;
        let all = std::mem::take(&mut *folded.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(all.into_values().collect())
    }
}

type Key<A> = <<A as Aggregate>::Events as Topic>::Key;
/// By the bytes of the key.
type Folded<A> = Arc<Mutex<BTreeMap<Vec<u8>, (Key<A>, A)>>>;

struct One<A>(Arc<Mutex<A>>);

impl<A: Aggregate> Route<()> for One<A> {
    type Topic = A::Events;

    fn call(&self, event: A::Events, _: Context<Key<A>, ()>) -> Handled<'_> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).apply(&event);
        Box::pin(ready(Ok(Outcome::default())))
    }
}

struct Each<A: Aggregate>(Folded<A>);

impl<A: Aggregate> Route<()> for Each<A> {
    type Topic = A::Events;

    fn call(&self, event: A::Events, context: Context<Key<A>, ()>) -> Handled<'_> {
        let done = match (context.key, context.key_bytes) {
            (Some(Ok(key)), Some(bytes)) => {
                let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                all.entry(bytes.to_vec()).or_insert_with(|| (key, A::default())).1.apply(&event);
                Ok(Outcome::default())
            }
            (Some(Err(error)), _) => Err(Failure::unreadable("key", &error)),
            _ => Err(Failure::unreadable("no-key", &"the message has no key")),
        };
        Box::pin(ready(done))
    }
}
