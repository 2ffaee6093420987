//! Kits on a cluster that others use too: names of their own, and nothing left at the end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::FoodOrders;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use topika::handler::{Metadata, State, skip};
use topika::{App, Client, Error, ErrorKind, Retry};
use topika_testkit::{Fake, Kit, TestCluster};

use crate::cluster::Cluster;

async fn refuse(order: OrderPlaced) -> Result<(), Error> {
    if order.note.as_deref() == Some("refuse") { Err(Error::new(ErrorKind::Other, "refused")) } else { Ok(()) }
}

fn kitchen() -> App {
    App::new("kitchen").topic(FoodOrders::router().order_placed(refuse).order_cancelled(skip)).dead_letters()
}

/// What the cluster has of a kit: topics of that prefix.
async fn topics_of(client: &Client, prefix: &str) -> Vec<String> {
    let topics = client.topics().list().await.unwrap();
    topics.into_keys().filter(|name| name.starts_with(prefix)).collect()
}

async fn given_when_then(kit: &Kit, seed: u64) -> String {
    let mut fake = Fake::seeded(seed);
    let good: OrderPlaced = fake.with(|order: &mut OrderPlaced| order.note = None);
    let bad: OrderPlaced = fake.with(|order: &mut OrderPlaced| order.note = Some("refuse".to_owned()));
    kit.given::<FoodOrders>([good.clone(), bad.clone()]).await;
    let run = kit.handled(kitchen()).await;
    kit.published::<FoodOrders>().await.assert_eq([good, bad.clone()]);
    kit.dead_letters::<FoodOrders>().await.assert_reasons(["handler-failed"]);
    let is_bad = |seen: &topika_testkit::Seen<FoodOrders>| seen.event == FoodOrders::OrderPlaced(bad.clone());
    assert_eq!(
        kit.consume_until::<FoodOrders>(is_bad, Duration::from_secs(60)).await.events().last(),
        Some(&FoodOrders::OrderPlaced(bad.clone()))
    );
    kit.caught_up::<FoodOrders>("kitchen").await;
    let prefix = kit.client().topic_prefix().to_owned();
    assert_eq!(run.group(), format!("{prefix}kitchen"));
    prefix
}

pub(crate) async fn kits_on_one_cluster_have_names_of_their_own_and_leave_nothing(cluster: &Cluster) {
    let elsewhere = topika_testkit::start().await;
    let there = TestCluster::at(cluster.bootstrap()).registry(elsewhere.registry_url());
    let (one, two) = (there.start().await.unwrap(), there.start().await.unwrap());
    assert!(!one.is_embedded() && one.bootstrap() == cluster.bootstrap());
    let prefixes: [String; 2] = tokio::join!(given_when_then(&one, 1), given_when_then(&two, 2)).into();
    let client = Client::builder().bootstrap(cluster.bootstrap()).without_registry().build().unwrap();
    for prefix in &prefixes {
        assert_eq!(
            topics_of(&client, prefix).await,
            [format!("{prefix}dlq.food-orders"), format!("{prefix}food-orders")]
        );
    }
    // What a kit that was killed long ago has left.
    let left = "topika-test-1700000000-00c0ffee.orders";
    client.topics().create(&topika::client::NewTopic::new(left).partitions(1).replication(1)).await.unwrap();

    let swept = one.close().await.unwrap();
    assert_eq!(swept.topics, [format!("{}dlq.food-orders", prefixes[0]), format!("{}food-orders", prefixes[0])]);
    assert_eq!(swept.groups, [format!("{}kitchen", prefixes[0])]);
    assert_eq!(swept.subjects.len(), 2, "{swept}");
    assert_eq!(topics_of(&client, &prefixes[0]).await, [""; 0]);
    assert_eq!(topics_of(&client, &prefixes[1]).await.len(), 2, "another kit goes on");
    two.published::<FoodOrders>().await.assert_len(2);

    let swept = there.sweep(Duration::from_secs(3600)).await.unwrap();
    assert_eq!((swept.topics.as_slice(), swept.groups.len()), (&[left.to_owned()][..], 0));
    drop(two);
    assert_eq!(topics_of(&client, &prefixes[1]).await, [""; 0], "a kit that is dropped cleans up, too");

    let address = cluster.bootstrap().to_owned();
    let (tell, told) = std::sync::mpsc::channel();
    let failing = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let kit = TestCluster::at(address).start().await.unwrap();
            tell.send(kit.client().topic_prefix().to_owned()).unwrap();
            kit.given::<FoodOrders>([Fake::seeded(3).one::<OrderPlaced>()]).await;
            kit.published::<FoodOrders>().await.assert_empty();
        });
    });
    let panic = failing.join().unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("(0 expected, 1 found)"));
    // Other cases have kits of their own on this cluster meanwhile.
    let failed = told.recv().unwrap();
    assert_eq!(topics_of(&client, &failed).await, [""; 0], "a test that panics leaves nothing");
    let left = [&prefixes[0], &prefixes[1], &failed].map(String::as_str);
    let all: BaseConsumer = ClientConfig::new().set("bootstrap.servers", cluster.bootstrap()).create().unwrap();
    let groups = all.fetch_group_list(None, Duration::from_secs(60)).unwrap();
    let groups: Vec<_> = groups.groups().iter().map(|group| group.name().to_owned()).collect();
    assert!(groups.iter().all(|group| left.iter().all(|prefix| !group.starts_with(prefix))), "{groups:?}");
}

