//! ruststream's turn in `cargo bench --bench kafka -- --beside PATH`, which starts this program: once for each row and round.
//!
//! `consume` reads so many messages of a topic with a handler, `produce` writes them. Prints one line: microseconds of CPU a message of this process,
//! and messages a second.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark that fails stops")]

mod args;
mod consume;
mod events;
#[path = "../../kafka/meter.rs"]
mod meter;
mod produce;
#[allow(dead_code, reason = "shared with topika's side, which also asks how many there are")]
#[path = "../../kafka/seen.rs"]
mod seen;

use std::time::Duration;

use crate::args::{Args, What};

/// What cannot be decoded is not counted: rather an error than to wait for ever.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::main]
async fn main() {
    let args = Args::of(std::env::args().skip(1));
    let turn = async {
        match (args.what, args.avro) {
            (What::Consume, false) => consume::bytes(&args).await,
            (What::Consume, true) => consume::avro(&args).await,
            (What::Produce, false) => produce::bytes(&args).await,
            (What::Produce, true) => produce::avro(&args).await,
        }
    };
    let took = tokio::time::timeout(PATIENCE, turn).await.expect("done within five minutes");
    println!("{} {}", took.cpu_micros(), took.per_second());
}
