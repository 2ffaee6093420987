//! The states of the fields of a builder.

use std::marker::PhantomData;

/// The field `N` has no value yet.
#[derive(Debug)]
pub struct Unset<N>(PhantomData<fn() -> N>);

impl<N> Unset<N> {
    /// No value.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<N> Default for Unset<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// The field has this value.
#[derive(Debug)]
pub struct Set<T>(pub T);

/// Says that a required field has a value.
#[diagnostic::on_unimplemented(
    message = "a required field has no value: `{Self}`",
    label = "a field is missing",
    note = "set every required field before the end: `.customer_id(\"C\")`"
)]
pub trait IsSet<T> {
    /// The value.
    fn into_value(self) -> T;
}

impl<T> IsSet<T> for Set<T> {
    fn into_value(self) -> T {
        self.0
    }
}
