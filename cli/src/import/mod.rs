//! Contracts that other repositories own: what their registry has of them, frozen to be read.

mod asked;
mod frozen;
mod news;
mod write;

pub(crate) use asked::asked;
pub(crate) use frozen::{Frozen, freeze, is_imported, rows};
pub(crate) use news::{News, news};
pub(crate) use write::write;
