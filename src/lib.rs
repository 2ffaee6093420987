//! The reference application of topika, and its first user: a checkout places food orders, a
//! kitchen cooks them, a counter hands them out.
//!
//! The contract stands in `schemas/` and `topika.toml`; [`events`] is what the build makes of it. `cargo run --example
//! food_orders` runs all of it.

topika::include_events!();

pub mod checkout;
pub mod counter;
pub mod kitchen;
pub mod ledger;
pub mod orders;
pub mod rush;
pub mod service;
