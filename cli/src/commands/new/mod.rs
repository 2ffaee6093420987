//! `cargo topika new`: the file of a new event, from nothing or from samples.

mod avro;
mod join;
mod json;
mod key;
mod name;
mod samples;
mod shape;
mod strings;
mod topic;
mod write;

pub(super) use write::run;
