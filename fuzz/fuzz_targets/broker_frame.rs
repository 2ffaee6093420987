//! Whatever a client sends, the broker goes on: at most its connection ends, and the next one is served. The first byte says whether the broker asks
//! who the client is, and what the others are: one request, several of them (what stands between the bytes 0xfe), or bytes without lengths.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use topika_testkit::Broker;
use topika_testkit::broker::Sasl;

static OPEN: LazyLock<Broker> = LazyLock::new(|| Broker::start().expect("loopback has a free port"));

static GUARDED: LazyLock<Broker> = LazyLock::new(|| {
    let users = Sasl::new().user("ann", "hush");
    Broker::builder().sasl(users).start().expect("loopback has a free port")
});

fn framed(request: &[u8]) -> Vec<u8> {
    let length = u32::try_from(request.len()).expect("a fuzzer's input is short");
    [&length.to_be_bytes(), request].concat()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let broker = if first & 1 == 0 { &OPEN } else { &GUARDED };
    let sent = match first >> 1 & 3 {
        0 | 1 => framed(rest),
        2 => rest.split(|byte| *byte == 0xfe).flat_map(framed).collect(),
        _ => rest.to_vec(),
    };
    let mut stream = TcpStream::connect(broker.address()).expect("the broker listens");
    if stream.write_all(&sent).is_ok() && stream.shutdown(Shutdown::Write).is_ok() {
        // It may have been closed before it was read to its end.
        let _closed = stream.read_to_end(&mut Vec::new());
    }
});
