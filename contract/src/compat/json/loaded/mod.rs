//! A JSON Schema as Confluent's registry sees it: not as the drafts mean it.
//!
//! The registry compares two schemas only after a loader has made objects of both. For drafts 4, 6 and 7 that is everit's
//! loader; for 2019-09 and 2020-12 it is json-sKema's, whose objects are then translated into everit's. What the loaders drop,
//! merge or put into another order decides the verdict, so this folder does the same:
//!
//! - `java`: what Java's collections and numbers do (the order of a hash map, when two numbers are equal), and `java.net.URI`;
//! - `model`: the loaded schema, an arena of [`Node`]s whose [`Kind`]s are everit's classes;
//! - `everit`: the loader of drafts 4, 6 and 7; `skema`: that of 2019-09 and 2020-12 with the translation;
//! - `place`: where a node stands in the text; `places`: what stands there, and its pointer;
//! - `print`: a node as the text by which the registry tells equal alternatives.
//!
//! [`load`] makes a [`Loaded`]; what the registry refuses to load is one [`Refusal`].

#[cfg(test)]
mod dump;
mod everit;
mod java;
mod load;
mod members;
mod model;
mod place;
mod places;
mod print;
mod refusal;
mod skema;
#[cfg(test)]
mod tests;

pub(in crate::compat::json) use java::{JavaNumber, JavaValue, same_default, united};
pub(in crate::compat::json) use load::load;
pub(in crate::compat::json) use model::*;
pub(in crate::compat::json) use refusal::Refusal;
