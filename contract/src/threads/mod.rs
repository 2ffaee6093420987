//! Threads: work that is spread over the cores, and stacks for schemas that lead deep into each other.

mod parallel;
mod stack;

pub use parallel::in_parallel;
pub(crate) use parallel::{both, in_parallel_and_deep, in_parallel_waiting};
pub use stack::on_a_large_stack;
