//! Transactions: messages on several topics that are read together or not at all.

mod calls;
mod committing;
mod raw;
mod thread;
mod verdict;

pub(crate) use raw::RawTransactions;
