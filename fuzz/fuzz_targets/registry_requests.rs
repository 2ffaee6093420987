//! Whatever is asked of the registry's server, in whatever order, it answers, and never that it failed; its store is then what its own
//! snapshot says.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use topika_registry::server::{Server, StoreHandle};
use topika_registry::store::Store;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a thread can wait for sockets"));

// Requests with form feeds between them: `METHOD /path?query` on the first line, the body behind it.
fuzz_target!(|text: &str| {
    RUNTIME.block_on(async {
        let store = StoreHandle::new(Store::new());
        let server = Server::start_with("127.0.0.1:0", store.clone()).await.expect("loopback has a free port");
        let mut all = Vec::new();
        for request in text.split('\u{c}').take(16) {
            let (line, body) = request.split_once('\n').unwrap_or((request, ""));
            let line = if line.contains(' ') { line.to_owned() } else { format!("GET {line}") };
            all.extend(
                format!("{line} HTTP/1.1\r\nhost: r\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes(),
            );
        }
        let mut stream = TcpStream::connect(server.addr()).await.expect("the registry listens");
        let mut answers = Vec::new();
        let talk = async {
            // What is no HTTP ends the connection before all of it is sent.
            if stream.write_all(&all).await.is_ok() && stream.shutdown().await.is_ok() {
                let _cut = stream.read_to_end(&mut answers).await;
            }
        };
        timeout(Duration::from_secs(20), talk).await.expect("every request is answered");
        let answers = String::from_utf8_lossy(&answers);
        assert!(!answers.contains("\"error_code\":5000") && !answers.contains("HTTP/1.1 500"), "{answers}");

        let snapshot = store.read(Store::snapshot);
        let mut again = Store::new();
        snapshot.iter().cloned().for_each(|change| again.apply(change));
        assert_eq!(again.snapshot(), snapshot);
        server.shutdown().await;
    });
});
