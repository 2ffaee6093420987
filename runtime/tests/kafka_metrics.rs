//! What is counted and measured, as Prometheus gets it, while producers and an app are at work on the embedded broker.

#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod kafka_support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kafka_support::{Orders, Placed, placed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use topika::handler::{State, skip};
use topika::observe::{Kind, METRICS, PrometheusHandle};
use topika::{App, Client, Error, Provision, Retry};
use topika_testkit::Kit;

const PATIENCE: Duration = Duration::from_secs(60);

/// The recorder of this process.
fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| topika::observe::prometheus().unwrap())
}

/// A client with a prefix of its own, so that its series are; it hears often how librdkafka is.
fn client(kit: &Kit, prefix: &str) -> Client {
    Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .topic_prefix(prefix)
        .auto_register(true)
        .provision(Provision::Create)
        .kafka_property("statistics.interval.ms", "50")
        .build()
        .unwrap()
}

/// What the exporter prints: each series with its value.
struct Printed(String);

impl Printed {
    fn now() -> Self {
        Self(metrics().render())
    }

    /// The sum of the series of that name that have all of these labels.
    fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let has = |line: &str| labels.iter().all(|(label, value)| line.contains(&format!("{label}=\"{value}\"")));
        let of = self.0.lines().filter(|line| line.split(['{', ' ']).next() == Some(name) && has(line));
        of.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    /// The names that begin with ours, with the labels of each; those of a histogram's buckets are left out.
    fn series(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        for line in self.0.lines().filter(|line| line.starts_with("topika_")) {
            let (name, rest) = line.split_once('{').unwrap_or((line, ""));
            let name = name.split(' ').next().unwrap_or(name);
            let name = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            let labels = rest.split("\",").filter_map(|label| Some(label.split_once("=\"")?.0.to_owned()));
            let labels =
                labels.map(|label| label.trim_start_matches(['}', ' ']).to_owned()).filter(|label| label != "le");
            all.entry(name.to_owned()).or_insert_with(BTreeSet::new).extend(labels);
        }
        all
    }
}

