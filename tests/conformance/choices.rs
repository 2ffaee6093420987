//! What a producer may be told beside its compression: of a client, and of one producer of it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika::ErrorKind;
use topika::client::ClientBuilder;
use topika::event::Keyed;
use topika::types::Bytes;

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::compression::batch_at;
use crate::producing::{Said, Sayings, client};

/// Longer than any test.
const LONG: Duration = Duration::from_secs(900);

/// A client whose deliveries may take as long as that.
fn patient(cluster: &Cluster) -> ClientBuilder {
    client(cluster).kafka_property("delivery.timeout.ms", "1000000")
}

pub(crate) async fn a_message_lingers_as_long_as_its_producer_or_its_client_says(cluster: &Cluster) {
    let (key, said) = (Bytes(vec![1]), Said { number: 1 });
    let said = Keyed { key: &key, event: &said };
    let lingering = patient(cluster).linger(LONG).build().unwrap();
    let usual = patient(cluster).build().unwrap();
    for (slow, quick) in [
        (usual.producer::<Sayings>().linger(LONG), usual.producer::<Sayings>()),
        (lingering.producer::<Sayings>(), lingering.producer::<Sayings>().linger(Duration::ZERO)),
    ] {
        let (slow, quick) = (slow.await.unwrap(), quick.await.unwrap());
        let earlier = slow.enqueue(&said).await.unwrap();
        let later = quick.send(&said).await.unwrap();
        // What is closed lingers no more.
        slow.close(PATIENCE).await.unwrap();
        assert!(earlier.await.unwrap().offset > later.offset, "it was written before it was closed");
        quick.close(PATIENCE).await.unwrap();
    }
}

pub(crate) async fn a_batch_grows_as_large_as_its_producer_or_its_client_says(cluster: &Cluster) {
    let (key, said) = (Bytes(vec![1]), Said { number: 1 });
    let said = Keyed { key: &key, event: &said };
    let small = patient(cluster).batch_bytes(1).build().unwrap();
    let usual = patient(cluster).build().unwrap();
    for (producer, last) in [
        (usual.producer::<Sayings>(), 4),
        (usual.producer::<Sayings>().batch_bytes(1), 0),
        (small.producer::<Sayings>(), 0),
        (small.producer::<Sayings>().batch_bytes(100_000), 4),
    ] {
        let producer = producer.linger(LONG).await.unwrap();
        let mut pending = Vec::new();
        for _ in 0..5 {
            pending.push(producer.enqueue(&said).await.unwrap());
        }
        producer.close(PATIENCE).await.unwrap();
        let first = pending.swap_remove(0).await.unwrap();
        let batch = batch_at(cluster, &cluster.name("said"), first.partition, first.offset);
        // How many records stand in it behind the first.
        assert_eq!(i32::from_be_bytes(batch[23..27].try_into().unwrap()), last);
    }
}

pub(crate) async fn a_full_queue_is_waited_for_as_long_as_the_producer_or_its_client_says(cluster: &Cluster) {
    let (key, said) = (Bytes(vec![1]), Said { number: 1 });
    let said = Keyed { key: &key, event: &said };
    let short = Duration::from_millis(20);
    let client = || patient(cluster).queue(2, 1 << 20).linger(LONG);
    let (impatient, usual) = (client().queue_wait(short).build().unwrap(), client().build().unwrap());
    for producer in [impatient.producer::<Sayings>(), usual.producer::<Sayings>().queue_wait(short)] {
        let producer = producer.await.unwrap();
        let _queued = [producer.enqueue(&said).await.unwrap(), producer.enqueue(&said).await.unwrap()];
        let error = producer.enqueue(&said).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::QueueFull, true), "{error}");
        assert!(error.to_string().contains("`queue_wait`"), "{error}");
        producer.close(PATIENCE).await.unwrap();
    }
    // Who waits longer has room as soon as there is some.
    let patient = impatient.producer::<Sayings>().queue_wait(PATIENCE).linger(Duration::ZERO).await.unwrap();
    for _ in 0..20 {
        drop(patient.enqueue(&said).await.unwrap());
    }
    patient.close(PATIENCE).await.unwrap();
}

pub(crate) async fn brokers_are_told_the_id_of_the_producer_or_of_its_client(cluster: &Cluster) {
    let (address, ids) = ids_on_the_way_to(cluster.bootstrap());
    let named = client(cluster).bootstrap(&address).client_id("checkout").build().unwrap();
    let unnamed = client(cluster).bootstrap(&address).build().unwrap();
    for producer in [
        unnamed.producer::<Sayings>(),
        unnamed.producer::<Sayings>().client_id("writer"),
        named.producer::<Sayings>().client_id("another-writer"),
    ] {
        let producer = producer.await.unwrap();
        producer.check_connection(PATIENCE).await.unwrap();
        producer.close(PATIENCE).await.unwrap();
    }
    named.check_connection(PATIENCE).await.unwrap();
    let mut ids = ids.lock().unwrap().clone();
    ids.sort();
    ids.dedup();
    assert_eq!(ids, ["another-writer", "checkout", "topika", "writer"]);
}

/// An address that stands for the broker's, and the ids that clients give in their first requests there.
fn ids_on_the_way_to(broker: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (ids, broker) = (Arc::new(Mutex::new(Vec::new())), broker.to_owned());
    let heard = Arc::clone(&ids);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (heard, broker) = (Arc::clone(&heard), TcpStream::connect(&broker).unwrap());
            std::thread::spawn(move || pass_on(client, broker, &heard));
        }
    });
    (address, ids)
}

fn pass_on(mut client: TcpStream, mut broker: TcpStream, heard: &Mutex<Vec<String>>) {
    // Length, API, version and correlation; then the id.
    let mut head = [0; 14];
    if client.read_exact(&mut head).is_err() {
        return;
    }
    let mut id = vec![0; usize::from(u16::from_be_bytes([head[12], head[13]]))];
    client.read_exact(&mut id).unwrap();
    heard.lock().unwrap().push(String::from_utf8(id.clone()).unwrap());
    broker.write_all(&[&head[..], &id].concat()).unwrap();
    let (mut from, mut to) = (broker.try_clone().unwrap(), client.try_clone().unwrap());
    std::thread::spawn(move || std::io::copy(&mut from, &mut to).ok());
    // Either may hang up.
    std::io::copy(&mut client, &mut broker).ok();
    broker.shutdown(std::net::Shutdown::Both).ok();
}
