//! What a running program tells of itself, whichever broker it is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use topika::app::{Health, Publish, Trouble};
use topika::event::Keyed;
use topika::handler::State;
use topika::observe::PrometheusHandle;
use topika::types::Bytes;
use topika::{App, Client, Error, ErrorKind, Producer, RunningApp};
use topika_testkit::Broker;

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::support::kafka::ApacheKafka;
use crate::transactional::{Echoed, Echoes, reader};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

async fn until(what: &str, mut is: impl FnMut() -> bool) {
    let waiting = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "not {what} within {PATIENCE:?}");
}

/// A client that hears often how the brokers are.
fn attentive(cluster: &Cluster) -> Client {
    client(cluster).kafka_property("statistics.interval.ms", "50").build().unwrap()
}

async fn say(sayings: &Producer<Sayings>, numbers: std::ops::Range<i32>) {
    let key = Bytes(vec![1]);
    for number in numbers {
        sayings.send(&Keyed { key: &key, event: &Said { number } }).await.unwrap();
    }
}

/// Ends when it is let.
async fn wait(State(doors): State<Arc<Semaphore>>, _said: Said) -> Result<(), Error> {
    let _through = doors.acquire().await;
    Ok(())
}

fn waiting(cluster: &Cluster, doors: &Arc<Semaphore>) -> App<Arc<Semaphore>> {
    App::new(cluster.name("waiting")).with_state(Arc::clone(doors)).topic(Sayings::router().said(wait))
}

async fn is(app: &RunningApp, what: &str, is: impl Fn(&Health) -> bool) {
    until(what, || is(&app.health())).await;
}

