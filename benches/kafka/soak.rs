//! Memory over minutes of load: a producer and an app at once, with what the process holds told every half minute.

use std::time::{Duration, Instant};

use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Error, Event, Topic};

use crate::events::{customer, noise};
use crate::seen::Seen;
use crate::servers::Servers;

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "bench.soaked")]
struct Soaked {
    customer: String,
    payload: Bytes,
}

/// The broker keeps a minute or less: it is not its memory that is looked at.
#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(
    name = "soaked",
    key = "customer",
    partitions = 3,
    configs("retention.bytes" = "16777216", "segment.bytes" = "4194304")
)]
enum Soaking {
    Soaked(Soaked),
}

async fn see(State(seen): State<Seen>, event: Soaked) -> Result<(), Error> {
    std::hint::black_box(&event);
    seen.one();
    Ok(())
}

pub(crate) async fn run(servers: &Servers, seconds: u64, per_second: u32) {
    let client = servers.client("soak.");
    let seen = Seen::expect(u32::MAX);
    let app = App::new("soak").with_state(seen.clone()).topic(Soaking::router().soaked(see));
    let app = app.spawn(client.clone());
    let producer = client.producer::<Soaking>().await.unwrap();
    let events: Vec<_> = (0..1000).map(|n| Soaked { customer: customer(n), payload: Bytes(noise(380)) }).collect();
    let (start, mut told) = (Instant::now(), 0);
    println!("| seconds | sent | handled | resident, MB |\n|---|---|---|---|");
    let mut sent = 0_u32;
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while start.elapsed() < Duration::from_secs(seconds) {
        ticks.tick().await;
        let batch = events.iter().cycle().take((per_second / 50).try_into().unwrap());
        producer.send_all(batch).await.all().unwrap();
        sent += per_second / 50;
        if start.elapsed().as_secs() / 30 >= told {
            told += 1;
            println!("| {} | {sent} | {} | {:.1} |", start.elapsed().as_secs(), seen.count(), resident());
        }
    }
    producer.close(Duration::from_secs(10)).await.unwrap();
    app.shutdown().await.unwrap();
}

/// Megabytes of memory that the process holds, where the system tells (Linux).
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().map_or(f64::NAN, |kb| kb / 1024.0)
}
