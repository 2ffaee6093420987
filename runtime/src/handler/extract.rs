use super::{Context, Failure, Headers, Metadata};
use crate::event;

/// What a handler may take of a message before the event.
#[diagnostic::on_unimplemented(
    message = "a handler cannot take `{Self}` of a message",
    note = "it can take `State<T>`, `Key<K>`, `Headers`, `Metadata`, and the event as the last argument"
)]
pub trait FromMessage<S>: Sized + Send {
    /// Takes it.
    ///
    /// # Errors
    /// When the message does not have it: the handler is not called then.
    fn from_message(context: &Context<S>) -> Result<Self, Failure>;
}

/// A part of an app's state; the state itself is one.
pub trait FromRef<S>: Sized {
    /// The part.
    fn from_ref(state: &S) -> Self;
}

impl<S: Clone> FromRef<S> for S {
    fn from_ref(state: &S) -> Self {
        state.clone()
    }
}

/// The app's state, or a part of it: `State(kitchen): State<Kitchen>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State<T>(pub T);

impl<S, T: FromRef<S> + Send> FromMessage<S> for State<T> {
    fn from_message(context: &Context<S>) -> Result<Self, Failure> {
        Ok(Self(T::from_ref(&context.state)))
    }
}

/// The message's key: `Key(customer): Key<String>`. A message without a key, or with another one, fails for good under the code
/// `key`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key<K>(pub K);

impl<S, K: event::Key + Send> FromMessage<S> for Key<K> {
    fn from_message(context: &Context<S>) -> Result<Self, Failure> {
        let Some(key) = &context.key else { return Err(refused("the message has no key")) };
        K::from_bytes(key).map(Self).map_err(|error| refused(&error.to_string()))
    }
}

impl<S, K: event::Key + Send> FromMessage<S> for Option<Key<K>> {
    fn from_message(context: &Context<S>) -> Result<Self, Failure> {
        context.key.as_ref().map(|_| Key::from_message(context)).transpose()
    }
}

impl<S> FromMessage<S> for Headers {
    fn from_message(context: &Context<S>) -> Result<Self, Failure> {
        Ok(Headers(context.headers.clone()))
    }
}

impl<S> FromMessage<S> for Metadata {
    fn from_message(context: &Context<S>) -> Result<Self, Failure> {
        Ok(context.metadata.clone())
    }
}

fn refused(message: &str) -> Failure {
    Failure { code: "key".to_owned(), message: message.to_owned(), fatal: true }
}
