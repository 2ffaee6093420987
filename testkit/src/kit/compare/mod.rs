//! What differs between events, in words: pure, over events as JSON.

mod lists;
mod values;

pub(super) use lists::{Event, nearest, report};
pub(super) use values::{Ignored, shown};
