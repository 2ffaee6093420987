//! Clients that are not librdkafka's.

use std::process::{Command, Stdio};

use rdkafka::Offset;

use crate::clients::{committed, consumer, read, topic};
use crate::cluster::Cluster;
use crate::support::outside;

pub(crate) async fn java_s_client_reads_in_groups_and_writes_within_transactions(cluster: &Cluster) {
    let Some(jars) = outside::kafka_jars("java_s_client_reads_in_groups_and_writes_within_transactions") else {
        return;
    };
    let (input, output) = (topic(cluster, "in", 2, &[]).await, topic(cluster, "out", 1, &[]).await);
    let java = Command::new("java")
        .arg("-cp")
        .arg(jars.join("*"))
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/java/Worker.java"))
        .args([cluster.bootstrap(), &input, &output, &cluster.name("worker")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&java.stdout);
    assert!(java.status.success(), "{said}{}", String::from_utf8_lossy(&java.stderr));
    assert_eq!(said.lines().collect::<Vec<_>>(), ["v0", "v1", "v2", "v3", "v4", "v5"]);
    // Every second one was taken back, with the offset that it had committed.
    assert_eq!(read(cluster, &output, 0, "read_committed"), ["v0", "v2", "v4"]);
    assert_eq!(read(cluster, &output, 0, "read_uncommitted").len(), 6);
    let worker = consumer(cluster, "worker", &[]);
    // Java's client puts all records of one key into one of the two partitions.
    let partitions = [0, 1].map(|partition| committed(&worker, &input, partition));
    assert!(partitions.contains(&Offset::Offset(5)) && partitions.contains(&Offset::Invalid), "{partitions:?}");
}
