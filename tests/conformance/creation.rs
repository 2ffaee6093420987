//! Topics are made on purpose or not at all: on brokers that would make whatever somebody asks for, no client of ours asks. And whatever is made has the
//! prefix of the environment.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rdkafka::producer::{BaseRecord, Producer as _};
use topika::client::NewTopic;
use topika::event::Keyed;
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, Provision};
use topika_testkit::Broker;

use crate::clients::{PATIENCE, noticing, transactional};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::support::kafka::{ApacheKafka, Further};

#[tokio::test]
async fn the_embedded_broker_is_asked_for_no_topic_that_is_not_there() {
    let broker = Broker::builder().auto_create_topics(2).start().unwrap();
    no_client_has_a_topic_made_by_the_broker(&Cluster::at(broker.bootstrap())).await;
}

#[tokio::test]
async fn apache_kafka_is_asked_for_no_topic_that_is_not_there() {
    let test = "apache_kafka_is_asked_for_no_topic_that_is_not_there";
    let further =
        Further { properties: "auto.create.topics.enable=true\nnum.partitions=2\n".to_owned(), ..Further::default() };
    let Some(kafka) = ApacheKafka::start_with(test, &further) else {
        return;
    };
    no_client_has_a_topic_made_by_the_broker(&Cluster::at(kafka.bootstrap())).await;
}

