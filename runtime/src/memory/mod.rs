//! Topics in this process: what is published is encoded, and given to each reader, and nothing of it outlasts the process.

mod at_work;
mod clock;
mod inlet;
mod letters;
mod topics;

pub(crate) use at_work::at_work;
pub(crate) use inlet::Inlet;
pub(crate) use topics::{Bounds, Memory, Pressure};
