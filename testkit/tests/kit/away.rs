//! Waiting for a message while something that it needs is away.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use topika::Client;
use topika_testkit::{Kit, Seen, TestCluster};

use crate::orders::{Orders, cancelled, told};

const PATIENCE: Duration = Duration::from_secs(60);

/// A way to the registry that answers nothing for so many connections, and is its own way from then on.
struct Gate {
    url: String,
    refusing: Arc<AtomicUsize>,
}

impl Gate {
    fn before(registry: &str) -> Self {
        let to: SocketAddr = registry.strip_prefix("http://").unwrap().trim_end_matches('/').parse().unwrap();
        let gate = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", gate.local_addr().unwrap());
        let refusing = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&refusing);
        std::thread::spawn(move || {
            for from in gate.incoming() {
                let Ok(mut from) = from else { return };
                if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    let _gone = from.write_all(b"HTTP/1.1 503 Away\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                    continue;
                }
                let Ok(onward) = std::net::TcpStream::connect(to) else { return };
                for (mut one, mut other) in [(from.try_clone(), onward.try_clone()), (Ok(onward), Ok(from))]
                    .map(|(one, other)| (one.unwrap(), other.unwrap()))
                {
                    std::thread::spawn(move || {
                        let _ended = std::io::copy(&mut one, &mut other);
                        let _gone = other.shutdown(std::net::Shutdown::Write);
                    });
                }
            }
        });
        Self { url, refusing }
    }
}

/// A kit whose registry is behind the gate, with two events on its topic that others have written.
async fn behind(gate: &Gate, there: &Kit) -> Kit {
    let kit = TestCluster::at(there.bootstrap()).registry(&gate.url).start().await.unwrap();
    let writer = Client::builder().bootstrap(there.bootstrap()).registry(there.registry_url());
    let writer = writer.topic_prefix(kit.client().topic_prefix()).auto_register(true);
    let writer = writer.provision(topika::Provision::Create).build().unwrap();
    let orders = writer.producer::<Orders>().await.unwrap();
    for order in ["O-1", "O-2"] {
        orders.send(&cancelled(order, "ann")).await.unwrap();
    }
    kit
}

fn is_second(seen: &Seen<Orders>) -> bool {
    seen.json()["order"] == "O-2"
}

#[tokio::test]
async fn a_message_that_is_waited_for_is_not_missed_while_the_registry_is_away() {
    let there = topika_testkit::start().await;
    let gate = Gate::before(there.registry_url());
    let kit = behind(&gate, &there).await;
    // More than one question is asked again.
    gate.refusing.store(9, Ordering::SeqCst);
    let seen = kit.consume_until::<Orders>(is_second, PATIENCE).await;
    seen.assert_eq([cancelled("O-1", "ann"), cancelled("O-2", "ann")]);
    assert_eq!(gate.refusing.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_message_that_is_waited_for_is_waited_for_until_the_deadline_and_no_longer() {
    let there = topika_testkit::start().await;
    let gate = Gate::before(there.registry_url());
    let kit = behind(&gate, &there).await;
    gate.refusing.store(usize::MAX, Ordering::SeqCst);
    let began = Instant::now();
    let text = told(async {
        kit.consume_until::<Orders>(is_second, Duration::from_secs(2)).await;
    })
    .await;
    assert!(text.contains("did not come on") && text.contains("within 2s"), "{text}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    gate.refusing.store(0, Ordering::SeqCst);
}

#[tokio::test]
async fn a_broker_that_answers_nothing_holds_nobody_up_behind_the_deadline() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([cancelled("O-1", "ann")]).await;
    kit.broker().stop();
    let began = Instant::now();
    let text = told(async {
        kit.consume_until::<Orders>(is_second, Duration::from_secs(1)).await;
    })
    .await;
    assert!(text.contains("within 1s"), "{text}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
