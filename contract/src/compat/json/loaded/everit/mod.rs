//! everit's loader: drafts 4, 6 and 7.

mod array;
mod combined;
mod extract;
mod extracted;
mod loader;
mod number;
mod object;
mod pointer;
mod reference;
mod scope;
mod string;

pub(super) use loader::load;
