use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;

use super::{Context, Failure, FromMessage, HandlerError, IntoOutcome, Outcome};

/// What a handler is at work on.
pub type HandlerFuture = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + Send>>;

/// An async function that handles the event `E` of a topic with the key `K` in an app with the state `S`: up to four extractors, the event
/// last, and `Result<(), impl HandlerError>`, or in place of `()` what is to be published ([`IntoOutcome`]). `M` only tells the functions apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not handle `{E}`",
    label = "is no handler of `{E}`",
    note = "a handler is an `async fn` with up to four extractors (State<T>, Key<{K}>, Headers, HeaderOf<T>, Metadata, Envelope, Extension<T>) and the event last, that returns Result<(), impl topika::handler::HandlerError>, with topika::app::Publish in place of () where it publishes"
)]
pub trait Handler<E, K, S, M>: Clone + Send + Sync + Sized + 'static {
    /// Begins to handle one event.
    fn call(&self, event: E, context: &Context<K, S>) -> HandlerFuture;

    /// What it may give back, told before it is called.
    fn declare(&self, declared: &mut Outcome) {
        let _ = declared;
    }
}

macro_rules! handler {
    ($($extractor:ident $value:ident),*) => {
        impl<F, Fut, Returned, Failed, E, K, S, $($extractor),*> Handler<E, K, S, ($($extractor,)*)> for F
        where
            F: Fn($($extractor,)* E) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<Returned, Failed>> + Send + 'static,
            Returned: IntoOutcome,
            Failed: HandlerError,
            E: Send + 'static,
            $($extractor: FromMessage<K, S>,)*
        {
            fn call(&self, event: E, context: &Context<K, S>) -> HandlerFuture {
                let _ = context;
                $(
                    let $value = match $extractor::from_message(context) {
                        Ok(value) => value,
                        Err(failure) => return Box::pin(std::future::ready(Err(failure))),
                    };
                )*
                let handled = self($($value,)* event);
                Box::pin(async move { handled.await.map(Returned::into_outcome).map_err(Failure::from) })
            }

            fn declare(&self, declared: &mut Outcome) {
                Returned::declare(declared);
            }
        }
    };
}

handler!();
handler!(A a);
handler!(A a, B b);
handler!(A a, B b, C c);
handler!(A a, B b, C c, D d);

/// The handler that does nothing: `.otherwise(skip)`.
///
/// # Errors
/// Never.
#[allow(clippy::unused_async)] // A handler is an async function.
pub async fn skip<E>(_: E) -> Result<(), Infallible> {
    Ok(())
}
