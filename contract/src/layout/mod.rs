//! The canonical layout of a schema's text: white space and line breaks, and nothing else.
//!
//! A text becomes `tokens`, the tokens a `tree` that keeps every comment at its value, and the tree lines of text. Names,
//! numbers and strings are printed as they were written and in their order; so the text that registries compare stays the same.

mod print;
mod read;
mod text;
mod tokens;
mod tree;
mod width;

pub use text::layout;