pub(crate) async fn a_handler_that_does_not_end_makes_its_app_not_live_and_its_place_is_told(cluster: &Cluster) {
    let client = attentive(cluster);
    let sayings = client.producer::<Sayings>().await.unwrap();
    let doors = Arc::new(Semaphore::new(0));
    let app = waiting(cluster, &doors).stuck_after(Duration::from_millis(200)).spawn(client);
    is(&app, "ready", Health::is_ready).await;
    let at = sayings.send(&Keyed { key: &Bytes(vec![1]), event: &Said { number: 1 } }).await.unwrap();
    is(&app, "stuck", |health| !health.is_live()).await;
    let health = app.health();
    let stuck = health.troubles().iter().find_map(|trouble| match trouble {
        Trouble::Stuck { topic, partition, offset, .. } => Some((topic.to_string(), *partition, *offset)),
        _ => None,
    });
    assert_eq!(stuck, Some((cluster.name("said"), at.partition, at.offset)), "{health}");
    doors.add_permits(100);
    is(&app, "ready again", Health::is_ready).await;
    app.shutdown().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_poll_loop_that_stands_still_makes_its_app_not_live_until_it_turns_again(cluster: &Cluster) {
    let doors = Arc::new(Semaphore::new(0));
    let sayings = client(cluster).build().unwrap().producer::<Sayings>().await.unwrap();
    for number in 0..28 {
        let (key, said) = (Bytes(vec![u8::try_from(number).unwrap()]), Said { number });
        sayings.message(&Keyed { key: &key, event: &said }).partition(number % 7).send().await.unwrap();
    }
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let wait = move |State(doors): State<Arc<Semaphore>>, _said: Said| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            let _through = doors.acquire().await;
            Ok::<(), Error>(())
        }
    };
    // Its rebalance waits for handlers, and its loop with it.
    let first = App::new(cluster.name("waiting"))
        .with_state(Arc::clone(&doors))
        .topic(Sayings::router().said(wait))
        .lanes(2048)
        .drain_deadline(PATIENCE)
        .stalled_after(Duration::from_millis(200))
        .spawn(attentive(cluster));
    // There are four on each partition: whichever goes, a handler has a message of it.
    until("at work on every partition", || begun.load(Ordering::SeqCst) > 24).await;
    let second = waiting(cluster, &doors).spawn(attentive(cluster));
    is(&first, "stalled", |health| !health.is_live()).await;
    let health = first.health();
    assert!(health.troubles().iter().any(|trouble| matches!(trouble, Trouble::Stalled { .. })), "{health}");
    doors.add_permits(100);
    is(&first, "ready again", Health::is_ready).await;
    // Whoever leaves while a group hands out its partitions may take long; that is not what this is about.
    drop((first, second));
    sayings.close(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn an_outage_of_the_embedded_broker_is_told_and_so_is_its_end() {
    let broker = Broker::start().unwrap();
    an_outage_is_told_and_so_is_its_end(&broker.bootstrap(), &broker, Broker::stop, |broker| {
        broker.restart().unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_outage_of_apache_kafka_is_told_and_so_is_its_end() {
    let Some(kafka) = ApacheKafka::start("an_outage_of_apache_kafka_is_told") else { return };
    let bootstrap = kafka.bootstrap();
    let of = |kafka: &Mutex<ApacheKafka>, change: fn(&mut ApacheKafka)| change(&mut kafka.lock().unwrap());
    let (stop, restart) = (ApacheKafka::stop, ApacheKafka::restart);
    an_outage_is_told_and_so_is_its_end(&bootstrap, &Mutex::new(kafka), |k| of(k, stop), |k| of(k, restart)).await;
}

async fn an_outage_is_told_and_so_is_its_end<B>(bootstrap: &str, broker: &B, stop: impl Fn(&B), start: impl Fn(&B)) {
    let cluster = Cluster::at(bootstrap.to_owned());
    let client = attentive(&cluster);
    let app = waiting(&cluster, &Arc::new(Semaphore::new(100))).spawn(client.clone());
    is(&app, "ready", Health::is_ready).await;
    let sayings = client.producer::<Sayings>().await.unwrap();
    say(&sayings, 0..1).await;
    assert!(client.is_alive() && sayings.is_alive());

    stop(broker);
    is(&app, "without brokers", |health| !health.is_ready()).await;
    let gone = app.health();
    assert!(gone.is_live() && gone.troubles().iter().any(|t| matches!(t, Trouble::Unreachable { .. })), "{gone}");
    let error = client.check_connection(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Unreachable, true), "{error}");
    assert!(!client.is_alive());

    start(broker);
    is(&app, "ready again", Health::is_ready).await;
    client.check_connection(PATIENCE).await.unwrap();
    until("alive", || client.is_alive() && sayings.is_alive()).await;
    say(&sayings, 1..2).await;
    app.shutdown().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

pub(crate) async fn clients_know_whether_brokers_answer_and_which_never_did(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    assert!(!client.is_alive());
    client.check_connection(PATIENCE).await.unwrap();
    assert!(client.is_alive());
    let sayings = client.producer::<Sayings>().await.unwrap();
    sayings.check_connection(PATIENCE).await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
    assert_eq!(sayings.check_connection(PATIENCE).await.unwrap_err().kind(), ErrorKind::Closed);
    client.close();
    assert_eq!(client.check_connection(PATIENCE).await.unwrap_err().kind(), ErrorKind::Closed);
    let nowhere = Client::builder().bootstrap("127.0.0.1:1").without_registry().build().unwrap();
    let error = nowhere.check_connection(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected, "{error}");
    // Something else that takes connections, and never says a word.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mute =
        Client::builder().bootstrap(listener.local_addr().unwrap().to_string()).without_registry().build().unwrap();
    let error = mute.check_connection(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected, "{error}");
    assert!(error.message().contains("does not answer as a Kafka broker"), "{error}");
}

/// The sum of the series of that name that have all of these labels.
pub(crate) fn sum(name: &str, labels: &[(&str, &str)]) -> f64 {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    let printed = METRICS.get_or_init(|| topika::observe::prometheus().unwrap()).render();
    let has = |line: &str| labels.iter().all(|(label, value)| line.contains(&format!("{label}=\"{value}\"")));
    let of = printed.lines().filter(|line| line.split('{').next() == Some(name) && has(line));
    of.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

pub(crate) async fn what_is_written_read_and_left_to_read_is_counted(cluster: &Cluster) {
    sum("", &[]);
    let client = attentive(cluster);
    let (topic, group) = (cluster.name("said"), cluster.name("waiting"));
    let of = [("topic", topic.as_str()), ("group", group.as_str())];
    let doors = Arc::new(Semaphore::new(0));
    let app = waiting(cluster, &doors).spawn(client.clone());
    is(&app, "ready", Health::is_ready).await;
    let sayings = client.producer::<Sayings>().await.unwrap();
    say(&sayings, 0..30).await;
    for name in ["topika_produced_total", "topika_delivered_total", "topika_delivery_seconds_count"] {
        assert_eq!(sum(name, &of[..1]), 30.0, "{name}");
    }
    until("behind", || sum("topika_lag", &of) == 30.0 && sum("topika_commit_age_seconds", &of) > 0.0).await;
    doors.add_permits(100);
    until("up to date", || sum("topika_lag", &of) == 0.0 && sum("topika_commit_age_seconds", &of) == 0.0).await;
    assert_eq!(sum("topika_consumed_total", &of), 30.0);
    assert_eq!(sum("topika_handled_total", &[of[0], of[1], ("result", "done")]), 30.0);
    assert_eq!(sum("topika_handler_seconds_count", &of), 30.0);
    // No such partition: it is handed over, and not delivered.
    let (key, said) = (Bytes(vec![1]), Said { number: 1 });
    let said = Keyed { key: &key, event: &said };
    assert!(sayings.message(&said).partition(99).send().await.is_err());
    assert_eq!((sum("topika_failed_total", &of[..1]), sum("topika_in_flight", &of[..1])), (1.0, 0.0));
    until("committed", || sum("topika_commits_total", &[of[1], ("result", "ok")]) > 0.0).await;
    assert!(sum("topika_rebalances_total", &[of[1], ("event", "assigned")]) > 0.0);
    let told =
        ["topika_rdkafka_requests_total", "topika_rdkafka_received_bytes_total", "topika_rdkafka_broker_rtt_seconds"];
    for (name, side) in told.iter().flat_map(|name| [(name, "producer"), (name, "consumer")]) {
        until(name, || sum(name, &[("client", side)]) > 0.0).await;
    }
    app.shutdown().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

async fn echo(said: Said) -> Result<Publish<Echoes>, Error> {
    Ok(Publish::nothing().and_keyed(Bytes(vec![1]), Echoed { number: said.number }))
}

pub(crate) async fn a_trace_goes_from_a_message_to_what_its_handler_publishes_and_none_comes_of_nothing(
    cluster: &Cluster,
) {
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    say(&sayings, 1..2).await;
    let (key, said) = (Bytes(vec![1]), Said { number: 2 });
    let said = Keyed { key: &key, event: &said };
    sayings.message(&said).header("traceparent", TRACE).header("tracestate", "a=b").send().await.unwrap();
    let app = App::new(cluster.name("echo")).topic(Sayings::router().said(echo)).spawn(client.clone());
    let mut echoes = reader::<Echoes>(&client, cluster).await;
    for _ in 0..2 {
        let message = tokio::time::timeout(PATIENCE, echoes.next()).await.unwrap().unwrap().unwrap();
        let trace = (message.headers().text("traceparent"), message.headers().text("tracestate"));
        match message.event {
            Echoes::Echoed(Echoed { number: 2 }) => assert_eq!(trace, (Some(TRACE), Some("a=b"))),
            _ => assert!(message.headers().iter().all(|(name, _)| name.starts_with("ce_")), "{trace:?}"),
        }
        message.ack();
    }
    echoes.close(PATIENCE).await.unwrap();
    app.shutdown().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}
