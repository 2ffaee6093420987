//! A registry becomes a project: its subjects as files, its versions as history, its levels as rows.

mod built;
mod edit;
mod held;
mod place;
mod rows;
mod settings;
mod settle;
mod topics;
mod write;

pub(crate) use held::held;
pub(crate) use place::Kind;
pub(crate) use settings::{Adopted, adopted, besides};
pub(crate) use settle::{Settled, settle};
pub(crate) use write::write;
