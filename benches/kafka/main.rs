//! What topika costs beside rdkafka itself: the same messages, settings and broker, in turns within one run.
//!
//! `cargo bench --bench kafka -- [produce] [consume] [answer] [soak SECONDS] [--messages N] [--bytes N,N] [--lanes N,N] [--rounds N]
//! [--bootstrap HOST:PORT] [--beside PATH]`. Without a broker's address, the embedded one in a process of its own. Results, with the command that gave them: `benches/README.md`.
//!
//! `--beside` takes the program that `benches/ruststream` builds, and has ruststream write and read in its turn; what its rows are is told in the README there.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark that fails stops, and prints"
)]

mod answer;
mod args;
mod beside;
mod consume;
mod events;
mod meter;
mod produce;
mod seen;
mod servers;
mod soak;
mod table;

use std::time::Duration;

use rdkafka::Message as _;
use topika::app::ExactlyOnce;

use crate::args::Args;
use crate::servers::Servers;
use crate::table::Table;

#[tokio::main]
async fn main() {
    if servers::serve().await {
        return;
    }
    let args = Args::of(std::env::args().skip(1));
    for &bytes in &args.bytes {
        let messages = fitting(args.messages, bytes);
        if args.does("produce") {
            produced(&args, bytes, messages).await;
        }
        if args.does("consume") {
            consumed(&args, bytes, messages).await;
        }
        if args.does("answer") {
            answered(&args, bytes, messages).await;
        }
    }
    if let Some(seconds) = args.soak {
        soak::run(&Servers::start(args.bootstrap.clone()), seconds, 20_000).await;
    }
}

/// So many that what all clients of a round write, those beside and their first messages too, is within the embedded broker's bound, a gigabyte.
fn fitting(messages: u32, bytes: usize) -> u32 {
    let most = u32::try_from((80 << 20) / bytes.max(1)).unwrap_or(u32::MAX);
    // In whole batches.
    messages.min(most) / 1_000 * 1_000
}

async fn produced(args: &Args, bytes: usize, messages: u32) {
    let events = events::measured(bytes);
    let mut table = Table::new(format!("written, {bytes} bytes"), "rdkafka, ThreadedProducer");
    for round in 0..args.rounds {
        // Anew, since what was written stays.
        let servers = Servers::start(args.bootstrap.clone());
        let client = servers.client(&format!("p{bytes}.{round}."));
        // The first makes the topic.
        table.add("topika, each awaited", produce::one_by_one(&client, &events, messages).await);
        let topic = format!("p{bytes}.{round}.measured");
        table.add("rdkafka, ThreadedProducer", produce::rdkafka(servers.bootstrap(), &topic, &events, bytes, messages));
        table.add(
            "rdkafka, FutureProducer, each awaited",
            produce::rdkafka_futures(servers.bootstrap(), &topic, &events, bytes, messages).await,
        );
        table.add("topika, a thousand at once", produce::in_batches(&client, &events, messages).await);
        if let Some(path) = &args.beside {
            beside::written(&mut table, path, &servers, &topic, bytes, messages);
        }
    }
    table.print();
}

async fn consumed(args: &Args, bytes: usize, messages: u32) {
    let servers = Servers::start(args.bootstrap.clone());
    let prefix = format!("c{bytes}.");
    let client = servers.client(&prefix);
    produce::in_batches(&client, &events::measured(bytes), messages).await;
    let topic = format!("{prefix}measured");
    let mut table = Table::new(format!("read, {bytes} bytes"), "rdkafka, StreamConsumer");
    for round in 0..args.rounds {
        let group = |of: &str| format!("{prefix}{of}.{round}");
        table.add(
            "rdkafka, StreamConsumer",
            consume::rdkafka(servers.bootstrap(), &topic, &group("rdkafka"), messages, |message| {
                std::hint::black_box((message.key(), message.payload()));
            })
            .await,
        );
        table.add(
            "rdkafka, StreamConsumer, and each decoded at once",
            consume::rdkafka(servers.bootstrap(), &topic, &group("decoded"), messages, consume::decoded).await,
        );
        table.add("topika, stream", consume::stream(&client, &group("stream"), messages).await);
        for &lanes in &args.lanes {
            let took = consume::app(&client, &group(&format!("app{lanes}")), lanes, messages).await;
            table.add(&format!("topika, app of {lanes} lanes"), took);
            if let Some(path) = &args.beside {
                beside::read(&mut table, path, &servers, &topic, &group("ruststream"), lanes, messages);
            }
        }
    }
    table.print();
}

async fn answered(args: &Args, bytes: usize, messages: u32) {
    let mut table = Table::new(format!("read and answered, {bytes} bytes"), "at least once");
    for round in 0..args.rounds {
        // Anew, since the answers stay.
        let servers = Servers::start(args.bootstrap.clone());
        let prefix = format!("a{bytes}.{round}.");
        let client = servers.client(&prefix);
        produce::in_batches(&client, &events::measured(bytes), messages).await;
        let group = |of: &str| format!("{prefix}{of}");
        table.add("at least once", answer::app(&client, &group("least"), None, None, messages).await);
        // Each handler waits for its answer's delivery: with so many at once that the wait is nobody's bound.
        table.add("at least once, 256 lanes", answer::app(&client, &group("many"), Some(256), None, messages).await);
        let usual = ExactlyOnce::new();
        table.add("exactly once", answer::app(&client, &group("once"), None, Some(usual), messages).await);
        let large = ExactlyOnce::new().messages(5_000).interval(Duration::from_millis(500));
        table.add(
            "exactly once, 5,000 messages a transaction",
            answer::app(&client, &group("large"), None, Some(large), messages).await,
        );
    }
    table.print();
}
