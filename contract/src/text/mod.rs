//! Text with places: what a file says, and where it says it.

mod closest;
mod folded;
pub mod json;
pub mod pattern;
mod shortened;
mod source;
mod span;
mod toml_string;

pub use closest::closest;
pub use folded::folded;
pub use shortened::shortened;
pub use source::{Location, Position, Source};
pub use span::Span;
pub use toml_string::toml_string;
