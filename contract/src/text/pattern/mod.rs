//! Regular expressions as Java reads them, far enough to say whether one is found in a text.
//!
//! JSON Schema leaves the dialect to the validator; registries run on Java. Nothing is captured, so greedy and lazy are one, and a
//! search takes at most a step for each pair of a place in the expression and a place in the text.

mod class;
mod find;
mod parse;
mod program;
mod syntax;
#[cfg(test)]
mod tests;

pub use find::Pattern;
pub use parse::PatternError;
