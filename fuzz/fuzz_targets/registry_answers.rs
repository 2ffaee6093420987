//! Whatever a registry answers, the client has a value or an error, before its deadline; and any text is a bundle or an error.
#![no_main]

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use topika_registry::api::{Guid, NewSchema, SubjectVersion};
use topika_registry::bundle::Bundle;
use topika_registry::client::Client;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a thread can wait for sockets"));
static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// A server that has one answer to everything.
static URL: LazyLock<String> = LazyLock::new(|| {
    let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).expect("loopback has a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    RUNTIME.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = ANSWER.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let _request = stream.read(&mut [0; 4096]).await;
            let _gone = stream.write_all(&answer).await;
        }
    });
    url
});

// With a first byte that is odd a whole HTTP answer; otherwise its status by that byte, and the body.
fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let status = [200, 201, 204, 302, 404, 409, 422, 503][usize::from(first / 2 % 8)];
    let head = format!("HTTP/1.1 {status} S\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", rest.len());
    *ANSWER.lock().unwrap_or_else(PoisonError::into_inner) =
        if first % 2 == 1 { rest.to_vec() } else { [head.as_bytes(), rest].concat() };
    let url = URL.as_str();
    RUNTIME.block_on(async {
        let client = Client::builder().url(url).retries(0).total_timeout(Duration::from_secs(5));
        let client = client.build().expect("the address is one");
        let _ = client.schema(1).await;
        let _ = client.schema_by_guid(Guid([7; 16])).await;
        let _ = client.latest("a").await;
        let _ = client.subjects().await;
        let _ = client.register("a", &NewSchema::avro("\"int\"")).await;
        let _ = client.check("a", &NewSchema::avro("\"int\"")).await;
        let _ = client.config(None).await;
        let _ = client.mode(None).await;
    });

    let Ok(text) = std::str::from_utf8(rest) else { return };
    let _ = Bundle::parse(text);
    let versions: Result<Vec<SubjectVersion>, _> = serde_json::from_str(text);
    if let Ok(Ok(bundle)) = versions.map(|versions| Bundle::new("prod", versions)) {
        let read = Bundle::parse(&bundle.print()).expect("what was printed is read");
        assert_eq!(read.print(), bundle.print());
    }
});
