//! Clients of other languages say who they are to the embedded broker, over connections that are encrypted: each with one of the mechanisms. That these
//! clients do it as Kafka asks for it is what shows that the broker does.

use std::process::{Command, Output, Stdio};

use topika_testkit::Broker;
use topika_testkit::broker::{Sasl, Tls};

use crate::others::program;
use crate::support::outside;

struct Secured {
    broker: Broker,
    certificate: tempfile::NamedTempFile,
}

impl Secured {
    fn start() -> Self {
        let tls = Tls::self_signed(&[]).unwrap();
        let certificate = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(certificate.path(), tls.certificate()).unwrap();
        let broker = Broker::builder().sasl(Sasl::new().user("ann", "hush")).tls(tls).start().unwrap();
        broker.create_topic("in", 2, &[]).unwrap();
        broker.create_topic("out", 1, &[]).unwrap();
        Self { broker, certificate }
    }

    /// What a client's program does that says who it is, and whom it trusts.
    fn run(&self, program: &mut Command, sasl: &str) -> Output {
        program.args([&self.broker.bootstrap(), "in", "out", "worker"]).env("TOPIKA_SASL", sasl);
        program.env("TOPIKA_CA", self.certificate.path()).stdin(Stdio::null()).output().unwrap()
    }
}

fn does_its_work(mut program: Command, sasl: &str) {
    let secured = Secured::start();
    let done = secured.run(&mut program, sasl);
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(said.lines().last(), Some(if said.contains("v1\nv1") { "v5" } else { "v4" }), "{said}");
}

#[test]
fn java_s_client_by_scram_sha_512() {
    let Some(jars) = outside::kafka_jars("java_s_client_by_scram_sha_512") else { return };
    let mut java = Command::new("java");
    java.arg("-cp").arg(jars.join("*")).arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    java.arg(program("java/Worker.java"));
    does_its_work(java, "SCRAM-SHA-512 ann hush");
}

#[test]
fn kafka_python_by_scram_sha_256() {
    let Some(python) = outside::python("kafka_python_by_scram_sha_256") else { return };
    let mut python = Command::new(python);
    python.arg(program("python/worker.py"));
    does_its_work(python, "SCRAM-SHA-256 ann hush");
}

#[test]
fn kafkajs_by_plain_and_not_with_another_password() {
    let Some(npm) = outside::npm("kafkajs_by_plain_and_not_with_another_password") else { return };
    let node = || {
        let mut node = Command::new("node");
        node.arg(program("npm/worker.mjs")).arg(&npm);
        node
    };
    does_its_work(node(), "PLAIN ann hush");
    let refused = Secured::start().run(&mut node(), "SCRAM-SHA-512 ann hash");
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("wrong user or password"), "{said}");
}

#[test]
fn franz_go_by_scram_sha_256() {
    let Some(worker) = outside::go("franz_go_by_scram_sha_256") else { return };
    does_its_work(Command::new(worker), "SCRAM-SHA-256 ann hush");
}
