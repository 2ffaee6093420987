use std::future::Future;
use std::pin::Pin;

use super::{Context, Failure, Outcome};
use crate::event::Topic;

/// The future of one call of a handler.
pub type Handled<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + Send + 'a>>;

/// Takes every event of a topic to its handler: what the router of a topic turns into once each event has one.
///
/// This is the seam between handlers and what reads the topic: `App` calls it, and so can a test without any broker.
pub trait Route<S>: Send + Sync + 'static {
    /// The topic whose events it takes.
    type Topic: Topic;

    /// Calls the handler of the event.
    fn call(&self, event: Self::Topic, context: Context<<Self::Topic as Topic>::Key, S>) -> Handled<'_>;

    /// What the handlers may give back, told before one is called.
    fn declare(&self, declared: &mut Outcome) {
        let _ = declared;
    }
}
