//! The rows `[env.NAME]`: where an environment's registry is.

use toml::de::DeTable;

use super::key::Entry;
use super::table::{Reader, said};
use super::{KafkaProperty, Marked, TopicSettings};
use crate::rules::MANIFEST_VALUE;

const ENV: &[&str] = &[
    "registry",
    "topic-prefix",
    "context",
    "user",
    "password",
    "token",
    "oauth",
    "target-cluster",
    "identity-pool",
    "ca-file",
    "certificate-file",
    "key-file",
    "bootstrap",
    "kafka",
    "development",
    "topics",
    "topic",
];
const OAUTH: &[&str] = &["url", "client-id", "client-secret", "scope"];
const SECRET: &[&str] = &["env"];

/// `[env.NAME]`
#[derive(Clone, Debug)]
pub struct EnvRow {
    /// The environment's name.
    pub name: Marked<String>,
    /// The URL of its registry.
    pub registry: Option<Marked<String>>,
    /// What stands before the names of topics there, and so before the subjects made of them.
    pub topic_prefix: Option<Marked<String>>,
    /// Who asks the registry.
    pub user: Option<Marked<Setting>>,
    /// With which password; never one that stands in the file.
    pub password: Option<Marked<Setting>>,
    /// The context of the registry in which subjects and ids are meant.
    pub context: Option<Marked<String>>,
    /// A bearer token that never changes; never one that stands in the file.
    pub token: Option<Marked<Setting>>,
    /// Where bearer tokens are asked for.
    pub oauth: Option<OAuthRow>,
    /// The registry's id, which Confluent Cloud asks for beside a bearer token.
    pub target_cluster: Option<Marked<Setting>>,
    /// The identity pool, which Confluent Cloud asks for beside a bearer token.
    pub identity_pool: Option<Marked<Setting>>,
    /// A file of certificates of authorities, in place of the system's; relative to the project's root.
    pub ca_file: Option<Marked<Setting>>,
    /// A file with the client's own certificate.
    pub certificate_file: Option<Marked<Setting>>,
    /// A file with the key of that certificate.
    pub key_file: Option<Marked<Setting>>,
    /// The brokers of its Kafka to begin with, `host:port`, several by comma.
    pub bootstrap: Option<Marked<Setting>>,
    /// What clients of that Kafka are told, by librdkafka's names.
    pub kafka: Vec<KafkaProperty>,
    /// Whether it is somebody's machine: one broker, so that no partition has more than one copy, whatever topics say.
    pub development: Option<Marked<bool>>,
    /// What is said of all topics there.
    pub topic_defaults: TopicSettings,
    /// What is said of single topics there, dead letter topics among them, in the order of the text.
    pub topics: Vec<(Marked<String>, TopicSettings)>,
}

/// `oauth = { ... }` of an environment: client credentials.
#[derive(Clone, Debug)]
pub struct OAuthRow {
    /// The token endpoint.
    pub url: Marked<String>,
    /// What it knows the client by.
    pub client_id: Marked<Setting>,
    /// The secret; never one that stands in the file.
    pub client_secret: Marked<Setting>,
    /// The scopes, separated by blanks.
    pub scope: Option<Marked<String>>,
}

/// A value, or where it is found when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The value itself.
    Text(String),
    /// `{ env = "NAME" }`: a variable of the environment.
    Variable(String),
}

/// Reads a row.
pub(super) fn row<'a>(name: Marked<String>, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> EnvRow {
    let title = format!("env.{}", name.value);
    let mut row = EnvRow {
        name,
        registry: None,
        topic_prefix: None,
        user: None,
        password: None,
        context: None,
        token: None,
        oauth: None,
        target_cluster: None,
        identity_pool: None,
        ca_file: None,
        certificate_file: None,
        key_file: None,
        bootstrap: None,
        kafka: Vec::new(),
        development: None,
        topic_defaults: TopicSettings::default(),
        topics: Vec::new(),
    };
    for entry in reader.entries(table) {
        match entry.name {
            "registry" => row.registry = registry(&entry, reader),
            "topic-prefix" => row.topic_prefix = reader.parsed(&entry, "a text such as \"prod.\"", prefix),
            "context" => row.context = reader.parsed(&entry, "the name of a context, such as \"staging\"", context),
            "user" => row.user = shown(&entry, &title, reader),
            "token" => row.token = variable(&entry, &title, reader),
            "oauth" => row.oauth = oauth(&entry, &title, reader),
            "target-cluster" => row.target_cluster = shown(&entry, &title, reader),
            "identity-pool" => row.identity_pool = shown(&entry, &title, reader),
            "ca-file" => row.ca_file = shown(&entry, &title, reader),
            "certificate-file" => row.certificate_file = shown(&entry, &title, reader),
            "key-file" => row.key_file = shown(&entry, &title, reader),
            "password" => row.password = variable(&entry, &title, reader),
            "bootstrap" => row.bootstrap = bootstrap(&entry, &title, reader),
            "kafka" => row.kafka = super::kafka::properties(&entry, &title, reader),
            "development" => row.development = reader.flag(&entry),
            "topics" => {
                if let Some(table) = reader.table(&entry) {
                    row.topic_defaults = TopicSettings::read(&format!("{title}.topics"), table, reader);
                }
            }
            "topic" => row.topics = super::kafka::topics(&entry, &title, reader),
            _ => reader.unknown(&entry, &title, ENV),
        }
    }
    tell_doubled(&row, table, reader);
    row
}

