#![doc = include_str!("../README.md")]
#![allow(clippy::needless_doctest_main, reason = "the examples are whole build scripts")]

mod emit;
mod entry;
mod file;
mod ir;
mod lower;
mod names;
mod options;
mod part;
mod said;
mod write;

pub use entry::{Builder, Generated, run};
pub use options::{FieldOptions, TypeOptions};
pub use part::{Part, PartType, Said, part};
pub use topika_contract::manifest::{DecimalType, MapType, TimeType, UuidType};
