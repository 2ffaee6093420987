//! Any bytes as the files of a broker's data directory are an error or a broker, and starting it again gives the same one. The first byte says which
//! file they are, and whether they get their checksums first, so that what they hold is read.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use topika_testkit::Broker;

static DIR: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a directory can be made"));

const TOPIC: &str =
    r#"[{"topic":{"topic":{"name":"t","id":"00000000-0000-4000-8000-000000000001","partitions":1,"configs":{}}}}]"#;
const PARTITION: &str = "topics/t/00000000000040008000000000000001/0";

fn line(json: &[u8]) -> Vec<u8> {
    [format!("{:08x} ", crc32c::crc32c(json)).as_bytes(), json, b"\n"].concat()
}

fn journal(lines: &[u8]) -> Vec<u8> {
    [b"topika broker journal 1\n", lines].concat()
}

/// Batches of what stands between the bytes 0xff, with the length, format and checksum that they need.
fn batches(bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    for content in bytes.split(|byte| *byte == 0xff) {
        let mut batch = vec![0; 61];
        for (at, byte) in content.iter().enumerate() {
            match batch.get_mut(at) {
                Some(place) => *place = *byte,
                None => batch.push(*byte),
            }
        }
        let length = u32::try_from(batch.len() - 12).expect("a fuzzer's input is short");
        batch[8..12].copy_from_slice(&length.to_be_bytes());
        batch[16] = 2;
        let sum = crc32c::crc32c(&batch[21..]);
        batch[17..21].copy_from_slice(&sum.to_be_bytes());
        file.extend(batch);
    }
    file
}

fn write(dir: &Path, name: &str, bytes: Vec<u8>) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().expect("it is within a directory")).expect("a directory can be made");
    fs::write(path, bytes).expect("a file can be written");
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let dir = DIR.path().join("data");
    let _old = fs::remove_dir_all(&dir);
    let of_partition = |name: &str| format!("{PARTITION}/{name}");
    write(&dir, "broker.journal", journal(&line(TOPIC.as_bytes())));
    match first % 6 {
        0 => write(&dir, "broker.journal", rest.to_vec()),
        1 => {
            let lines = rest.split(|byte| *byte == b'\n').flat_map(line).collect::<Vec<_>>();
            write(&dir, "broker.journal", journal(&[line(TOPIC.as_bytes()), lines].concat()));
        }
        2 => write(&dir, &of_partition("00000000000000000000.log"), rest.to_vec()),
        3 => write(&dir, &of_partition("00000000000000000000.log"), batches(rest)),
        4 => {
            let (one, two) = rest.split_at(rest.len() / 2);
            write(&dir, &of_partition("00000000000000000000.log"), batches(one));
            write(&dir, &of_partition("00000000000000000009.log"), batches(two));
        }
        _ => write(&dir, &of_partition("producers.json"), line(rest)),
    }
    let open = || {
        Broker::builder().data(&dir).start().map(|broker| {
            let names = broker.topics();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            broker.lag("g", &names)
        })
    };
    if let Ok(first) = open() {
        assert_eq!(open().expect("what was started can be started again"), first);
    }
});
