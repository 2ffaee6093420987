//! What each renderer makes of the same findings, and that machines take it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may fail at any line")]

mod cases;
mod golden;
mod machines;
