//! With what a batch is compressed that the broker has.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use topika::client::Compression;
use topika::event::Keyed;
use topika::types::Bytes;

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

/// Each with its number in the attributes of a batch.
const ALL: [(Compression, u8); 5] = [
    (Compression::None, 0),
    (Compression::Gzip, 1),
    (Compression::Snappy, 2),
    (Compression::Lz4, 3),
    (Compression::Zstd, 4),
];

pub(crate) async fn each_compression_is_what_the_batch_on_the_broker_has(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let said = Said { number: 1 };
    // One partition for all, each a batch of its own; much of the same, since what does not shrink is sent as it is.
    let key = Bytes(vec![7; 2_000]);
    let mut first = Vec::new();
    for (compression, _) in ALL {
        let producer = client.producer::<Sayings>().compression(compression).await.unwrap();
        let deliveries = producer.send_all(&vec![Keyed { key: &key, event: &said }; 5]).await.all().unwrap();
        producer.close(PATIENCE).await.unwrap();
        first.push(deliveries[0]);
    }
    let topic = cluster.name("said");
    for ((compression, number), at) in ALL.into_iter().zip(&first) {
        assert_eq!(attributes_at(cluster, &topic, at.partition, at.offset) & 0b111, number, "{compression:?}");
    }
    let mut consumer = client.consumer::<Sayings>(cluster.name("reader")).from_start().await.unwrap();
    for _ in 0..ALL.len() * 5 {
        let read = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(read.event, Sayings::Said(said.clone()));
        read.ack();
    }
    consumer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_client_compresses_as_it_is_told_and_with_lz4_where_it_is_not(cluster: &Cluster) {
    let said = Said { number: 1 };
    let key = Bytes(vec![7; 2_000]);
    for (builder, number) in [(client(cluster), 3), (client(cluster).compression(Compression::Zstd), 4)] {
        let client = builder.build().unwrap();
        let producer = client.producer::<Sayings>().await.unwrap();
        let at = producer.send(&Keyed { key: &key, event: &said }).await.unwrap();
        producer.close(PATIENCE).await.unwrap();
        assert_eq!(attributes_at(cluster, &cluster.name("said"), at.partition, at.offset) & 0b111, number);
    }
}

/// The low byte of the attributes of the batch that begins at that offset.
fn attributes_at(cluster: &Cluster, topic: &str, partition: i32, offset: i64) -> u8 {
    // Base offset, length, epoch, magic, checksum; then the attributes.
    batch_at(cluster, topic, partition, offset)[22]
}

/// The batch that begins at that offset and what stands behind it, by a fetch (version 4) of our own: a client would hide how it came.
pub(crate) fn batch_at(cluster: &Cluster, topic: &str, partition: i32, offset: i64) -> Vec<u8> {
    let text = |text: &str| [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text.as_bytes()].concat();
    let (fetch, version, correlation) = (1_u16.to_be_bytes(), 4_u16.to_be_bytes(), 7_u32.to_be_bytes());
    let (one, most) = (1_u32.to_be_bytes(), (1_u32 << 20).to_be_bytes());
    let request = [
        [&fetch[..], &version, &correlation, &text("test")].concat(),
        // No replica; it waits up to ten seconds for a byte; what is not committed is read too.
        [&(-1_i32).to_be_bytes()[..], &10_000_u32.to_be_bytes(), &one, &most, &[0]].concat(),
        [&one[..], &text(topic), &one, &partition.to_be_bytes(), &offset.to_be_bytes(), &most].concat(),
    ]
    .concat();
    let mut socket = TcpStream::connect(cluster.bootstrap()).unwrap();
    socket.write_all(&u32::try_from(request.len()).unwrap().to_be_bytes()).unwrap();
    socket.write_all(&request).unwrap();
    let mut length = [0; 4];
    socket.read_exact(&mut length).unwrap();
    let mut answer = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
    socket.read_exact(&mut answer).unwrap();
    // Correlation, throttling, one topic with its name, one partition with number, error, two offsets, and aborted transactions: none.
    let at = 4 + 4 + 4 + 2 + topic.len() + 4 + 4;
    assert_eq!(answer[at..at + 2], [0, 0], "the fetch failed");
    let aborted = i32::from_be_bytes(answer[at + 18..at + 22].try_into().unwrap());
    assert!(aborted <= 0);
    let records = &answer[at + 26..];
    assert_eq!(i64::from_be_bytes(records[..8].try_into().unwrap()), offset, "the batch begins there");
    assert_eq!(records[16], 2, "a batch of version 2");
    records.to_vec()
}
