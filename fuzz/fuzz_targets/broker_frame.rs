//! Whatever a client sends, the broker goes on: the connection ends, and the next one is served.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use topika_testkit::Broker;

static BROKER: LazyLock<Broker> = LazyLock::new(|| Broker::start().expect("loopback has a free port"));

fuzz_target!(|frame: &[u8]| {
    let mut stream = TcpStream::connect(BROKER.address()).expect("the broker listens");
    let length = u32::try_from(frame.len()).expect("a fuzzer's input is short");
    let sent = stream.write_all(&[&length.to_be_bytes(), frame].concat());
    if sent.is_ok() && stream.shutdown(Shutdown::Write).is_ok() {
        // It may have been closed before it was read to its end.
        let _closed = stream.read_to_end(&mut Vec::new());
    }
});