async fn no_client_has_a_topic_made_by_the_broker(cluster: &Cluster) {
    // The broker would: librdkafka's own producer has only to write.
    let other = noticing(cluster, &[]);
    other.send(BaseRecord::<(), _>::to("other").payload("x")).map_err(|(error, _)| error).unwrap();
    other.flush(PATIENCE).unwrap();
    assert!(topics(cluster).await.contains("other"));

    for how in [Provision::Verify, Provision::Exists] {
        let client = short(cluster).provision(how).build().unwrap();
        let kinds = [
            client.producer::<Sayings>().await.unwrap_err().kind(),
            client.consumer::<Sayings>(cluster.name("g")).await.unwrap_err().kind(),
            App::new(cluster.name("g"))
                .topic(Sayings::router().said(dropped))
                .run(client.clone())
                .await
                .unwrap_err()
                .kind(),
            {
                let transactions = client.transactions("t").await.unwrap();
                transactions.producer::<Sayings>().await.unwrap_err().kind()
            },
        ];
        assert_eq!(kinds, [ErrorKind::UnknownTopic; 4]);
        assert!(client.topics().describe(&[&cluster.name("said")]).await.unwrap().is_empty());
    }
    assert!(ours(cluster).await.is_empty(), "{:?}", ours(cluster).await);

    // One that goes away while it is used stays away.
    let client = short(cluster).build().unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    producer.send(&Keyed { key: &Bytes(vec![1]), event: &Said { number: 1 } }).await.unwrap();
    let mut consumer = client.consumer::<Sayings>(cluster.name("g")).await.unwrap();
    assert!(consumer.next().await.unwrap().is_ok());
    assert!(client.topics().delete(&cluster.name("said")).await.unwrap());
    let message = Keyed { key: &Bytes(vec![1]), event: &Said { number: 2 } };
    let until = Instant::now() + PATIENCE;
    while producer.send(&message).await.is_ok() {
        // A leader may take a message while its topic is on its way out.
        assert!(Instant::now() < until, "the topic is still written to");
    }
    // The consumer has looked for it, too: it ends, or waits.
    let _looked = tokio::time::timeout(Duration::from_secs(1), consumer.next()).await;
    assert!(ours(cluster).await.is_empty(), "{:?}", ours(cluster).await);
    drop(consumer);
    producer.close(PATIENCE).await.ok();

    // What is made is as it was said, not as the broker would have it.
    let client = short(cluster).build().unwrap();
    let app = App::new(cluster.name("h")).topic(Sayings::router().said(refused)).dead_letters().spawn(client.clone());
    let producer = client.producer::<Sayings>().await.unwrap();
    producer.send(&message).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
    let letters = cluster.name("dlq.said");
    let until = Instant::now() + PATIENCE;
    while !ours(cluster).await.contains(&letters) {
        assert!(Instant::now() < until, "no dead letter came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.shutdown().await.unwrap();
    let there = client.topics().describe(&[&letters, &cluster.name("said")]).await.unwrap();
    assert!(there.len() == 2 && there.values().all(|topic| topic.partitions == 7), "{there:?}");
}

#[tokio::test]
async fn the_embedded_broker_gets_topics_with_one_copy_in_development() {
    let broker = Broker::start().unwrap();
    every_topic_of_a_development_has_one_copy(&Cluster::at(broker.bootstrap())).await;
}

/// One broker, whose default are the copies of the cluster that it is to stand for: as a rule it takes no topic.
#[tokio::test]
async fn apache_kafka_gets_topics_with_one_copy_in_development() {
    let test = "apache_kafka_gets_topics_with_one_copy_in_development";
    let further = Further { properties: "default.replication.factor=3\n".to_owned(), ..Further::default() };
    let Some(kafka) = ApacheKafka::start_with(test, &further) else { return };
    let cluster = Cluster::at(kafka.bootstrap());
    assert!(client(&cluster).build().unwrap().producer::<Sayings>().await.is_err());
    every_topic_of_a_development_has_one_copy(&cluster).await;
}

async fn every_topic_of_a_development_has_one_copy(cluster: &Cluster) {
    let client = client(cluster).development(true).build().unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    producer.send(&Keyed { key: &Bytes(vec![1]), event: &Said { number: 1 } }).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
    let app = App::new(cluster.name("h")).topic(Sayings::router().said(refused)).dead_letters().spawn(client.clone());
    let names = [cluster.name("said"), cluster.name("dlq.said")];
    let until = Instant::now() + PATIENCE;
    while !topics(cluster).await.contains(&names[1]) {
        assert!(Instant::now() < until, "no dead letter came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.shutdown().await.unwrap();
    let there = client.topics().describe(&[&names[0], &names[1]]).await.unwrap();
    assert!(there.len() == 2 && there.values().all(|topic| topic.replication == 1), "{there:?}");
}

/// What is written, what is read, dead letters and transactional ids all have the prefix: nothing of ours is there without it.
pub(crate) async fn everything_of_an_environment_has_its_prefix(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let before = topics(cluster).await;
    let mut transactions = client.transactions("writer").await.unwrap();
    let producer = transactions.producer::<Sayings>().await.unwrap();
    let transaction = transactions.begin().await.unwrap();
    let message = Keyed { key: &Bytes(vec![1]), event: &Said { number: 1 } };
    producer.send(&message).await.unwrap();
    transaction.commit().await.unwrap();
    let app = App::new(cluster.name("h")).topic(Sayings::router().said(refused)).dead_letters().spawn(client.clone());
    let letters = cluster.name("dlq.said");
    let until = Instant::now() + PATIENCE;
    while !topics(cluster).await.contains(&letters) {
        assert!(Instant::now() < until, "no dead letter came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.shutdown().await.unwrap();
    let new: BTreeSet<String> = topics(cluster).await.difference(&before).cloned().collect();
    let new: Vec<&String> =
        new.iter().filter(|name| ["said", "dlq.said"].iter().any(|own| name.ends_with(own))).collect();
    assert!(new.contains(&&letters) && new.contains(&&cluster.name("said")), "{new:?}");
    assert!(!new.iter().any(|name| ["said", "dlq.said"].contains(&name.as_str())), "{new:?}");
    // Whoever takes over the id with the prefix shuts ours out, so that is the id it has.
    let theirs = transactional(cluster, "writer", &[]);
    let transaction = transactions.begin().await.unwrap();
    let sent = producer.send(&message).await;
    let ended = transaction.commit().await;
    let kinds = [sent.err().map(|error| error.kind()), ended.err().map(|error| error.kind())];
    assert!(kinds.contains(&Some(ErrorKind::Fenced)), "{kinds:?}");
    drop(theirs);
}

/// What is said at the start of a topic that is not as it is declared, whichever broker has it.
pub(crate) async fn a_start_holds_the_topic_to_what_is_declared(cluster: &Cluster) {
    let name = cluster.name("said");
    let verifying = client(cluster).provision(Provision::Verify).build().unwrap();
    let taking = client(cluster).provision(Provision::Exists).build().unwrap();
    let starts = async |client: &Client| {
        let app = App::new(cluster.name("g")).topic(Sayings::router().said(dropped)).spawn(client.clone());
        let producer = client.producer::<Sayings>().await.map(drop).map_err(|error| error.kind());
        let consumer = client.consumer::<Sayings>(cluster.name("h")).await.map(drop).map_err(|error| error.kind());
        let app = match producer {
            Ok(()) => app.shutdown().await,
            Err(_) => app.ended().await,
        };
        [producer, consumer, app.map_err(|error| error.kind())]
    };
    assert_eq!(starts(&verifying).await, [Err(ErrorKind::UnknownTopic); 3]);
    assert_eq!(starts(&taking).await, [Err(ErrorKind::UnknownTopic); 3]);
    verifying.topics().create(&NewTopic::new(&name).partitions(3)).await.unwrap();
    assert_eq!(starts(&verifying).await, [Err(ErrorKind::TopicDiffers); 3]);
    assert_eq!(starts(&client(cluster).build().unwrap()).await, [Err(ErrorKind::TopicDiffers); 3]);
    assert_eq!(starts(&taking).await, [Ok(()); 3]);
    verifying.topics().add_partitions(&name, 7).await.unwrap();
    assert_eq!(starts(&verifying).await, [Ok(()); 3]);
    // Others have added some already; who was built before that is started again.
    verifying.topics().add_partitions(&name, 9).await.unwrap();
    assert_eq!(starts(&verifying).await, [Ok(()); 3]);
}

async fn dropped(_said: Said) -> Result<(), String> {
    Ok(())
}

async fn refused(said: Said) -> Result<(), String> {
    Err(format!("not {}", said.number))
}

/// A client that gives up soon.
fn short(cluster: &Cluster) -> topika::client::ClientBuilder {
    client(cluster)
        .kafka_property("delivery.timeout.ms", "2000")
        .kafka_property("topic.metadata.refresh.interval.ms", "200")
}

async fn topics(cluster: &Cluster) -> BTreeSet<String> {
    let client = Client::builder().bootstrap(cluster.bootstrap()).without_registry().build().unwrap();
    client.topics().list().await.unwrap().into_keys().collect()
}

/// Those of the case.
async fn ours(cluster: &Cluster) -> BTreeSet<String> {
    let mut all = topics(cluster).await;
    all.retain(|name| name.starts_with(&cluster.name("")));
    all
}
