//! Documents that a schema may accept. What a schema says is followed as far as it is easy; the validator has the last word.

mod arrays;
mod merge;
mod numbers;
mod objects;
mod patterns;
mod schemas;
mod strings;

pub(super) use schemas::document;