/// What was handled at last, with the number of the try.
type Served = Arc<Mutex<Vec<(String, u32)>>>;

async fn serve(State(served): State<Served>, metadata: Metadata, order: OrderPlaced) -> Result<(), Error> {
    if order.note.as_deref() == Some("refuse") && metadata.attempt < 3 {
        return Err(Error::new(ErrorKind::Other, "refused").retriable(true));
    }
    served.lock().unwrap().push((order.order_id, metadata.attempt));
    Ok(())
}

fn serving(served: &Served, delay: Duration) -> App<Served> {
    let short = Duration::from_millis(1);
    App::new("serving")
        .with_state(Arc::clone(served))
        .topic(FoodOrders::router().order_placed(serve).order_cancelled(skip))
        .retry(Retry::in_place(1).waits(short, short).then_tiers([delay]))
        .dead_letters()
}

pub(crate) async fn what_an_app_puts_off_is_told_and_an_app_settles_when_it_is_done_with_that_too(cluster: &Cluster) {
    let elsewhere = topika_testkit::start().await;
    let there = TestCluster::at(cluster.bootstrap()).registry(elsewhere.registry_url());
    let mut fake = Fake::seeded(4);
    let good: OrderPlaced = fake.with(|order: &mut OrderPlaced| order.note = None);
    let bad: OrderPlaced = fake.with(|order: &mut OrderPlaced| order.note = Some("refuse".to_owned()));
    let served = Served::default();

    let kit = there.start().await.unwrap();
    kit.given::<FoodOrders>([good.clone(), bad.clone()]).await;
    let run = kit.handled(serving(&served, Duration::from_secs(3600))).await;
    let retried = kit.retried::<FoodOrders>(&run).await;
    retried.assert_reasons(["handler-failed"]);
    let prefix = kit.client().topic_prefix().to_owned();
    let [put_off] = retried.all() else { panic!("{retried:?}") };
    assert_eq!((put_off.attempts, &put_off.message.event), (2, &FoodOrders::OrderPlaced(bad.clone())));
    assert!(put_off.tier.starts_with(&format!("{prefix}retry.")) && put_off.due_ms.is_some(), "{put_off:?}");
    assert_eq!(std::mem::take(&mut *served.lock().unwrap()), [(good.order_id.clone(), 1)]);
    let swept = kit.close().await.unwrap();
    assert!(swept.topics.iter().any(|topic| topic.starts_with(&format!("{prefix}retry."))), "{swept}");

    let kit = there.start().await.unwrap();
    let app = serving(&served, Duration::from_millis(250)).spawn(kit.client());
    kit.given::<FoodOrders>([good.clone(), bad.clone()]).await;
    kit.settled(&app).await;
    let mut done = std::mem::take(&mut *served.lock().unwrap());
    done.sort_by_key(|(_, attempt)| *attempt);
    assert_eq!(done, [(good.order_id, 1), (bad.order_id, 3)]);
    app.shutdown().await.unwrap();
    kit.dead_letters::<FoodOrders>().await.assert_empty();
    kit.close().await.unwrap();
}
