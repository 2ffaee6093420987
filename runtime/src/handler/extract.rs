use bytes::Bytes;

use super::{Context, Failure, Header, Headers, Metadata};
use crate::event;

/// What a handler may take of a message before the event. `K` is the type of the topic's key.
#[diagnostic::on_unimplemented(
    message = "a handler cannot take `{Self}` of a message whose key is `{K}`",
    note = "it can take `State<T>`, `Key<{K}>`, `KeyBytes`, `Headers`, `HeaderOf<T>`, `Metadata`, `Live`, `Envelope`, `Extension<T>`, and the event as the last argument"
)]
pub trait FromMessage<K, S>: Sized + Send {
    /// Takes it.
    ///
    /// # Errors
    /// When the message does not have it: the handler is not called then.
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure>;
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

impl<K, S, T: FromRef<S> + Send> FromMessage<K, S> for State<T> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        Ok(Self(T::from_ref(&context.state)))
    }
}

/// The message's key, of the type that its topic says: `Key(customer): Key<String>`; another type does not compile. A message without a
/// key, or with one of another type, is unreadable and goes where such messages go; `Option<Key<K>>` takes one without a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key<K>(pub K);

impl<S, K: event::Key> FromMessage<K, S> for Key<K> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        match &context.key {
            Some(Ok(key)) => Ok(Self(key.clone())),
            Some(Err(error)) => Err(Failure::unreadable("key", error)),
            None => Err(Failure::unreadable("no-key", &"the message has no key")),
        }
    }
}

impl<S, K: event::Key> FromMessage<K, S> for Option<Key<K>> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        context.key.as_ref().map(|_| Key::from_message(context)).transpose()
    }
}

/// The bytes of the message's key, whatever they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyBytes(pub Option<Bytes>);

impl<K, S> FromMessage<K, S> for KeyBytes {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        Ok(Self(context.key_bytes.clone()))
    }
}

impl<K, S> FromMessage<K, S> for Headers {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        Ok(context.headers.clone())
    }
}

/// A header of the message, as its type: `HeaderOf(trace): HeaderOf<TraceId>`. A message without it, or with another value, is unreadable,
/// under the code `header`; `Option<HeaderOf<T>>` takes one without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeaderOf<T>(pub T);

impl<K, S, T: Header + Send> FromMessage<K, S> for HeaderOf<T> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        let missing = || Failure::unreadable("header", &format!("the message has no header \"{}\"", T::NAME));
        Option::from_message(context)?.ok_or_else(missing)
    }
}

impl<K, S, T: Header + Send> FromMessage<K, S> for Option<HeaderOf<T>> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        let header = context.headers.get::<T>().map_err(|error| Failure::unreadable("header", &error))?;
        Ok(header.map(HeaderOf))
    }
}

/// Taken by a handler that may not be called in a [replay](crate::replay), as one that sends mails: `async fn mail(_: Live, order: OrderPlaced)`. There it
/// fails under the code `replay`, before the handler is called, and no other try follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live;

impl<K, S> FromMessage<K, S> for Live {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        if context.metadata.is_replay {
            let why = "the handler takes `Live`: what it does is not to be done again by a replay";
            return Err(Failure::fatal("replay", &why));
        }
        Ok(Self)
    }
}

impl<K, S> FromMessage<K, S> for Metadata {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        Ok(context.metadata.clone())
    }
}
