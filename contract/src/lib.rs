#![doc = include_str!("../README.md")]

pub mod avro;
pub mod changes;
pub mod check;
pub mod compat;
pub mod data_contract;
pub mod fix;
pub mod freeze;
mod graph;
#[cfg(feature = "avdl")]
mod idl;
pub mod json_schema;
pub mod layout;
pub mod lint;
pub mod lock;
pub mod manifest;
pub mod project;
pub mod report;
pub mod rules;
pub mod saved;
pub mod schema;
pub mod syntax;
pub mod text;
pub mod threads;
pub mod tree;
