//! Broker and registry in a process of their own: what they use is not charged to the clients.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdin, Command, Stdio};

use topika::envelope::EnvelopeHeaders;
use topika::{Client, Provision};

/// Says to this program that it is the servers.
const SERVERS: &str = "TOPIKA_BENCH_SERVERS";

pub(crate) struct Servers {
    bootstrap: String,
    registry: String,
    child: Child,
    /// They end when this does.
    _input: ChildStdin,
}

impl Servers {
    /// Starts them; with `bootstrap`, of them the registry alone is used.
    pub(crate) fn start(bootstrap: Option<String>) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(SERVERS, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = || lines.next().unwrap().unwrap();
        let (own, registry) = (line(), line());
        let input = child.stdin.take().unwrap();
        Self { bootstrap: bootstrap.unwrap_or(own), registry, child, _input: input }
    }

    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    pub(crate) fn registry(&self) -> &str {
        &self.registry
    }

    /// A client whose topics are its own.
    pub(crate) fn client(&self, prefix: &str) -> Client {
        Client::builder()
            .bootstrap(&self.bootstrap)
            .registry(&self.registry)
            .topic_prefix(prefix)
            .auto_register(true)
            .provision(Provision::Create)
            // The clients beside write no headers.
            .envelope(EnvelopeHeaders::none())
            .build()
            .unwrap()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Where this process is the servers: serves until its input ends, and then says so.
pub(crate) async fn serve() -> bool {
    if std::env::var_os(SERVERS).is_none() {
        return false;
    }
    let kit = topika_testkit::start().await;
    println!("{}\n{}", kit.bootstrap(), kit.registry_url());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
    true
}
