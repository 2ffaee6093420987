//! Clients that are not librdkafka's. Each has a program that writes six records of one key, reads them in a group, answers each within a
//! transaction, of which it takes back every second one; then it reads the answers in another group and commits each.

use std::process::{Command, Stdio};

use rdkafka::Offset;

use crate::clients::{committed, consumer, read, topic};
use crate::cluster::Cluster;
use crate::support::outside;

pub(crate) async fn java_s_tools_see_a_transaction_while_it_is_open_and_when_it_has_ended(cluster: &Cluster) {
    let test = "java_s_tools_see_a_transaction_while_it_is_open_and_when_it_has_ended";
    let Some(jars) = outside::kafka_jars(test) else { return };
    let topic = topic(cluster, "seen", 1, &[]).await;
    let java = Command::new("java")
        .arg("-cp")
        .arg(jars.join("*"))
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/java/Transactions.java"))
        .args([cluster.bootstrap(), &topic, &cluster.name("tx")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&java.stdout);
    assert!(java.status.success(), "{said}{}", String::from_utf8_lossy(&java.stderr));
    let expected = ["Ongoing true 1 60000 true", "1 listed true", "sequence 1 open true", "ended false 0", "true"];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

pub(crate) async fn java_s_client_reads_in_groups_and_writes_within_transactions(cluster: &Cluster) {
    let Some(jars) = outside::kafka_jars("java_s_client_reads_in_groups_and_writes_within_transactions") else {
        return;
    };
    let mut java = Command::new("java");
    java.arg("-cp")
        .arg(jars.join("*"))
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg(program("java/Worker.java"));
    works(cluster, &mut java, TAKEN_BACK).await;
}

pub(crate) async fn kafka_python_reads_in_groups_and_writes_within_transactions(cluster: &Cluster) {
    let Some(python) = outside::python("kafka_python_reads_in_groups_and_writes_within_transactions") else { return };
    works(cluster, Command::new(python).arg(program("python/worker.py")), TAKEN_BACK).await;
}

pub(crate) async fn kafkajs_reads_in_groups_and_writes_within_transactions(cluster: &Cluster) {
    let Some(npm) = outside::npm("kafkajs_reads_in_groups_and_writes_within_transactions") else { return };
    works(cluster, Command::new("node").arg(program("npm/worker.mjs")).arg(npm), TAKEN_BACK).await;
}

pub(crate) async fn franz_go_reads_in_groups_and_writes_within_transactions(cluster: &Cluster) {
    let Some(worker) = outside::go("franz_go_reads_in_groups_and_writes_within_transactions") else { return };
    works(cluster, &mut Command::new(worker), READ_AGAIN).await;
}

/// What a program does with records and their offsets, of whose transaction it wants nothing any more.
struct Ways {
    /// What it has read of its input, and then of what came of that.
    says: &'static [&'static str],
    /// What is read of its answers.
    answers: &'static [&'static str],
    /// What it has written, with what it took back.
    written: usize,
    /// What the second group has committed.
    read: i64,
}

const TAKEN_BACK: Ways = Ways {
    says: &["v0", "v1", "v2", "v3", "v4", "v5", "v0", "v2", "v4"],
    answers: &["v0", "v2", "v4"],
    written: 6,
    // Behind each answer there is a marker.
    read: 9,
};

/// It goes back to what it has committed, as it should.
const READ_AGAIN: Ways = Ways {
    says: &["v0", "v1", "v1", "v2", "v3", "v3", "v4", "v5", "v5", "v0", "v1", "v2", "v3", "v4", "v5"],
    answers: &["v0", "v1", "v2", "v3", "v4", "v5"],
    written: 9,
    read: 17,
};

pub(crate) fn program(path: &str) -> String {
    format!("{}/tests/conformance/{path}", env!("CARGO_MANIFEST_DIR"))
}

async fn works(cluster: &Cluster, program: &mut Command, ways: Ways) {
    let (input, output) = (topic(cluster, "in", 2, &[]).await, topic(cluster, "out", 1, &[]).await);
    let done = program.args([cluster.bootstrap(), &input, &output, &cluster.name("worker")]).stdin(Stdio::null());
    let done = done.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(said.lines().collect::<Vec<_>>(), ways.says);
    // What was taken back was so with the offset that it had committed.
    assert_eq!(read(cluster, &output, 0, "read_committed"), ways.answers);
    assert_eq!(read(cluster, &output, 0, "read_uncommitted").len(), ways.written);
    let worker = consumer(cluster, "worker", &[]);
    // All records of one key are in one of the two partitions.
    let partitions = [0, 1].map(|partition| committed(&worker, &input, partition));
    let whole = Offset::Offset(if ways.written == 6 { 5 } else { 6 });
    assert!(partitions.contains(&whole) && partitions.contains(&Offset::Invalid), "{partitions:?}");
    let reader = consumer(cluster, "worker.reader", &[]);
    assert_eq!(committed(&reader, &output, 0), Offset::Offset(ways.read));
}
