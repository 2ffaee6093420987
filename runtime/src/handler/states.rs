use std::marker::PhantomData;

/// The event `E` has no handler yet.
#[derive(Debug)]
pub struct Missing<E>(PhantomData<fn() -> E>);

/// The event has a handler.
#[derive(Debug)]
pub struct Present;

/// Says that an event of a topic has a handler.
#[diagnostic::on_unimplemented(
    message = "an event of the topic has no handler: `{Self}`",
    label = "a handler is missing",
    note = "give each event one, `.order_placed(cook)`, or pass over the rest with `.otherwise(topika::handler::skip)`"
)]
pub trait HasHandler {}

impl HasHandler for Present {}
