//! What layers see of each message, and how several apps of one process go together, whichever broker it is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rdkafka::Offset;
use topika::app::Apps;
use topika::event::Keyed;
use topika::handler::{Call, Extension, HandlerService, Metadata, State};
use topika::types::Bytes;
use topika::{App, Client, Retry};
use tower::layer::layer_fn;
use tower::service_fn;
use tower::timeout::TimeoutLayer;

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

const PARTITION: i32 = 2;

type Seen<T> = Arc<Mutex<Vec<T>>>;

async fn say(client: &Client, numbers: std::ops::Range<i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for number in numbers {
        let (key, said) = (Bytes(vec![7]), Said { number });
        sayings.message(&Keyed { key: &key, event: &said }).partition(PARTITION).send().await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

/// Until there are so many.
async fn seen<T: Clone>(of: &Seen<T>, count: usize) -> Vec<T> {
    let all = async {
        while of.lock().unwrap().len() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap();
    of.lock().unwrap().clone()
}

#[derive(Clone)]
struct Number(u32);

/// The first try never ends by itself.
async fn dawdle(
    State(done): State<Seen<u32>>,
    at: Metadata,
    Extension(number): Extension<Number>,
    _: Said,
) -> Result<(), String> {
    if at.attempt == 1 {
        std::future::pending::<()>().await;
    }
    done.lock().unwrap().push(number.0);
    Ok(())
}

pub(crate) async fn each_try_goes_through_the_layers_of_its_app(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..2).await;
    let (tries, done) = (Seen::<(Option<&str>, i64, u32)>::default(), Seen::<u32>::default());
    let log = Arc::clone(&tries);
    let numbered = layer_fn(move |inner: HandlerService| {
        let log = Arc::clone(&log);
        service_fn(move |mut call: Call| {
            let mut log = log.lock().unwrap();
            log.push((call.event(), call.metadata().offset, call.metadata().attempt));
            call.extensions_mut().insert(Number(u32::try_from(log.len()).unwrap()));
            inner.handle(call)
        })
    });
    let running = App::new(cluster.name("slow"))
        .with_state(Arc::clone(&done))
        .retry(Retry::in_place(1).waits(Duration::from_millis(1), Duration::from_millis(1)))
        .layer(TimeoutLayer::new(Duration::from_millis(200)))
        .layer(numbered)
        .topic(Sayings::router().said(dawdle))
        .spawn(client);
    assert_eq!(seen(&done, 2).await, [2, 4]);
    running.shutdown().await.unwrap();
    let said = Some("cases.said");
    assert_eq!(*tries.lock().unwrap(), [(said, 0, 1), (said, 0, 2), (said, 1, 1), (said, 1, 2)]);
}

async fn hear(State(heard): State<Seen<i32>>, said: Said) -> Result<(), String> {
    heard.lock().unwrap().push(said.number);
    Ok(())
}

async fn mind(State(heard): State<Seen<i32>>, said: Said) -> Result<(), String> {
    heard.lock().unwrap().push(said.number);
    if said.number == 3 { Err("three is too much".to_owned()) } else { Ok(()) }
}

pub(crate) async fn several_apps_of_a_process_end_when_one_of_them_does(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..3).await;
    let (calm, touchy) = (Seen::<i32>::default(), Seen::<i32>::default());
    let calm_app = App::new(cluster.name("calm")).with_state(Arc::clone(&calm)).topic(Sayings::router().said(hear));
    let touchy_app = App::new(cluster.name("touchy")).with_state(Arc::clone(&touchy)).retry(Retry::never());
    let apps = Apps::new().with(calm_app).with(touchy_app.topic(Sayings::router().said(mind)));
    let probes = apps.probes();
    assert!(probes.iter().all(|probe| !probe.health().is_ready()));
    let running = apps.spawn(client.clone());
    assert!(running.joined().await);
    assert_eq!((seen(&calm, 3).await, seen(&touchy, 3).await), (vec![0, 1, 2], vec![0, 1, 2]));
    assert!(running.apps().iter().all(topika::RunningApp::is_running));
    say(&client, 3..4).await;
    let error = tokio::time::timeout(PATIENCE, running.ended()).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("three is too much"), "{error}");
    assert!(probes.iter().all(|probe| !probe.health().is_live()), "both have ended: {probes:?}");
    // What each had done is committed, and what failed is not.
    let committed = |group: &str| {
        let asker = clients::consumer(cluster, group, &[]);
        clients::committed(&asker, &cluster.name("said"), PARTITION)
    };
    let heard = i64::try_from(calm.lock().unwrap().len()).unwrap();
    assert_eq!((committed("calm"), committed("touchy")), (Offset::Offset(heard), Offset::Offset(3)));
}

pub(crate) async fn several_apps_of_a_process_are_shut_down_together(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..5).await;
    let heard: [Seen<i32>; 3] = std::array::from_fn(|_| Seen::default());
    let apps = heard.iter().enumerate().fold(Apps::new(), |apps, (at, heard)| {
        let app = App::new(cluster.name(&format!("group{at}"))).with_state(Arc::clone(heard));
        apps.with(app.topic(Sayings::router().said(hear)))
    });
    let running = apps.spawn(client.clone());
    for heard in &heard {
        assert_eq!(seen(heard, 5).await, [0, 1, 2, 3, 4]);
    }
    tokio::time::timeout(PATIENCE, running.shutdown()).await.unwrap().unwrap();
    let error = Apps::new().run(client).await.unwrap_err();
    assert!(error.to_string().contains("there is no app to run"), "{error}");
}
