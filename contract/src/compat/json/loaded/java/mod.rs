//! What Java's own classes do, as far as an order or an equality of the registry's answer hangs on it.

mod map;
mod number;
pub(super) mod uri;
mod value;

pub(in crate::compat::json) use map::{JavaMap, JavaSet, set_order, string_hash, united};
pub(in crate::compat::json) use number::JavaNumber;
pub(in crate::compat::json) use value::{JavaValue, same_default};
