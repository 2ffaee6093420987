//! What a registry's `/config` says beside the level: in a file of the project, asked of a registry, compared, and told to it.

mod asked;
mod compare;
mod file;
mod hidden;
mod keys;
mod names;
mod set;
mod stated;

pub(crate) use asked::{There, ask, can_have, own};
pub(crate) use compare::{Beyond, Change, Differences, compare};
pub(crate) use file::{FILE, Settings, read};
pub(crate) use hidden::{aliases, hidden};
pub(crate) use keys::{ALIAS, LEVEL, Row, changes, level, row, unknown};
pub(crate) use names::Names;
pub(crate) use set::set;
pub(crate) use stated::stated;
