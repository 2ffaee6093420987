//! Apache Kafka on loopback: one broker that is its own controller, gone with the value.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::outside;
use super::ports::free_port;

/// A running Apache Kafka; dropping it kills it and removes its folder.
pub(crate) struct ApacheKafka {
    child: Child,
    jars: PathBuf,
    dir: tempfile::TempDir,
    port: u16,
}

/// A broker's settings, in its folder.
const CONFIG: &str = "server.properties";

/// Where a broker listens on loopback, and the host that it gives to clients.
pub(crate) struct Listener {
    pub(crate) name: &'static str,
    pub(crate) protocol: &'static str,
    pub(crate) host: &'static str,
    pub(crate) port: u16,
}

/// What a broker has beside its plain listener.
#[derive(Default)]
pub(crate) struct Further {
    pub(crate) listeners: Vec<Listener>,
    pub(crate) properties: String,
    /// Arguments for the formatting of the storage.
    pub(crate) format: Vec<String>,
}

impl ApacheKafka {
    /// Starts a broker and waits until it takes connections, or says that `test` is skipped.
    pub(crate) fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &Further::default())
    }

    /// As [`start`](Self::start), with further listeners.
    pub(crate) fn start_with(test: &str, further: &Further) -> Option<Self> {
        let jars = outside::kafka_jars(test)?;
        let dir = tempfile::tempdir().unwrap();
        let (port, controller) = (free_port(), free_port());
        let config = dir.path().join(CONFIG);
        fs::write(&config, properties(port, controller, &dir.path().join("data"), further)).unwrap();
        format_storage(&jars, &config, &further.format);
        let mut broker = Self { child: spawn(&jars, dir.path()), jars, dir, port };
        broker.wait_until_up();
        Some(broker)
    }

    /// Kills it; what it holds stays.
    #[allow(dead_code, reason = "not every suite has a broker that goes away")]
    pub(crate) fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again where it was, and waits until it takes connections.
    #[allow(dead_code, reason = "as above")]
    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.jars, self.dir.path());
        self.wait_until_up();
    }

    /// The address for clients.
    pub(crate) fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn wait_until_up(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let log = fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
            if log.contains("Kafka Server started") {
                return;
            }
            let gone = self.child.try_wait().unwrap();
            assert!(gone.is_none() && Instant::now() < deadline, "Apache Kafka did not start ({gone:?}):\n{log}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for ApacheKafka {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn spawn(jars: &Path, dir: &Path) -> Child {
    let log = fs::File::create(dir.join("log")).unwrap();
    let mut command = java(jars);
    command.args(["-Xmx512m", "kafka.Kafka"]).arg(dir.join(CONFIG));
    command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
}

fn java(jars: &Path) -> Command {
    let mut command = Command::new("java");
    command.arg("-cp").arg(jars.join("*")).arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=info").stdin(Stdio::null());
    command
}

fn format_storage(jars: &Path, config: &Path, arguments: &[String]) {
    let id = java(jars).args(["kafka.tools.StorageTool", "random-uuid"]).stderr(Stdio::null()).output().unwrap();
    let id = String::from_utf8(id.stdout).unwrap();
    let id = id.lines().last().unwrap_or_default();
    let done = java(jars)
        .args(["kafka.tools.StorageTool", "format", "-t", id, "-c"])
        .arg(config)
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "formatting the storage failed: {}", String::from_utf8_lossy(&done.stderr));
}

fn properties(port: u16, controller: u16, data: &Path, further: &Further) -> String {
    let of = |part: &dyn Fn(&Listener) -> String| -> String {
        further.listeners.iter().map(|listener| format!(",{}", part(listener))).collect()
    };
    let listeners = of(&|Listener { name, port, .. }| format!("{name}://127.0.0.1:{port}"));
    let advertised = of(&|Listener { name, host, port, .. }| format!("{name}://{host}:{port}"));
    let protocols = of(&|Listener { name, protocol, .. }| format!("{name}:{protocol}"));
    let own = &further.properties;
    format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{listeners}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}{advertised}\n\
         controller.listener.names=CONTROLLER\n\
         listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT{protocols}\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         inter.broker.listener.name=PLAINTEXT\n\
         log.dirs={}\n\
         auto.create.topics.enable=false\n\
         offsets.topic.replication.factor=1\n\
         offsets.topic.num.partitions=4\n\
         transaction.state.log.replication.factor=1\n\
         transaction.state.log.min.isr=1\n\
         transaction.state.log.num.partitions=4\n\
         share.coordinator.state.topic.replication.factor=1\n\
         share.coordinator.state.topic.min.isr=1\n\
         group.initial.rebalance.delay.ms=0\n\
         group.consumer.min.heartbeat.interval.ms=100\n\
         group.consumer.heartbeat.interval.ms=200\n\
         group.consumer.min.session.timeout.ms=1000\n{own}",
        data.display()
    )
}
