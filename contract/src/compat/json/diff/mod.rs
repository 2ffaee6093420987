//! Confluent's comparison of two loaded schemas: `io.confluent.kafka.schemaregistry.json.diff`, release 8.
//!
//! [`Compared`] gives what it gives: every difference, harmless ones too, with its type and its path, in its order. Data of the
//! original must stay valid under the update.
//!
//! - `change`: the types of differences, and which of them a policy takes for harmless;
//! - `run`: the walk over pairs of nodes, pass after pass, and where it gives up; `memo`: what it knows of pairs; `outcome`: what came of
//!   each; `classes` compares two nodes by their classes; `compared`: what is asked of it when it is done;
//! - `number`, `string`, `values`, `object`, `properties`, `array`, `items`, `combined`, `not`: a class each;
//! - `content`: what an object or an array allows beside what it names; `matching`: which alternatives belong together, by the
//!   hashes that `hash` computes.
//!
//! Where Confluent's code throws (an `exclusiveMaximum` that goes down without a `maximum`, a `multipleOf` below one), this gives
//! the difference that it means. Where its order hangs on the addresses of objects, this takes an order that Java may give too.

mod array;
mod change;
mod classes;
mod combined;
mod compared;
mod content;
mod found;
mod hash;
mod items;
mod limits;
mod matching;
mod memo;
mod not;
mod number;
mod object;
mod outcome;
mod properties;
mod run;
mod string;
mod values;

pub(in crate::compat::json) use change::Change;
pub use change::breaking_kinds;
pub(in crate::compat::json) use compared::Compared;
pub(in crate::compat::json) use found::{At, Found, Side};
pub(in crate::compat::json) use run::{GaveUp, MOST_WORK, takes};
pub(in crate::compat::json) use values::Values;
