//! A broker with a data directory, started anew in this process: what is there again, what is gone, and what is said of a directory that cannot
//! be used.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rdkafka::admin::{AdminOptions, AlterConfig, NewPartitions, ResourceSpecifier};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};
use support::{PATIENCE, admin, config, consumer, produce, producer, take};
use tempfile::TempDir;
use topika_testkit::Broker;

fn start(dir: &TempDir) -> Broker {
    Broker::builder().data(dir.path()).start().unwrap()
}

fn ends(broker: &Broker, topic: &str, partition: i32) -> (i64, i64) {
    consumer(broker, "ends", &[]).fetch_watermarks(topic, partition, PATIENCE).unwrap()
}

/// Keys, values and offsets of all that is there in partition 0.
fn all(broker: &Broker, topic: &str) -> Vec<(i64, String, String)> {
    use rdkafka::Message as _;
    let mut config = config(broker);
    config.set("group.id", "all").set("enable.partition.eof", "true").set("auto.offset.reset", "earliest");
    let reader: BaseConsumer = config.create().unwrap();
    reader.assign(&support::at(topic, 0, 0)).unwrap();
    let mut all = Vec::new();
    loop {
        match reader.poll(PATIENCE).unwrap() {
            Err(rdkafka::error::KafkaError::PartitionEOF(_)) => return all,
            message => {
                let message = message.unwrap();
                let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap();
                all.push((message.offset(), text(message.key()), text(message.payload())));
            }
        }
    }
}

fn files(dir: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { assert!(found.insert(path)) }
    }
    found
}

fn segments(dir: &TempDir) -> Vec<PathBuf> {
    files(dir.path()).into_iter().filter(|path| path.extension().is_some_and(|of| of == "log")).collect()
}

#[tokio::test]
async fn topics_settings_partitions_and_records_are_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let options = AdminOptions::new();
    {
        let broker = start(&dir);
        broker.create_topic("t", 2, &[("retention.ms", "1000000")]).unwrap();
        broker.create_topic("gone", 1, &[]).unwrap();
        broker.create_topic("again", 1, &[]).unwrap();
        let admin = admin(&broker);
        assert!(admin.create_partitions([&NewPartitions::new("t", 3)], &options).await.unwrap()[0].is_ok());
        let alter = AlterConfig::new(ResourceSpecifier::Topic("t")).set("segment.bytes", "5000");
        assert!(admin.alter_configs([&alter], &options).await.unwrap()[0].is_ok());
        for topic in ["t", "gone", "again"] {
            produce(&producer(&broker, &[]), topic, 1000);
        }
        assert!(admin.delete_topics(&["gone", "again"], &options).await.unwrap().iter().all(Result::is_ok));
        broker.create_topic("again", 1, &[]).unwrap();
    }
    let broker = start(&dir);
    assert_eq!(broker.topics(), ["again", "t"]);
    let described = admin(&broker).describe_configs([&ResourceSpecifier::Topic("t")], &options).await.unwrap();
    let configs = described[0].as_ref().unwrap().entry_map();
    assert_eq!(configs["segment.bytes"].value.as_deref(), Some("5000"));
    assert_eq!(configs["retention.ms"].value.as_deref(), Some("604800000"), "the settings were replaced");
    let reader = consumer(&broker, "reader", &[]);
    reader.subscribe(&["t"]).unwrap();
    assert_eq!(take(&reader, 1000).iter().collect::<BTreeSet<_>>().len(), 1000);
    assert_eq!(ends(&broker, "again", 0), (0, 0), "a topic of the same name is another one");
    let named = |name: &str| files(dir.path()).iter().any(|path| path.iter().any(|part| part == name));
    assert!(named("t") && !named("gone") && !named("again"), "the files of deleted topics are gone");
}

#[tokio::test]
async fn what_was_deleted_stays_deleted_and_its_files_go() {
    let dir = tempfile::tempdir().unwrap();
    let broker = start(&dir);
    broker.create_topic("t", 1, &[("segment.bytes", "4000")]).unwrap();
    let producer = producer(&broker, &[("batch.num.messages", "10")]);
    produce(&producer, "t", 1000);
    let many = segments(&dir).len();
    assert!(many > 5, "{many} files");
    let delete = |offset| {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset("t", 0, offset).unwrap();
        list
    };
    let admin = admin(&broker);
    admin.delete_records(&delete(Offset::Offset(905)), &AdminOptions::new()).await.unwrap();
    let few = segments(&dir);
    assert!(few.len() < many / 2, "{few:?}");
    drop(broker);
    let broker = start(&dir);
    assert_eq!(ends(&broker, "t", 0), (905, 1000));
    assert_eq!(segments(&dir), few);
    assert_eq!(all(&broker, "t")[0].0, 905);
    // Also where nothing is left the offsets go on.
    let admin = support::admin(&broker);
    admin.delete_records(&delete(Offset::End), &AdminOptions::new()).await.unwrap();
    assert!(segments(&dir).is_empty());
    drop(broker);
    let broker = start(&dir);
    assert_eq!(ends(&broker, "t", 0), (1000, 1000));
    produce(&support::producer(&broker, &[]), "t", 5);
    assert_eq!(ends(&broker, "t", 0), (1000, 1005));
}

