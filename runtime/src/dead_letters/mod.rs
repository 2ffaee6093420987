//! Messages that were given up: read, whoever wrote them, and sent again.
//!
//! Apps and consumers write them by themselves ([`App::dead_letters`](crate::App::dead_letters), [`Undecodable::DeadLetter`](crate::Undecodable::DeadLetter)),
//! onto `dlq.<topic>`. `cargo topika dlq` is this module at the command line.

mod decoded;
mod edit;
mod filter;
mod letter;
mod letters;
mod pace;
mod redrive;
mod redriven;
mod sending;
mod summary;
mod written;

pub use edit::Edit;
pub use filter::Filter;
pub use letter::DeadLetter;
pub use letters::{DeadLetters, Reading};
pub use redrive::{Progress, Redrive, Verdict};
pub use summary::Summary;
pub use written::Writer;
