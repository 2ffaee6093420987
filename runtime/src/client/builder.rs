use std::sync::Arc;
use std::time::Duration;

use super::connection::Client;
use super::producing::{Compression, millis};
use super::provision::Provision;
use super::security::{Sasl, Tls};
use super::settings::{Addresses, ClientSettings, Secret};
use crate::envelope::EnvelopeHeaders;
use crate::error::Error;
use crate::kafka::{Delivery, Hook};
use crate::wire::{Framing, SubjectStrategy};

/// Sets up a [`Client`] by hand; [`Client::from_env`] reads the same from variables.
///
/// ```
/// let client = topika::Client::builder()
///     .bootstrap("127.0.0.1:9092")
///     .registry("http://127.0.0.1:8081")
///     .topic_prefix("dev.")
///     .provision(topika::Provision::Create)
///     .build()?;
/// assert_eq!(client.bootstrap(), "127.0.0.1:9092");
/// # Ok::<(), topika::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClientBuilder {
    settings: ClientSettings,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    #[cfg(test)]
    pub(super) fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    /// The brokers to begin with, `host:port`, several by comma. Variable: `KAFKA_BOOTSTRAP_SERVERS`.
    pub fn bootstrap(mut self, servers: impl Into<String>) -> Self {
        self.settings.bootstrap = servers.into();
        self
    }

    /// The Schema Registry's address; several by comma, tried in turn. Variable: `SCHEMA_REGISTRY_URL`.
    pub fn registry(mut self, urls: impl AsRef<str>) -> Self {
        self.settings.registry = Addresses(
            urls.as_ref().split(',').map(|url| url.trim().to_owned()).filter(|url| !url.is_empty()).collect(),
        );
        self
    }

    /// Says that there is no Schema Registry, for programs whose topics all say `framing = "none"`. Writing to any other topic, and reading
    /// one, is refused at its start. Variable: `SCHEMA_REGISTRY_URL=none`.
    ///
    /// ```no_run
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let client = topika::Client::builder().bootstrap("kafka:9092").without_registry().build()?;
    /// # Ok::<(), topika::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn without_registry(mut self) -> Self {
        self.settings.without_registry = true;
        self
    }

    /// User and password for the registry. Variables: `SCHEMA_REGISTRY_USER`, `SCHEMA_REGISTRY_PASSWORD`.
    pub fn registry_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.settings.registry_user = Some((user.into(), Secret(password.into())));
        self
    }

    /// Everything else about the registry's client: tokens, certificates, contexts, a bundle to start from while the registry is down.
    /// [`from_env`](Client::from_env) lists the variables. The addresses, and user and password where they are set, are added to it.
    ///
    /// ```no_run
    /// use topika::topika_registry::client::OAuth;
    ///
    /// let oauth = OAuth::client_credentials("https://login.example.com/oauth2/token", "orders", "secret");
    /// let client = topika::Client::builder()
    ///     .bootstrap("kafka:9092")
    ///     .registry("https://registry:8081")
    ///     .registry_with(|registry| registry.oauth(oauth).ca_file("ca.pem").bundle("schemas.prod.json"))
    ///     .build()?;
    /// # Ok::<(), topika::Error>(())
    /// ```
    pub fn registry_with(
        mut self,
        set: impl FnOnce(topika_registry::client::ClientBuilder) -> topika_registry::client::ClientBuilder,
    ) -> Self {
        self.settings.registry_client = set(self.settings.registry_client);
        self
    }

    /// Under which subjects schemas stand. Default: as the contract says.
    pub fn subjects(mut self, strategy: SubjectStrategy) -> Self {
        self.settings.subjects = strategy;
        self
    }

    /// How messages name their schemas. Default: by the id before the payload. All ways are read. Variable: `TOPIKA_FRAMING`
    /// (`id`, `guid`, `id-header`, `guid-header`).
    pub fn framing(mut self, framing: Framing) -> Self {
        self.settings.framing = framing;
        self
    }

    /// Whether messages name the latest version of their subject, not the one that equals the type's own schema. Where messages of that
    /// version are other bytes the producer does not start. Default: false. Variable: `TOPIKA_USE_LATEST`.
    pub fn use_latest(mut self, latest: bool) -> Self {
        self.settings.schema.latest = latest;
        self
    }

    /// The id that messages of a record name, `orders.OrderPlaced` say, whatever its subject holds; with the same condition.
    pub fn use_id(mut self, record: impl Into<String>, id: u32) -> Self {
        self.settings.schema.ids.insert(record.into(), id);
        self
    }

    /// What stands in front of every topic, and so of every subject, in this environment: `prod.`. Variable: `TOPIKA_TOPIC_PREFIX`.
    pub fn topic_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.topic_prefix = prefix.into();
        self
    }

    /// What stands in front of every consumer group, of apps and of consumers: for tests that share a cluster with others. Default: nothing. An environment
    /// needs none, since its topics have a [prefix](Self::topic_prefix) already.
    pub fn group_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.group_prefix = prefix.into();
        self
    }

    /// The environment, `[env.NAME]` in `topika.toml`, where topics are said to be otherwise in some: what they are held to and made with at the start. One
    /// that says nothing of a topic has what is said of it everywhere. Variable: `TOPIKA_ENV`.
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.settings.environment = (!name.is_empty()).then_some(name);
        self
    }

    /// Whether this is somebody's machine, where one broker is all there is: topics are made with one copy of each partition and without
    /// `min.insync.replicas`, whatever is declared. Default: false. Variable: `TOPIKA_DEVELOPMENT`.
    pub fn development(mut self, is_development: bool) -> Self {
        self.settings.development = is_development;
        self
    }

    /// Whether a schema that the registry does not hold is registered at the start of a producer; otherwise that is an error. Default:
    /// false. Variable: `TOPIKA_AUTO_REGISTER`.
    pub fn auto_register(mut self, register: bool) -> Self {
        self.settings.auto_register = register;
        self
    }

    /// What is done about topics at the start of a producer or consumer. Default: [`Provision::Verify`]. Variable: `TOPIKA_PROVISION`.
    pub fn provision(mut self, provision: Provision) -> Self {
        self.settings.provision = provision;
        self
    }

    /// How long a start may wait for the first answer of a broker. Default: 10 s. Variable: `TOPIKA_CONNECT_DEADLINE_MS`.
    pub fn connect_deadline(mut self, deadline: Duration) -> Self {
        self.settings.connect_deadline = deadline;
        self
    }

    /// How much a producer may have on its way at once; then `enqueue` waits. Default: 100,000 messages, 64 MiB. Variables:
    /// `TOPIKA_QUEUE_MESSAGES`, `TOPIKA_QUEUE_BYTES`.
    pub fn queue(mut self, messages: usize, bytes: u32) -> Self {
        self.settings.queue_messages = messages;
        self.settings.queue_bytes = bytes;
        self
    }

    /// The first of [`queue`](Self::queue)'s two. Variable: `TOPIKA_QUEUE_MESSAGES`.
    pub(super) fn queue_messages(mut self, messages: usize) -> Self {
        self.settings.queue_messages = messages;
        self
    }

    /// The second of [`queue`](Self::queue)'s two. Variable: `TOPIKA_QUEUE_BYTES`.
    pub(super) fn queue_bytes(mut self, bytes: u32) -> Self {
        self.settings.queue_bytes = bytes;
        self
    }

    /// How long `enqueue` and `send` wait for room in the queue, before they give the error [`QueueFull`](crate::ErrorKind::QueueFull). Default: until there
    /// is some, which is as long as a delivery is tried at most (`delivery.timeout.ms`). Variable: `TOPIKA_QUEUE_WAIT_MS`.
    pub fn queue_wait(mut self, longest: Duration) -> Self {
        self.settings.queue_wait = Some(longest);
        self
    }

    /// Which headers of an envelope fill themselves on each message. Default: the id and, within a handler, the correlation. Variable: `TOPIKA_ENVELOPE`, as in
    /// `id,correlation,causation,type,time,version`, `cloudevents` or `none`. See [`envelope`](crate::envelope).
    pub fn envelope(mut self, headers: EnvelopeHeaders) -> Self {
        let service = self.settings.envelope.name().map(str::to_owned);
        self.settings.envelope = Arc::new(match service {
            Some(name) if headers.name().is_none() => headers.service(name),
            _ => headers,
        });
        self
    }

    /// The name of the service that writes, as the header `ce_source` of each message. Default: none is written. Variable: `TOPIKA_SERVICE`.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.settings.envelope = Arc::new(Arc::unwrap_or_clone(self.settings.envelope).service(name));
        self
    }

    /// What brokers call the client in their logs and quotas. Default: `topika`. Property: `client.id`.
    pub fn client_id(self, id: impl Into<String>) -> Self {
        self.kafka_property("client.id", id)
    }

    /// With what producers compress their batches. Default: [`Lz4`](Compression::Lz4). Property: `compression.type`. One producer alone:
    /// [`ProducerBuilder::compression`](super::ProducerBuilder::compression), and so for the next two.
    pub fn compression(self, compression: Compression) -> Self {
        self.kafka_property("compression.type", compression.name())
    }

    /// How long a message waits for others to make a batch with. Default: 5 ms. Property: `linger.ms`.
    pub fn linger(self, linger: Duration) -> Self {
        self.kafka_property("linger.ms", millis(linger))
    }

    /// How large a batch of one partition grows, in bytes. Default: 1,000,000. Property: `batch.size`.
    pub fn batch_bytes(self, bytes: u32) -> Self {
        self.kafka_property("batch.size", bytes.to_string())
    }

    /// Encrypts the connections to Kafka. Needs the feature `tls` or `tls-system`.
    ///
    /// ```no_run
    /// use topika::client::{Sasl, Tls};
    ///
    /// let client = topika::Client::builder()
    ///     .bootstrap("kafka:9093")
    ///     .registry("https://registry:8081")
    ///     .kafka_tls(Tls::ca_file("/etc/kafka/ca.pem"))
    ///     .kafka_sasl(Sasl::scram_sha_512("orders", std::env::var("KAFKA_PASSWORD")?))
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kafka_tls(mut self, tls: Tls) -> Self {
        tls.set(&mut self.settings.properties);
        self
    }

    /// Says to Kafka who the client is: unencrypted, unless [`kafka_tls`](Self::kafka_tls) is called too.
    pub fn kafka_sasl(mut self, sasl: Sasl) -> Self {
        self.settings.tokens = sasl.set(&mut self.settings.properties);
        self
    }

    /// A property of librdkafka, by [its own name](https://github.com/confluentinc/librdkafka/blob/v2.12.1/CONFIGURATION.md). Building refuses
    /// names that it does not know, values that it does not take, and what the promises of this crate stand on. Variable: `TOPIKA_KAFKA_` and
    /// the name in capitals with `_` for `.`; in a file: the name itself.
    ///
    /// ```
    /// let error = topika::Client::builder()
    ///     .bootstrap("127.0.0.1:9092")
    ///     .without_registry()
    ///     .kafka_property("linger.ms", "soon")
    ///     .build()
    ///     .unwrap_err();
    /// assert_eq!(error.message(), "linger.ms=soon is not a value of the Kafka property \"linger.ms\"");
    /// ```
    pub fn kafka_property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.properties.0.insert(name.into(), value.into());
        self
    }

    /// Calls `hook` with every delivery of all producers of this client, dead letters too: those that came to pass, and those that failed,
    /// whether or not anybody awaits them. For metrics and logs; it runs on the thread that takes the brokers' answers, so it must be quick
    /// and must not block. Where it panics, that is logged and deliveries go on. What a producer refuses at once was never on its way: that is
    /// the caller's error, or a result of its batch, alone.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// let failed = Arc::new(AtomicU64::new(0));
    /// let count = Arc::clone(&failed);
    /// let client = topika::Client::builder()
    ///     .bootstrap("127.0.0.1:9092")
    ///     .registry("http://127.0.0.1:8081")
    ///     .on_delivery(move |delivery| {
    ///         if let Err(error) = delivery.result() {
    ///             count.fetch_add(1, Ordering::Relaxed);
    ///             eprintln!("{}: {error}", delivery.topic());
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok::<(), topika::Error>(())
    /// ```
    pub fn on_delivery(mut self, hook: impl Fn(&Delivery<'_>) + Send + Sync + 'static) -> Self {
        self.settings.on_delivery = Some(Hook::new(hook));
        self
    }

    /// Makes the client. No network is touched yet.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) where a setting is missing, malformed, refused, or not in this build.
    pub fn build(self) -> Result<Client, Error> {
        Client::open(self.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[tokio::test]
    async fn a_client_needs_a_registry_and_a_broker() {
        let error = ClientBuilder::new().bootstrap("a:1").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("SCHEMA_REGISTRY_URL"), "{error}");
        let error = ClientBuilder::new().registry("http://r").build().unwrap_err();
        assert!(error.to_string().contains("KAFKA_BOOTSTRAP_SERVERS"), "{error}");
    }

    #[tokio::test]
    async fn that_there_is_no_registry_is_said_and_not_assumed() {
        ClientBuilder::new().bootstrap("a:1").without_registry().build().unwrap();
        let both = ClientBuilder::new().bootstrap("a:1").registry("http://r").without_registry();
        let error = both.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("a Schema Registry is named, http://r, and there is to be none"), "{error}");
    }

    #[test]
    fn a_prefix_that_no_topic_can_have_is_said_when_building() {
        let of = |prefix: &str| ClientBuilder::new().bootstrap("a:1").without_registry().topic_prefix(prefix).build();
        for prefix in ["prod. ", "prod/", "größe."] {
            let error = of(prefix).unwrap_err();
            assert!(error.to_string().contains("TOPIKA_TOPIC_PREFIX"), "{error}");
            assert!(error.message().contains(&format!("the prefix {prefix:?}")), "{error}");
        }
        for prefix in ["", "prod.", "eu-1.West_2."] {
            of(prefix).unwrap();
        }
    }

    #[tokio::test]
    async fn a_refused_property_is_said_when_building() {
        let error = ClientBuilder::new()
            .bootstrap("a:1")
            .registry("http://r")
            .kafka_property("group.id", "x")
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }

    #[tokio::test]
    async fn secrets_of_a_client_are_not_shown() {
        let builder = ClientBuilder::new()
            .bootstrap("a:1")
            .registry("http://ada:hunter4@r, http://r/a@b")
            .registry_auth("ada", "hunter2")
            .kafka_property("security.protocol", "sasl_plaintext")
            .kafka_property("sasl.mechanism", "PLAIN")
            .kafka_property("sasl.username", "ada")
            .kafka_property("sasl.password", "hunter3");
        let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
        assert!(!shown.contains("hunter"), "{shown}");
        assert!(shown.contains("sasl.password") && shown.contains("http://...@r\", \"http://r/a@b"), "{shown}");
        let error = builder.without_registry().build().unwrap_err();
        assert!(error.to_string().contains("http://...@r") && !error.to_string().contains("hunter"), "{error}");
    }
}
