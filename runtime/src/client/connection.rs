use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use topika_registry::client::{Client as Registry, ErrorKind as RegistryErrorKind};

use super::builder::ClientBuilder;
use super::consumer::ConsumerBuilder;
use super::dead_letter::DeadLetters;
use super::encoder::Encoder;
use super::env;
use super::producer::Producer;
use super::producing::{Own, ProducerBuilder};
use super::provision::{Place, Provision, provision};
use super::publisher::Publisher;
use super::settings::ClientSettings;
use super::tokens;
use super::topics::Topics;
use super::transactions::TransactionsBuilder;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::{Admin, Bounds, Link, RawProducer, RawTransactions, Settings, check, merged};
use crate::schema::{Descriptor, TopicDescriptor};
use crate::wire::{SerdeConfig, TopicDeserializer, TopicSerializer};

/// A cluster and its Schema Registry. Cheap to clone; producers and consumers are made from it.
///
/// ```no_run
/// # async fn f<FoodOrders: topika::event::Topic, E: topika::event::On<FoodOrders>>(order_placed: E) -> Result<(), topika::Error> {
/// let kafka = topika::Client::from_env()?;
/// let orders = kafka.producer::<FoodOrders>().await?;
/// let at = orders.send(&order_placed).await?;
/// println!("partition {}, offset {}", at.partition, at.offset);
/// orders.close(std::time::Duration::from_secs(10)).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: ClientSettings,
    kafka: Settings,
    admin: Admin,
    registry: Registry,
    dead_letters: DeadLetters,
    /// Set when the registry's bundle was found to be one of this registry.
    bundle_fits: OnceCell<()>,
}

impl Client {
    /// Reads `KAFKA_BOOTSTRAP_SERVERS`, `SCHEMA_REGISTRY_URL` (both needed; `none` where there is no registry), `TOPIKA_TOPIC_PREFIX`, `TOPIKA_ENV`, `TOPIKA_DEVELOPMENT`, `TOPIKA_AUTO_REGISTER`,
    /// `TOPIKA_PROVISION`, `TOPIKA_BUNDLE` (a file with the registry's schemas, to start from while it is down) and `TOPIKA_KAFKA_*`. No
    /// network is touched yet.
    ///
    /// Of the registry's client also: `SCHEMA_REGISTRY_USER` and `_PASSWORD`, or `_TOKEN`, or `_OAUTH_URL`, `_OAUTH_CLIENT_ID`,
    /// `_OAUTH_CLIENT_SECRET` and `_OAUTH_SCOPE`; `_TARGET_CLUSTER` and `_IDENTITY_POOL` (Confluent Cloud); `_CA_FILE`,
    /// `_CERTIFICATE_FILE` and `_KEY_FILE` (PEM); `_CONTEXT`. All begin with `SCHEMA_REGISTRY`.
    ///
    /// Also `TOPIKA_QUEUE_MESSAGES`, `TOPIKA_QUEUE_BYTES`, `TOPIKA_QUEUE_WAIT_MS`, `TOPIKA_CONNECT_DEADLINE_MS`, as [`ClientBuilder`] has them; and `TOPIKA_CLIENT_FILE`, a
    /// file as [`from_file`](Self::from_file) reads it, which says what the environment does not.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config), naming the variable.
    pub fn from_env() -> Result<Self, Error> {
        env::from_vars(std::env::vars_os())?.build()
    }