/// As soon as `done`.
fn wait(mut done: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + PATIENCE;
    while !done() {
        assert!(std::time::Instant::now() < until, "what was waited for did not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn retention_and_compaction_act_on_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let often = Broker::builder().data(dir.path()).retention_check_interval(Duration::from_millis(20));
    let broker = often.start().unwrap();
    broker.create_topic("short", 1, &[("retention.bytes", "8000"), ("segment.bytes", "2000")]).unwrap();
    broker.create_topic("compact", 1, &[("cleanup.policy", "compact")]).unwrap();
    produce(&producer(&broker, &[("batch.num.messages", "10")]), "short", 1000);
    let of = |topic: &str| {
        segments(&dir).into_iter().filter(|path| path.iter().any(|part| part == topic)).collect::<Vec<_>>()
    };
    let bytes = |topic: &str| of(topic).iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>();
    wait(|| bytes("short") < 12_000);
    let written = producer(&broker, &[("batch.num.messages", "1")]);
    for n in 0..300 {
        let (key, value) = (format!("k{}", n % 3), n.to_string());
        written.send(BaseRecord::to("compact").key(&key).payload(&value)).unwrap();
    }
    written.flush(PATIENCE).unwrap();
    let is_compact = |broker: &Broker| all(broker, "compact").len() <= 4;
    wait(|| is_compact(&broker));
    let (before, size) = (all(&broker, "compact"), bytes("compact"));
    assert!(size < 1000, "{size} bytes are left");
    let short = ends(&broker, "short", 0);
    assert!(short.0 > 0 && short.1 == 1000, "{short:?}");
    drop(broker);
    let broker = start(&dir);
    assert_eq!(ends(&broker, "short", 0), short);
    assert_eq!(ends(&broker, "compact", 0).1, 300);
    assert_eq!(all(&broker, "compact"), before);
}

#[test]
fn a_second_broker_is_kept_out() {
    let dir = tempfile::tempdir().unwrap();
    let broker = start(&dir);
    let refused = Broker::builder().data(dir.path()).start().unwrap_err().to_string();
    assert!(refused.contains("another broker has the data directory") && refused.contains("of its own"), "{refused}");
    drop(broker);
    drop(start(&dir));
}

/// A directory with a topic of a hundred records in batches of ten, and the file of its batches.
fn filled() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let broker = start(&dir);
    broker.create_topic("t", 1, &[]).unwrap();
    produce(&producer(&broker, &[("batch.num.messages", "10")]), "t", 100);
    drop(broker);
    let [segment] = segments(&dir).try_into().unwrap();
    (dir, segment)
}

fn cut(path: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

#[test]
fn a_write_that_was_not_finished_is_cut_off_and_kept() {
    let (dir, segment) = filled();
    let length = fs::metadata(&segment).unwrap().len();
    cut(&segment, length - 7);
    let broker = start(&dir);
    let left = ends(&broker, "t", 0).1;
    assert!((1..100).contains(&left), "{left}");
    assert_eq!(all(&broker, "t").len(), usize::try_from(left).unwrap());
    let aside = files(dir.path()).into_iter().find(|path| path.to_string_lossy().contains(".torn-")).unwrap();
    let whole = fs::metadata(&segment).unwrap().len();
    assert_eq!(fs::metadata(aside).unwrap().len() + whole, length - 7);
    produce(&producer(&broker, &[]), "t", 5);
    assert_eq!(all(&broker, "t").len(), usize::try_from(left).unwrap() + 5);
}

#[test]
fn damage_before_what_is_whole_is_named_with_the_next_step() {
    let (dir, segment) = filled();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[70] ^= 1;
    fs::write(&segment, &bytes).unwrap();
    let refused = Broker::builder().data(dir.path()).start().unwrap_err().to_string();
    let path = segment.display().to_string();
    assert!(refused.contains(&format!("{path} is damaged at byte 0 ")), "{refused}");
    assert!(refused.contains(&format!("truncate -s 0 {path}")), "{refused}");
    // Done as it says.
    cut(&segment, 0);
    assert_eq!(ends(&start(&dir), "t", 0).1, 0);

    let (dir, _) = filled();
    let journal = dir.path().join("broker.journal");
    let mut bytes = fs::read(&journal).unwrap();
    bytes[40] ^= 1;
    fs::write(&journal, &bytes).unwrap();
    let refused = Broker::builder().data(dir.path()).start().unwrap_err().to_string();
    assert!(refused.contains("broker.journal is damaged at byte 24 "), "{refused}");
}

#[test]
fn a_foreign_file_is_not_taken_for_a_journal() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("broker.journal"), "something that is longer than a header\n").unwrap();
    let refused = Broker::builder().data(dir.path()).start().unwrap_err();
    assert!(refused.to_string().contains("is no journal of this broker"), "{refused}");
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = Broker::builder().data(&file).start().unwrap_err();
    assert!(
        refused.to_string().contains("cannot create") && std::error::Error::source(&refused).is_some(),
        "{refused}"
    );
}

