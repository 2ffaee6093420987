//! What a message belongs to flows to the messages that come of it.

use std::sync::Arc;

use super::{Envelope, header};
use crate::handler::Headers;

/// What messages written here belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) correlation_id: Arc<str>,
    pub(crate) causation_id: Option<Arc<str>>,
}

tokio::task_local! {
    static HERE: Option<Flow>;
}

impl Flow {
    /// Of a message that is handled: it correlates by its own id where it was the first. `None` where it has neither.
    pub(crate) fn of(headers: &Headers) -> Option<Self> {
        let text = |name| headers.text(name).filter(|text| !text.is_empty()).map(Arc::<str>::from);
        let causation_id = text(header::ID);
        let correlation_id = text(header::CORRELATION_ID).or_else(|| causation_id.clone())?;
        Some(Self { correlation_id, causation_id })
    }

    /// What is written here belongs to.
    pub(crate) fn here() -> Option<Self> {
        HERE.try_with(Clone::clone).ok().flatten()
    }

    /// What is written in the meantime belongs to it.
    pub(crate) async fn around<F: Future>(of: Option<Self>, work: F) -> F::Output {
        HERE.scope(of, work).await
    }
}

/// Messages written while the future is polled belong to that envelope: its correlation (its id, where it has none) and, as their cause, its id.
/// Handlers have this around them already. Tasks that are spawned meanwhile are on their own: call this in them.
///
/// ```no_run
/// # use topika::{Error, Producer, Topic, On};
/// use topika::envelope::{self, Envelope};
///
/// // What comes of one HTTP request has its id in common.
/// # async fn f<T: Topic>(orders: Producer<T>, placed: impl On<T>) -> Result<(), Error> {
/// let request = Envelope::new().with_correlation_id("req-1");
/// envelope::within(&request, orders.send(&placed)).await?;
/// # Ok(()) }
/// ```
pub async fn within<F: Future>(of: &Envelope, work: F) -> F::Output {
    let causation_id = of.id().map(Arc::from);
    let correlation_id = of.correlation_id().map(Arc::from).or_else(|| causation_id.clone());
    Flow::around(correlation_id.map(|correlation_id| Flow { correlation_id, causation_id }), work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_of_a_message_has_its_correlation_and_its_id_as_the_cause() {
        let first = Flow::of(&Headers::new().with(header::ID, "1")).unwrap();
        assert_eq!((&*first.correlation_id, first.causation_id.as_deref()), ("1", Some("1")));
        let second = Headers::new().with(header::ID, "2").with(header::CORRELATION_ID, "1");
        let second = Flow::of(&second).unwrap();
        assert_eq!((&*second.correlation_id, second.causation_id.as_deref()), ("1", Some("2")));
        assert_eq!(Flow::of(&Headers::new().with(header::ID, "")), None);
        let inside = Flow::around(Some(second.clone()), async { Flow::here() }).await;
        assert_eq!(inside, Some(second));
        let request = Envelope::new().with_correlation_id("r");
        let inside = within(&request, async { Flow::here() }).await.unwrap();
        assert_eq!((&*inside.correlation_id, inside.causation_id), ("r", None));
        assert_eq!(Flow::here(), None);
    }
}