    /// Reads a file in the format of Java's properties, as Kafka's own tools read them: `bootstrap.servers`, librdkafka's properties by their own
    /// names, and under their names the variables that [`from_env`](Self::from_env) lists. The environment is not looked at.
    ///
    /// ```
    /// let file = std::env::temp_dir().join("topika-client.properties");
    /// let text = "bootstrap.servers = kafka:9092\nSCHEMA_REGISTRY_URL = none\ncompression.type = zstd\n";
    /// std::fs::write(&file, text)?;
    /// assert_eq!(topika::Client::from_file(&file)?.bootstrap(), "kafka:9092");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config), naming the file and the line. Names of Java's client that librdkafka does not have are refused with what to
    /// write for them.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        env::from_file(path.as_ref())?.build()
    }

    /// Sets up a client by hand.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(super) fn open(mut settings: ClientSettings) -> Result<Self, Error> {
        let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
        if !settings.topic_prefix.chars().all(is_of_a_name) {
            let message = format!("no topic has a name that begins with the prefix {:?}", settings.topic_prefix);
            return Err(Error::new(ErrorKind::Config, message).help(
                "TOPIKA_TOPIC_PREFIX, or `topic_prefix`, takes letters, digits, `.`, `_` and `-`, as in `prod.`",
            ));
        }
        settings.envelope.check()?;
        for (name, value) in &settings.properties.0 {
            check(name, value)?;
        }
        settings.properties.0 = merged(std::mem::take(&mut settings.properties.0))?;
        let source = tokens::source(&mut settings.properties, settings.tokens.take())?;
        let kafka = Settings::new(settings.bootstrap.clone(), settings.properties.0.clone())?
            .with_tokens(source)?
            .on_delivery(settings.on_delivery.clone());
        let mut registry = settings.registry_client.clone();
        match (settings.registry.0.is_empty(), settings.without_registry) {
            (true, false) => {
                let help = "set SCHEMA_REGISTRY_URL=http://host:8081, or call `Client::builder().registry(\"http://host:8081\")`; where all topics say `framing = \"none\"`, \
                            SCHEMA_REGISTRY_URL=none or `.without_registry()`";
                return Err(Error::new(ErrorKind::Config, "no Schema Registry is named").help(help));
            }
            (false, true) => {
                let said = format!("a Schema Registry is named, {}, and there is to be none", settings.registry);
                return Err(
                    Error::new(ErrorKind::Config, said).help("leave out one of `registry` and `without_registry`")
                );
            }
            (true, true) => registry = registry.nowhere(),
            (false, false) => {}
        }
        for url in &settings.registry.0 {
            registry = registry.url(url);
        }
        if let Some((user, password)) = &settings.registry_user {
            registry = registry.basic_auth(user, &password.0);
        }
        let registry = registry.build().map_err(|e| Error::new(ErrorKind::Config, e.to_string()).caused_by(e))?;
        crate::meter::describe();
        let admin = Admin::new(&kafka, settings.connect_deadline)?;
        let dead_letters =
            DeadLetters::new(kafka.clone(), admin.clone(), settings.topic_prefix.clone(), settings.development);
        Ok(Self(Arc::new(Inner { settings, kafka, admin, registry, dead_letters, bundle_fits: OnceCell::new() })))
    }

    /// A producer of the topic `T`; await it, after choosing how it writes. Then the topic is there, and the registry knows every event of it.
    ///
    /// # Errors
    /// Awaited: [`Config`](ErrorKind::Config), [`Denied`](ErrorKind::Denied), [`Untrusted`](ErrorKind::Untrusted), [`OtherHost`](ErrorKind::OtherHost), [`Unreachable`](ErrorKind::Unreachable), [`UnknownTopic`](ErrorKind::UnknownTopic), [`TopicDiffers`](ErrorKind::TopicDiffers),
    /// [`Registry`](ErrorKind::Registry) or [`Schema`](ErrorKind::Schema), each with what to do.
    pub fn producer<T: Topic>(&self) -> ProducerBuilder<T> {
        ProducerBuilder::new(self.clone(), T::TOPIC.events)
    }

    /// A producer of these events alone, frozen versions among them, such as `v1::OrderPlaced::DESCRIPTOR`: the registry need not know
    /// the others yet, and sending one of them is an error. What an application uses that stays behind in a roll-out.
    ///
    /// # Errors
    /// As [`producer`](Self::producer).
    pub fn producer_of<T: Topic>(&self, events: &[&'static Descriptor]) -> ProducerBuilder<T> {
        ProducerBuilder::new(self.clone(), events)
    }

    pub(super) async fn open_producer<T: Topic>(
        &self,
        events: &[&'static Descriptor],
        own: &Own,
    ) -> Result<Producer<T>, Error> {
        let settings = self.0.kafka.with_own(&own.properties)?;
        let encoder = self.encoder(events).await?;
        let bounds = Bounds { wait: own.wait.or(self.0.settings.queue_wait), ..self.bounds() };
        Ok(Producer::new(RawProducer::new(&settings, bounds)?, encoder))
    }

    /// Transactions under that id, of which each process needs one of its own; the environment's prefix is put before it. Await it, after choosing
    /// how long one may take. See [`Transactions`](super::Transactions).
    ///
    /// # Errors
    /// Awaited: [`Config`](ErrorKind::Config) for an empty id, [`Unreachable`](ErrorKind::Unreachable), [`Denied`](ErrorKind::Denied) where the user may not use the id, and
    /// [`Kafka`](ErrorKind::Kafka) where the brokers allow no transaction that long.
    pub fn transactions(&self, id: impl Into<String>) -> TransactionsBuilder {
        TransactionsBuilder::new(self.clone(), id.into())
    }

    /// A producer of the topic `T` that writes with this one.
    pub(super) async fn producer_over<T: Topic>(&self, raw: RawProducer) -> Result<Producer<T>, Error> {
        Ok(Producer::new(raw, self.encoder(T::TOPIC.events).await?))
    }

    /// What writes on any topic, with a client of its own.
    pub(crate) fn publisher(&self) -> Result<Publisher, Error> {
        self.not_closed()?;
        Ok(Publisher::new(self.clone(), RawProducer::new(&self.0.kafka, self.bounds())?))
    }

    /// What writes on any topic, within those transactions.
    pub(crate) fn publisher_over(&self, transactions: &RawTransactions) -> Publisher {
        Publisher::new(self.clone(), transactions.producer().clone())
    }

    pub(crate) async fn raw_transactions(&self, id: &str, timeout: Duration) -> Result<RawTransactions, Error> {
        self.not_closed()?;
        RawTransactions::start(&self.0.kafka, id.to_owned(), timeout, self.bounds()).await
    }

    /// Transactions for dead letters that are sent again: as large as any message that could be read.
    pub(crate) async fn redrive_transactions(&self, id: &str, timeout: Duration) -> Result<RawTransactions, Error> {
        self.not_closed()?;
        let largest = BTreeMap::from([("message.max.bytes".to_owned(), "1000000000".to_owned())]);
        RawTransactions::start(&self.0.kafka.with_own(&largest)?, id.to_owned(), timeout, self.bounds()).await
    }

    /// What writes these events: the topic is there, and the registry knows them.
    async fn encoder<T: Topic>(&self, events: &[&'static Descriptor]) -> Result<Encoder<T>, Error> {
        if !T::TOPIC.plain {
            self.with_registry(T::TOPIC).await?;
        }
        self.provision(T::TOPIC).await?;
        self.encoder_alone(events).await
    }

    async fn encoder_alone<T: Topic>(&self, events: &[&'static Descriptor]) -> Result<Encoder<T>, Error> {
        let serializer = TopicSerializer::<T>::prepare_only(&self.0.registry, &self.serde(), events).await;
        let serializer = serializer.map_err(super::fault::serialize)?;
        Ok(Encoder::new(self.topic_name(T::TOPIC), serializer, Arc::clone(&self.0.settings.envelope)))
    }

    /// What writes the events of a topic to be sent later: as for a producer, but brokers that are away are no hindrance.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) async fn encoder_for_later<T: Topic>(&self) -> Result<Encoder<T>, Error> {
        if !T::TOPIC.plain {
            self.with_registry(T::TOPIC).await?;
        }
        match self.provision(T::TOPIC).await {
            Err(error) if error.is_retriable() => {
                tracing::warn!(topic = T::TOPIC.name, %error, "the brokers were not asked for the topic; its events are stored all the same");
            }
            asked => drop(asked?),
        }
        self.encoder_alone(T::TOPIC.events).await
    }

    /// What sends the rows of an outbox.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn relay_producer(&self) -> Result<RawProducer, Error> {
        self.not_closed()?;
        RawProducer::of_relay(&self.0.kafka, self.bounds())
    }

    fn bounds(&self) -> Bounds {
        let ClientSettings { queue_messages: messages, queue_bytes: bytes, queue_wait: wait, .. } = self.0.settings;
        Bounds { messages, bytes, wait, ..Bounds::default() }
    }

    /// A consumer of the topic `T` in that group; await it, after choosing where it begins.
    pub fn consumer<T: Topic>(&self, group: impl Into<String>) -> ConsumerBuilder<T> {
        ConsumerBuilder::new(self.clone(), group.into())
    }

    /// Whether the brokers are there, as far as is known: one of them has answered, and nothing was heard since that all are gone. False after
    /// [`close`](Self::close), and before the first answer.
    ///
    /// It asks nobody, and costs nothing. What is known comes from everything that was made of this client: answers, deliveries, lost
    /// connections, and librdkafka's statistics, which say after up to 5 s that brokers are back. Where nothing is made of the client, it is as
    /// old as the last question.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.link().is_closed() && self.link().is_up()
    }

    /// Asks the brokers for a little, and waits for the answer until the deadline.
    ///
    /// ```no_run
    /// # async fn f(kafka: topika::Client) -> Result<(), topika::Error> {
    /// # use std::time::Duration;
    /// use topika::ErrorKind;
    ///
    /// match kafka.check_connection(Duration::from_secs(2)).await.map_err(|error| error.kind()) {
    ///     Ok(()) => {}
    ///     Err(ErrorKind::NotConnected) => {} // never answered: a wrong address, or brokers that do not run yet
    ///     Err(ErrorKind::Unreachable) => {}  // answered before: an outage
    ///     Err(ErrorKind::Closed) => {}       // this client is closed
    ///     Err(_) => {}                       // another refusal, said in the error
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`NotConnected`](ErrorKind::NotConnected) where no broker has answered this client since it was made, and none does now;
    /// [`Unreachable`](ErrorKind::Unreachable) where one did, and none does now; [`Closed`](ErrorKind::Closed) after [`close`](Self::close),
    /// without asking. The first two say why, and pass when the brokers are there.
    pub async fn check_connection(&self, deadline: Duration) -> Result<(), Error> {
        self.not_closed()?;
        self.0.admin.check(deadline).await
    }

    /// Ends this client and its clones: nothing is made of them from here on, which is the error [`Closed`](ErrorKind::Closed). Producers,
    /// consumers and apps that there are go on: each has an end of its own.
    pub fn close(&self) {
        self.link().close();
    }

    fn link(&self) -> &Link {
        self.0.admin.link()
    }

    fn not_closed(&self) -> Result<(), Error> {
        if !self.link().is_closed() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Closed, format!("the client of Kafka at \"{}\" is closed", self.bootstrap()))
            .help("make a new one: a closed client and its clones make nothing more"))
    }

    /// The brokers that this client begins with.
    #[must_use]
    pub fn bootstrap(&self) -> &str {
        &self.0.settings.bootstrap
    }

    /// What stands in front of every topic in this environment.
    #[must_use]
    pub fn topic_prefix(&self) -> &str {
        &self.0.settings.topic_prefix
    }

    /// The name of a topic in this environment: with its prefix.
    #[must_use]
    pub fn topic_name(&self, topic: &TopicDescriptor) -> String {
        format!("{}{}", self.0.settings.topic_prefix, topic.name)
    }

    /// The name of a consumer group of this client: with its prefix.
    #[must_use]
    pub fn group_name(&self, group: &str) -> String {
        format!("{}{group}", self.0.settings.group_prefix)
    }

    /// The topics of the cluster: how they are, and changes of them.
    #[must_use]
    pub fn topics(&self) -> Topics {
        Topics::new(self.0.admin.clone())
    }

    /// Whether there is a Schema Registry: not where it was set to none.
    #[must_use]
    pub fn has_registry(&self) -> bool {
        !self.0.settings.without_registry
    }

    /// The registry's client.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// That messages of the topic can be read: those that name their schemas need a registry.
    pub(crate) async fn readable(&self, topic: &'static TopicDescriptor) -> Result<(), Error> {
        if topic.is_without_registry() { Ok(()) } else { self.with_registry(topic).await }
    }

    /// That there is a registry, and that a bundle, where there is one, gives ids that are the registry's.
    async fn with_registry(&self, topic: &'static TopicDescriptor) -> Result<(), Error> {
        self.needs_registry(topic)?;
        if self.0.bundle_fits.initialized() {
            return Ok(());
        }
        match self.0.registry.check_bundle().await {
            Ok(true) => drop(self.0.bundle_fits.set(())),
            Ok(false) => {
                tracing::warn!("the registry is away; the bundle stands in, and is compared at the next start")
            }
            // With the ids of another registry messages would be read and written as something else.
            Err(error) if error.kind() == RegistryErrorKind::Settings => {
                return Err(Error::new(ErrorKind::Config, error.to_string()).caused_by(error));
            }
            Err(error) => tracing::warn!(%error, "the registry's bundle could not be compared with the registry"),
        }
        Ok(())
    }

    fn needs_registry(&self, topic: &'static TopicDescriptor) -> Result<(), Error> {
        if !self.0.settings.without_registry {
            return Ok(());
        }
        let message = format!(
            "messages of topic \"{}\" (`{}`) name their schemas, and the client has no Schema Registry",
            self.topic_name(topic),
            topic.rust
        );
        let help =
            "set SCHEMA_REGISTRY_URL=http://host:8081, or call `.registry(...)` in place of `.without_registry()`";
        Err(Error::new(ErrorKind::Config, message).help(help))
    }

    pub(crate) async fn provision(&self, topic: &'static TopicDescriptor) -> Result<u32, Error> {
        self.not_closed()?;
        let settings = &self.0.settings;
        let place = Place {
            prefix: &settings.topic_prefix,
            environment: settings.environment.as_deref(),
            is_development: settings.development,
        };
        provision(&self.0.admin, settings.provision, place, topic).await
    }

    pub(crate) fn deserializer<T: Topic>(&self) -> TopicDeserializer<T> {
        TopicDeserializer::new(&self.0.registry, &self.serde())
    }

    pub(crate) fn kafka(&self) -> &Settings {
        &self.0.kafka
    }

    pub(crate) fn dead_letters(&self) -> &DeadLetters {
        &self.0.dead_letters
    }

    pub(super) fn admin(&self) -> &Admin {
        &self.0.admin
    }

    pub(super) fn provisioning(&self) -> Provision {
        self.0.settings.provision
    }

    /// Whether one broker is all there is.
    pub(super) fn is_development(&self) -> bool {
        self.0.settings.development
    }

    pub(crate) fn connect_deadline(&self) -> Duration {
        self.0.settings.connect_deadline
    }

    fn serde(&self) -> SerdeConfig {
        SerdeConfig {
            auto_register: self.0.settings.auto_register,
            topic_prefix: self.0.settings.topic_prefix.clone(),
            strategy: self.0.settings.subjects,
            framing: self.0.settings.framing,
            schema: self.0.settings.schema.clone(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}