#[test]
fn batches_without_their_journal_are_not_deleted() {
    let (dir, _) = filled();
    let journal = dir.path().join("broker.journal");
    let (before, there) = (fs::read(&journal).unwrap(), segments(&dir));
    for left in [None, Some(&b""[..]), Some(&before[..5])] {
        match left {
            None => fs::remove_file(&journal).unwrap(),
            Some(left) => fs::write(&journal, left).unwrap(),
        }
        for _ in 0..2 {
            let refused = Broker::builder().data(dir.path()).start().unwrap_err().to_string();
            assert!(refused.contains("broker.journal is gone or empty"), "{refused}");
        }
        assert_eq!(segments(&dir), there);
    }
    fs::write(&journal, before).unwrap();
    assert!(!all(&start(&dir), "t").is_empty());
}

#[test]
fn with_sync_the_same_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let broker = Broker::builder().data(dir.path()).sync(true).start().unwrap();
    broker.create_topic("t", 1, &[]).unwrap();
    produce(&producer(&broker, &[]), "t", 10);
    drop(broker);
    assert_eq!(all(&start(&dir), "t").len(), 10);
}

/// The journal of a broker with a topic of one partition, whose directory is known.
const JOURNAL: &str =
    r#"[{"topic":{"topic":{"name":"t","id":"00000000-0000-4000-8000-000000000001","partitions":1,"configs":{}}}}]"#;
const PARTITION: &str = "topics/t/00000000000040008000000000000001/0";

fn line(json: &[u8]) -> Vec<u8> {
    [format!("{:08x} ", crc32c::crc32c(json)).as_bytes(), json, b"\n"].concat()
}

/// A batch with any header and records, and the length, format and checksum that it needs.
fn batch(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().max(61), 0);
    // An offset that is not absurd, so that something may stand behind it.
    bytes[..6].fill(0);
    bytes[23..26].fill(0);
    let length = u32::try_from(bytes.len() - 12).unwrap();
    bytes[8..12].copy_from_slice(&length.to_be_bytes());
    bytes[16] = 2;
    let sum = crc32c::crc32c(&bytes[21..]);
    bytes[17..21].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// Opens a directory twice: an error, or the same broker both times.
fn open_twice(dir: &TempDir) {
    let open = || Broker::builder().data(dir.path()).start().map(|broker| broker.lag("g", &["t"]));
    if let Ok(first) = open() {
        assert_eq!(open().unwrap(), first);
    }
}

fn with(journal: &[u8], files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("broker.journal"), [b"topika broker journal 1\n", journal].concat()).unwrap();
    let partition = dir.path().join(PARTITION);
    fs::create_dir_all(&partition).unwrap();
    for (name, bytes) in files {
        fs::write(partition.join(name), bytes).unwrap();
    }
    dir
}

mod any_bytes {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn as_a_file_of_batches_are_an_error_or_a_broker(bytes in vec(any::<u8>(), 0..300), second in vec(any::<u8>(), 0..100)) {
            let files: [(&str, &[u8]); 2] = [("00000000000000000000.log", &bytes), ("00000000000000000007.log", &second)];
            open_twice(&with(&line(JOURNAL.as_bytes()), &files[..1 + usize::from(second.len() % 2 == 0)]));
        }

        #[test]
        fn as_sound_batches_are_an_error_or_a_broker(batches in vec(vec(any::<u8>(), 0..120), 0..5)) {
            let file: Vec<u8> = batches.into_iter().flat_map(batch).collect();
            open_twice(&with(&line(JOURNAL.as_bytes()), &[("00000000000000000000.log", &file)]));
        }

        #[test]
        fn as_a_journal_are_an_error_or_a_broker(bytes in vec(any::<u8>(), 0..200), json in "[\\[\\]{}a-z\":,0-9_]{0,60}", is_sound in any::<bool>()) {
            let rest = if is_sound { line(json.as_bytes()) } else { bytes };
            open_twice(&with(&[line(JOURNAL.as_bytes()), rest].concat(), &[]));
        }

        #[test]
        fn as_what_is_known_of_producers_are_an_error_or_a_broker(bytes in vec(any::<u8>(), 0..100), until in any::<i64>(), id in any::<i64>()) {
            let known = format!(r#"{{"until":{until},"producers":{{"{id}":{{"epoch":0,"last_sequence":-5,"last_used":{id},"batches":[]}}}}}}"#);
            open_twice(&with(&line(JOURNAL.as_bytes()), &[("producers.json", &line(known.as_bytes()))]));
            open_twice(&with(&line(JOURNAL.as_bytes()), &[("producers.json", &bytes)]));
        }
    }
}
