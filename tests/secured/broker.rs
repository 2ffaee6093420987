//! An Apache Kafka with an encrypted listener for each kind of client, and what clients need to know of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use topika::client::{ClientBuilder, Sasl, Tls};
use topika::event::Keyed;
use topika::types::Bytes;
use topika::{Client, Event, Provision, Topic};

use crate::support::kafka::{ApacheKafka, Further, Listener};
use crate::support::ports::free_port;

/// What a machine under load may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// Of every login, so that no log, and no error, may hold it.
pub(crate) const PASSWORD: &str = "hunter2-not-to-be-seen";

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.said", project = "tests/conformance")]
pub(crate) struct Said {
    pub(crate) number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "said", key_type = Bytes, partitions = 2, framing = "none")]
pub(crate) enum Sayings {
    Said(Said),
}

/// An authority, and what it signs.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // OpenSSL takes what is issued by its own subject for self-signed.
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// Certificate and key, in PEM.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

pub(crate) struct Secured {
    kafka: ApacheKafka,
    /// `LOGIN`: encrypted, with logins; `IDENTITY`: encrypted, with certificates of clients.
    login: u16,
    identity: u16,
    pub(crate) ca: String,
    pub(crate) other_ca: String,
    pub(crate) client: (String, String),
    dir: tempfile::TempDir,
}

/// The broker that the tests share while one of them runs.
static SHARED: Mutex<Weak<Secured>> = Mutex::new(Weak::new());

impl Secured {
    /// `None` where this machine has no Apache Kafka, which is told.
    pub(crate) fn start(test: &str) -> Option<Arc<Self>> {
        crate::logs::listen();
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = shared.upgrade() {
            return Some(there);
        }
        let secured = Arc::new(Self::begin(test)?);
        *shared = Arc::downgrade(&secured);
        Some(secured)
    }

    fn begin(test: &str) -> Option<Self> {
        let (authority, other) = (Authority::new("ours"), Authority::new("another"));
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = authority.sign("localhost");
        let (keystore, truststore) = (dir.path().join("server.pem"), dir.path().join("ca.pem"));
        std::fs::write(&keystore, key + &certificate).unwrap();
        std::fs::write(&truststore, &authority.pem).unwrap();
        let module = |path: &str| format!("org.apache.kafka.common.security.{path} required");
        let properties = [
            "ssl.keystore.type=PEM".to_owned(),
            format!("ssl.keystore.location={}", keystore.display()),
            "ssl.truststore.type=PEM".to_owned(),
            format!("ssl.truststore.location={}", truststore.display()),
            "listener.name.identity.ssl.client.auth=required".to_owned(),
            "listener.name.login.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER".to_owned(),
            format!(
                "listener.name.login.plain.sasl.jaas.config={} user_ada=\"{PASSWORD}\";",
                module("plain.PlainLoginModule")
            ),
            format!("listener.name.login.scram-sha-256.sasl.jaas.config={};", module("scram.ScramLoginModule")),
            format!("listener.name.login.scram-sha-512.sasl.jaas.config={};", module("scram.ScramLoginModule")),
            // Tokens that nobody signed: what the broker has for tests.
            format!(
                "listener.name.login.oauthbearer.sasl.jaas.config={} unsecuredLoginStringClaim_sub=\"broker\";",
                module("oauthbearer.OAuthBearerLoginModule")
            ),
        ];
        let scram = |mechanism: &str| ["--add-scram".to_owned(), format!("{mechanism}=[name=ada,password={PASSWORD}]")];
        let (login, identity) = (free_port(), free_port());
        let further = Further {
            listeners: vec![
                Listener { name: "LOGIN", protocol: "SASL_SSL", host: "localhost", port: login },
                Listener { name: "IDENTITY", protocol: "SSL", host: "localhost", port: identity },
            ],
            properties: properties.iter().map(|line| format!("{line}\n")).collect(),
            format: [scram("SCRAM-SHA-256"), scram("SCRAM-SHA-512")].concat(),
        };
        let kafka = ApacheKafka::start_with(test, &further)?;
        let client = authority.sign("orders");
        Some(Self { kafka, login, identity, ca: authority.pem, other_ca: other.pem, client, dir })
    }

    /// Where clients log in.
    pub(crate) fn login(&self) -> String {
        format!("localhost:{}", self.login)
    }

    /// The same by an address that the certificate does not name.
    pub(crate) fn login_by_another_name(&self) -> String {
        format!("127.0.0.1:{}", self.login)
    }

    /// Where nothing is encrypted, and nobody asked.
    pub(crate) fn plain(&self) -> String {
        self.kafka.bootstrap()
    }

    /// Where clients show certificates.
    pub(crate) fn identity(&self) -> String {
        format!("localhost:{}", self.identity)
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// A client that logs in, and trusts the broker; its topics have names of their own.
    pub(crate) fn client(&self, prefix: &str, sasl: Sasl) -> ClientBuilder {
        at(self.login(), prefix).kafka_tls(Tls::ca_pem(&self.ca)).kafka_sasl(sasl)
    }
}

pub(crate) fn at(bootstrap: String, prefix: &str) -> ClientBuilder {
    Client::builder()
        .bootstrap(bootstrap)
        .without_registry()
        .topic_prefix(format!("{prefix}."))
        .provision(Provision::Create)
        .connect_deadline(PATIENCE)
        // `localhost` may stand for an address of another family first.
        .kafka_property("broker.address.family", "v4")
}

/// Makes the topic, writes, and reads in a group.
pub(crate) async fn writes_and_reads(client: &Client) {
    let producer = client.producer::<Sayings>().await.unwrap();
    let (key, said) = (Bytes(vec![1]), Said { number: 7 });
    producer.send(&Keyed { key: &key, event: &said }).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
    let mut consumer = client.consumer::<Sayings>("readers").from_start().await.unwrap();
    let read = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(read.event, Sayings::Said(said));
    read.ack();
    consumer.close(PATIENCE).await.unwrap();
}
