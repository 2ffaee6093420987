//! Topics in this process: what is published is encoded, and given to each reader, and nothing of it outlasts the process.

mod clock;
mod inlet;
mod letters;
mod topics;

pub(crate) use inlet::Inlet;
pub(crate) use topics::{Bounds, Memory, Pressure};
