//! The arrows between the crates, and the order of the folders inside each of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

#[path = "architecture/crates.rs"]
mod crates;
#[path = "architecture/folders.rs"]
mod folders;
#[path = "architecture/kafka_client.rs"]
mod kafka_client;
#[path = "architecture/licences.rs"]
mod licences;
#[path = "architecture/sizes.rs"]
mod sizes;
