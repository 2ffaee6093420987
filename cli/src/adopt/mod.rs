//! A registry becomes a project: its subjects as files, its versions as history, its levels as rows.

mod apart;
mod built;
mod edit;
mod held;
mod known;
mod levels;
mod locked;
mod numbers;
mod place;
mod references;
mod rows;
mod settings;
mod settle;
mod settled;
mod topics;
mod trial;
mod write;

pub(crate) use held::{Held, held};
pub(crate) use levels::{OtherLevel, table_of};
pub(crate) use place::Kind;
pub(crate) use settings::{Adopted, adopted, besides};
pub(crate) use settle::settle;
pub(crate) use settled::Settled;
pub(crate) use write::write;
