//! Directed graphs of numbers: what refers to what, whatever it is.

mod circles;

pub(crate) use circles::circles;
