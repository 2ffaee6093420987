//! Questions that wait for their answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::Error;

type Waiting<A> = HashMap<String, oneshot::Sender<Result<A, Error>>>;

/// By the id of the question. Cloning shares them.
pub(super) struct Open<A>(Arc<Mutex<Waiting<A>>>);

/// One of them, until it is dropped.
pub(super) struct Question<A> {
    open: Open<A>,
    id: String,
    answer: oneshot::Receiver<Result<A, Error>>,
}

impl<A> Open<A> {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    pub(super) fn put(&self, id: String) -> Question<A> {
        let (answered, answer) = oneshot::channel();
        self.lock().insert(id.clone(), answered);
        Question { open: self.clone(), id, answer }
    }

    /// Whoever waits for the answer to that question; nobody else gets one.
    pub(super) fn take(&self, id: &str) -> Option<oneshot::Sender<Result<A, Error>>> {
        self.lock().remove(id)
    }

    /// All of them.
    pub(super) fn take_all(&self) -> Vec<oneshot::Sender<Result<A, Error>>> {
        self.lock().drain().map(|(_, waiting)| waiting).collect()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<A>> {
        // Nothing that is done with it panics half way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Clone for Open<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A> Question<A> {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// `None` where nobody reads answers any more.
    pub(super) async fn answer(&mut self) -> Option<Result<A, Error>> {
        (&mut self.answer).await.ok()
    }
}

impl<A> Drop for Question<A> {
    fn drop(&mut self) {
        self.open.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_is_answered_once_and_nothing_is_left_of_one_that_nobody_waits_for() {
        let open = Open::new();
        let mut first = open.put("1".to_owned());
        let second = open.put("2".to_owned());
        open.take("1").unwrap().send(Ok(7)).unwrap();
        assert!(open.take("1").is_none());
        assert_eq!(first.answer().await.unwrap().unwrap(), 7);
        assert_eq!(open.len(), 1);
        drop(second);
        assert_eq!(open.len(), 0);
    }
}
