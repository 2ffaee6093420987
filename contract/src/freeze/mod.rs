//! What `cargo topika lock` does: today's texts become frozen versions.

mod date;
mod plan;
mod write;

pub use date::today;
pub use plan::{Change, Frozen, lock, with_topics};
pub use write::begin;