/// Says what does not go together.
fn tell_doubled(row: &EnvRow, table: &DeTable<'_>, reader: &mut Reader<'_>) {
    let ways: Vec<&str> = ["user", "token", "oauth"].into_iter().filter(|key| table.contains_key(*key)).collect();
    if let [first, second, ..] = ways.as_slice() {
        let message = format!("[env.{}] says both `{first}` and `{second}`", row.name.value);
        let help = "keep one of `user`, `token` and `oauth`: a request says once who asks";
        reader.report.push(MANIFEST_VALUE.at(row.name.at.clone(), message).help(help));
    }
    for (one, other) in [("certificate-file", "key-file"), ("key-file", "certificate-file"), ("password", "user")] {
        if table.contains_key(one) && !table.contains_key(other) {
            let message = format!("[env.{}] says `{one}` and no `{other}`", row.name.value);
            let help = format!("add `{other}`, or take `{one}` out");
            reader.report.push(MANIFEST_VALUE.at(row.name.at.clone(), message).help(help));
        }
    }
}

/// `{ url = "...", client-id = "...", client-secret = { env = "NAME" } }`
fn oauth(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Option<OAuthRow> {
    let Some(table) = entry.value.as_table() else {
        let wanted = "a table of `url`, `client-id` and `client-secret`";
        reader.bad(entry.at.clone(), entry.name, wanted, "something else");
        return None;
    };
    let title = format!("{title}.oauth");
    let (mut url, mut id, mut secret, mut scope) = (None, None, None, None);
    for inner in reader.entries(table) {
        match inner.name {
            "url" => url = registry(&inner, reader),
            "client-id" => id = shown(&inner, &title, reader),
            "client-secret" => secret = variable(&inner, &title, reader),
            "scope" => scope = reader.string(&inner),
            _ => reader.unknown(&inner, &title, OAUTH),
        }
    }
    for key in ["url", "client-id", "client-secret"] {
        if !table.contains_key(key) {
            let message = format!("[{title}] says no `{key}`");
            let help = "say `url` (the token endpoint), `client-id`, and `client-secret = { env = \"NAME\" }`";
            reader.report.push(MANIFEST_VALUE.at(entry.at.clone(), message).help(help));
        }
    }
    Some(OAuthRow { url: url?, client_id: id?, client_secret: secret?, scope })
}

/// What the name of a context may be.
fn context(text: &str) -> Option<String> {
    let bare = text.strip_prefix('.').unwrap_or(text);
    (!bare.is_empty() && !bare.contains(':') && !bare.chars().any(char::is_control)).then(|| text.to_owned())
}

fn registry(entry: &Entry<'_>, reader: &mut Reader<'_>) -> Option<Marked<String>> {
    const PLAIN: &str = "a URL without credentials, such as \"https://registry.internal\"";
    const BARE: &str = "a URL without credentials and without a query, such as \"https://registry.internal\"";
    // The client leaves a query out, and a plan shows the URL: what is meant as a key would be lost, and told.
    let is_bare = entry.name == "registry";
    let fits = |text: &String| !is_bare || !text.contains(['?', '#']);
    let value = entry.value.as_str().and_then(url).filter(fits);
    if value.is_none() {
        // Not shown: a URL may hold a password.
        reader.bad(entry.at.clone(), entry.name, if is_bare { BARE } else { PLAIN }, "none");
    }
    value.map(|value| Marked { value, at: entry.at.clone() })
}

/// Addresses of brokers: they have no user and no password.
fn bootstrap(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Option<Marked<Setting>> {
    let is_address = |text: &str| {
        let text = text.trim();
        let has_port =
            text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        has_port && !text.contains('@') && !text.contains(char::is_whitespace)
    };
    match entry.value.as_str() {
        Some(text) if !text.split(',').all(is_address) => {
            let shown = if text.contains('@') { "none".to_owned() } else { said(entry.value) };
            reader.bad(entry.at.clone(), entry.name, "brokers such as \"kafka-1:9092,kafka-2:9092\"", &shown);
            None
        }
        _ => shown(entry, title, reader),
    }
}

/// A text that may stand in the file, or a variable that holds it.
fn shown(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Option<Marked<Setting>> {
    match entry.value.as_str() {
        Some(text) if !text.is_empty() => Some(Marked { value: Setting::Text(text.to_owned()), at: entry.at.clone() }),
        _ => variable(entry, title, reader),
    }
}

/// `{ env = "NAME" }`. What else stands there is not shown: it may be a password.
pub(super) fn variable(entry: &Entry<'_>, title: &str, reader: &mut Reader<'_>) -> Option<Marked<Setting>> {
    const WANTED: &str = "`{ env = \"NAME\" }`, a variable that holds it";
    let Some(table) = entry.value.as_table() else {
        reader.bad(entry.at.clone(), entry.name, WANTED, "something else");
        return None;
    };
    let mut name = None;
    for inner in reader.entries(table) {
        match inner.name {
            "env" => name = reader.string(&inner).map(|name| name.value),
            _ => reader.unknown(&inner, &format!("{title}.{}", entry.name), SECRET),
        }
    }
    if name.is_none() && table.get("env").is_none() {
        reader.bad(entry.at.clone(), entry.name, WANTED, "a table without `env`");
    }
    name.map(|name| Marked { value: Setting::Variable(name), at: entry.at.clone() })
}

/// Whether a table names a variable, or tries to.
pub(super) fn is_variable(table: &DeTable<'_>) -> bool {
    table.get("env").is_some_and(|value| value.get_ref().is_str()) || table.is_empty()
}

/// A URL of a registry, without credentials: the file is committed.
fn url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split('/').next().unwrap_or_default();
    (!host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

/// Signs that the name of a topic may have.
fn prefix(text: &str) -> Option<String> {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')).then(|| text.to_owned())
}
