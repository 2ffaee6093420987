//! ruststream's turn: the program of `benches/ruststream`, in a process of its own for each row and round.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::meter::Took;
use crate::servers::Servers;
use crate::table::Table;

pub(crate) fn written(table: &mut Table, path: &str, servers: &Servers, topic: &str, bytes: usize, messages: u32) {
    let bytes = bytes.to_string();
    for (row, flags) in [("bytes", &[][..]), ("Avro", &["--avro"])] {
        let args = [&["produce", "--bytes", &bytes], flags].concat();
        table.add(&format!("ruststream 0.7, {row}, each awaited"), run(path, servers, topic, messages, &args));
    }
}

/// Its default first: bytes as they are, and positions that nobody's handler decides. What topika's app does is the last.
pub(crate) fn read(
    table: &mut Table,
    path: &str,
    servers: &Servers,
    topic: &str,
    group: &str,
    lanes: usize,
    messages: u32,
) {
    let number = lanes.to_string();
    let rows = [
        ("bytes, its default commits", &[][..]),
        ("bytes, tracked", &["--tracked"]),
        ("Avro, tracked", &["--avro", "--tracked"]),
    ];
    for (row, flags) in rows {
        let group = format!("{group}.{lanes}{}", flags.concat());
        let args = [&["consume", "--group", &group, "--lanes", &number], flags].concat();
        table.add(&format!("ruststream 0.7, {lanes} lanes, {row}"), run(path, servers, topic, messages, &args));
    }
}

/// Reads the program's one line: microseconds of CPU a message, and messages a second.
fn run(path: &str, servers: &Servers, topic: &str, messages: u32, args: &[&str]) -> Took {
    let (what, args) = args.split_first().unwrap();
    let output = Command::new(path)
        .args([what, "--bootstrap", servers.bootstrap(), "--registry", servers.registry()])
        .args(["--topic", topic, "--messages", &messages.to_string()])
        .args(args)
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| panic!("{path} does not start: {error}"));
    assert!(output.status.success(), "{path}: {}", output.status);
    let line = String::from_utf8(output.stdout).unwrap();
    let (cpu_micros, per_second) =
        line.trim().split_once(' ').unwrap_or_else(|| panic!("{path} printed {line:?}, not two numbers"));
    let count = f64::from(messages);
    Took {
        messages,
        cpu: Duration::from_secs_f64(cpu_micros.parse::<f64>().unwrap() * count / 1e6),
        wall: Duration::from_secs_f64(count / per_second.parse::<f64>().unwrap()),
    }
}
