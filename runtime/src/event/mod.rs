//! The traits that everything above the codec speaks: [`Event`], [`Topic`], [`On`], [`Key`].

mod key;
pub(crate) mod payload;
mod traits;

pub use key::{Key, KeyError, composite_key};
pub use traits::{Event, On, Topic};