/// Waits until what is printed is as it should be.
async fn until(what: &str, is: impl Fn(&Printed) -> bool) -> Printed {
    let waiting = async {
        loop {
            let printed = Printed::now();
            if is(&printed) {
                return printed;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(printed) => printed,
        Err(_) => panic!("not {what} within {PATIENCE:?}:\n{}", Printed::now().0),
    }
}

/// Ends when it is let; the message number 1 fails once.
async fn cook(
    State(doors): State<Arc<Semaphore>>,
    topika::handler::Metadata { attempt, .. }: topika::handler::Metadata,
    order: Placed,
) -> Result<(), Error> {
    if order.number == 1 && attempt == 1 {
        return Err(Error::wrap("the oven is broken"));
    }
    let _through = doors.acquire().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_counts_what_happens_and_no_other_is_printed() {
    metrics();
    let kit = topika_testkit::start().await;
    let client = client(&kit, "all.");
    let (topic, group) = ("all.orders", "kitchen");
    let orders = client.producer::<Orders>().await.unwrap();
    for number in 0..20 {
        orders.send(&placed(&format!("CUST-{number}"), number)).await.unwrap();
    }
    // No such partition: it is handed over, and not delivered.
    assert!(orders.message(&placed("CUST-1", 1)).partition(99).send().await.is_err());
    let printed = Printed::now();
    let of = [("topic", topic)];
    assert_eq!(printed.sum("topika_produced_total", &of), 21.0);
    assert_eq!(printed.sum("topika_delivered_total", &of), 20.0);
    assert_eq!(printed.sum("topika_failed_total", &[("topic", topic), ("kind", "unknown-topic")]), 1.0);
    assert_eq!(printed.sum("topika_in_flight", &of), 0.0);
    assert_eq!(printed.sum("topika_delivery_seconds_count", &of), 20.0);
    assert!(printed.sum("topika_produced_bytes_total", &of) > 21.0 * 20.0);

    let doors = Arc::new(Semaphore::new(0));
    let app = App::new(group)
        .with_state(Arc::clone(&doors))
        .retry(Retry::never().then_tiers([Duration::from_millis(1)]))
        .topic(Orders::router().placed(cook).cancelled(skip))
        .spawn(client.clone());
    let of = [("topic", topic), ("group", group)];
    // Nothing is done yet: what was read waits for its commit.
    let waits = |p: &Printed| p.sum("topika_commit_age_seconds", &of) > 0.0 && p.sum("topika_handlers", &of) > 0.0;
    until("waiting for handlers", waits).await;
    doors.add_permits(100);
    kit.caught_up_on(group, &[topic]).await;
    let done = |p: &Printed| {
        p.sum("topika_commit_age_seconds", &of) == 0.0
            && p.sum("topika_lag", &of) == 0.0
            && p.sum("topika_handled_total", &[("group", group), ("result", "done")]) == 20.0
    };
    let printed = until("done", done).await;
    assert_eq!(printed.sum("topika_consumed_total", &of), 20.0);
    assert!(printed.sum("topika_consumed_bytes_total", &of) > 20.0 * 20.0);
    assert_eq!(printed.sum("topika_handled_total", &[("group", group), ("result", "failed")]), 1.0);
    let moved = [("topic", topic), ("group", group), ("delay", "1ms"), ("why", "failed")];
    assert_eq!(printed.sum("topika_retries_total", &moved), 1.0);
    assert_eq!(printed.sum("topika_handler_seconds_count", &of), 21.0);
    assert_eq!(printed.sum("topika_handlers", &of), 0.0);
    assert!(printed.sum("topika_rebalances_total", &[("group", group), ("event", "assigned")]) >= 1.0);
    assert!(printed.sum("topika_commits_total", &[("group", group), ("result", "ok")]) >= 1.0);

    // librdkafka tells its own in its time; then all of the list is there, and nothing else.
    // (An outbox's are shown with a database, in tests/conformance/outboxes.rs of the repository.)
    let of_this = || METRICS.iter().filter(|m| !m.name.starts_with("topika_outbox_"));
    let expected: BTreeMap<String, BTreeSet<String>> =
        of_this().map(|m| (m.name.to_owned(), m.labels.iter().map(|label| (*label).to_owned()).collect())).collect();
    let printed = until("complete", |p| p.series() == expected).await;
    for metric in of_this() {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert!(printed.0.contains(&format!("# TYPE {} {kind}\n", metric.name)), "{}", metric.name);
        assert!(printed.0.contains(&format!("# HELP {} {}\n", metric.name, metric.help)), "{}", metric.name);
    }
    let connected = [("client", "consumer"), ("broker", "1")];
    assert!(printed.sum("topika_rdkafka_requests_total", &[("client", "consumer")]) > 0.0);
    until("connected", |p| p.sum("topika_rdkafka_broker_connections", &connected[..1]) > 0.0).await;
    app.shutdown().await.unwrap();
    until("gone", |p| p.sum("topika_rdkafka_broker_connections", &connected[..1]) == 0.0).await;
    orders.close(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn lag_is_what_is_not_read_yet() {
    metrics();
    let kit = topika_testkit::start().await;
    let client = client(&kit, "lag.");
    let orders = client.producer::<Orders>().await.unwrap();
    let of = [("topic", "lag.orders"), ("group", "report")];
    let mut report = client.consumer::<Orders>("report").await.unwrap();
    for number in 0..30 {
        orders.send(&placed(&format!("CUST-{number}"), number)).await.unwrap();
    }
    until("behind", |p| p.sum("topika_lag", &of) == 30.0).await;
    for _ in 0..30 {
        tokio::time::timeout(PATIENCE, report.next()).await.unwrap().unwrap().unwrap().ack();
    }
    report.commit().await.unwrap();
    until("up to date", |p| p.sum("topika_lag", &of) == 0.0).await;
    report.close(PATIENCE).await.unwrap();
    orders.close(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_router_tells_what_is_wrong_and_prints_the_metrics() {
    let kit = topika_testkit::start().await;
    let doors = Arc::new(Semaphore::new(0));
    let client = client(&kit, "routes.");
    let app = App::new("routes")
        .with_state(Arc::clone(&doors))
        .topic(Orders::router().placed(cook).cancelled(skip))
        .stuck_after(Duration::from_millis(200));
    let router = topika::observe::router([app.probe()], metrics().clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let get = async |path: &str| -> (u16, String) {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let asked = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    };
    let soon = async |path: &str, status: u16| -> String {
        let waiting = async {
            loop {
                let (is, body) = get(path).await;
                if is == status {
                    return body;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    };
    assert_eq!(get("/live").await.0, 200);
    assert_eq!(get("/ready").await, (503, "app \"routes\": it has not started to read yet\n".to_owned()));
    let running = app.spawn(client.clone());
    assert_eq!(soon("/ready", 200).await, "app \"routes\": live and ready\n");
    let orders = client.producer::<Orders>().await.unwrap();
    let at = orders.send(&placed("CUST-1", 0)).await.unwrap();
    let said = soon("/live", 503).await;
    let place = format!("the message at \"routes.orders\" partition {} offset {}", at.partition, at.offset);
    assert!(said.contains(&place), "{said}");
    let (status, printed) = get("/metrics").await;
    assert!(status == 200 && printed.contains("topika_produced_total{topic=\"routes.orders\"} 1\n"), "{printed}");
    doors.add_permits(100);
    soon("/live", 200).await;
    running.shutdown().await.unwrap();
    soon("/live", 503).await;
    orders.close(PATIENCE).await.unwrap();
    serving.abort();
}

#[test]
fn the_documentation_lists_every_metric_as_it_is() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/observability.md")).unwrap();
    let mut expected = "| Metric | kind | labels | says |\n|---|---|---|---|\n".to_owned();
    for metric in METRICS {
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let kind = format!("{:?}", metric.kind).to_lowercase();
        expected.push_str(&format!("| `{}` | {kind} | {} | {} |\n", metric.name, labels.join(", "), metric.help));
    }
    assert!(page.contains(&expected), "docs/observability.md lacks this table:\n{expected}");
}
