use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::address::read_url;
use super::auth::Auth;
use super::cache::Room;
use super::oauth::OAuth;
use super::secret::Secret;
use super::signature::Basic;
use super::tls::{OwnIdentity, Pem, Tls};
use crate::bundle::Bundle;

/// Settings of a [`Client`](super::Client). Every default suits production; only the URL must be given.
#[derive(Clone)]
pub struct ClientBuilder {
    pub(super) urls: Vec<String>,
    pub(super) nowhere: bool,
    pub(super) auth: Auth,
    pub(super) headers: Vec<(String, Secret)>,
    pub(super) tls: Tls,
    pub(super) proxy: Option<Secret>,
    pub(super) context: String,
    pub(super) bundle: Option<BundleFrom>,
    pub(super) connect_timeout: Duration,
    pub(super) request_timeout: Duration,
    pub(super) total_timeout: Duration,
    pub(super) retries: u32,
    pub(super) room: Room,
    pub(super) latest_ttl: Duration,
    pub(super) missing_ttl: Duration,
    pub(super) normalize: bool,
}

/// Where a bundle comes from.
#[derive(Clone)]
pub(super) enum BundleFrom {
    File(PathBuf),
    Memory(Arc<Bundle>),
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            nowhere: false,
            auth: Auth::None,
            headers: Vec::new(),
            tls: Tls::default(),
            proxy: None,
            context: String::new(),
            bundle: None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            retries: 3,
            room: Room { entries: 1_000, bytes: 32 * 1024 * 1024 },
            latest_ttl: Duration::from_secs(60),
            missing_ttl: Duration::from_secs(5),
            normalize: false,
        }
    }
}

/// Where the registry is.
impl ClientBuilder {
    /// Adds a URL; several may stand in one text, separated by commas. Calls go to the first one that is well. One that failed is left
    /// alone for a second, and twice as long after each further failure, up to 30 seconds; then one call tries it again.
    #[must_use]
    pub fn url(mut self, url: impl AsRef<str>) -> Self {
        self.urls.extend(url.as_ref().split(',').map(str::trim).filter(|url| !url.is_empty()).map(str::to_owned));
        self
    }

    /// Lets the client be made without a URL. It answers what its bundle knows, where it has one, and refuses everything else at once, by an
    /// error of kind [`Settings`](super::ErrorKind::Settings).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use topika_registry::client::{Client, ErrorKind};
    ///
    /// let client = Client::builder().nowhere().build()?;
    /// assert_eq!(client.subjects().await.unwrap_err().kind(), ErrorKind::Settings);
    /// # Ok::<(), topika_registry::client::Error>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn nowhere(mut self) -> Self {
        self.nowhere = true;
        self
    }

    /// The [context](https://docs.confluent.io/platform/current/schema-registry/schema-contexts-cp.html) in which subjects and ids are
    /// meant: `staging`, also written `.staging`. A subject that names one of its own, such as `:.other:orders`, is meant there. Answers
    /// hold the subjects of this context without it.
    #[must_use]
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = context.into();
        self
    }

    /// A file with the schemas of this environment and their ids ([`bundle`](crate::bundle)), so that the client starts and goes on while
    /// the registry is down. What never changes is answered from it without asking: schemas by id and GUID, versions, look-ups and
    /// registrations of equal schemas. What may change (the latest version, lists of versions) is asked for; where the registry gives no
    /// answer within three seconds, the bundle does. Read by [`build`](Self::build); whether it is one of this registry says
    /// [`check_bundle`](super::Client::check_bundle).
    ///
    /// ```no_run
    /// # async fn f() -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::client::Client;
    ///
    /// let client = Client::builder().url("http://registry:8081").bundle("schemas.prod.json").build()?;
    /// let schema = client.schema(7).await?; // also while the registry is down
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn bundle(mut self, file: impl Into<PathBuf>) -> Self {
        self.bundle = Some(BundleFrom::File(file.into()));
        self
    }

    /// As [`bundle`](Self::bundle), with a bundle that was read before, such as one that is part of the program.
    #[must_use]
    pub fn bundle_of(mut self, bundle: Bundle) -> Self {
        self.bundle = Some(BundleFrom::Memory(Arc::new(bundle)));
        self
    }

    /// The HTTP proxy for all requests, such as `http://user:password@proxy:3128`. Without it the variables `HTTPS_PROXY`, `HTTP_PROXY`
    /// and `NO_PROXY` say which, except for registries on this machine.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(Secret::new(url));
        self
    }
}

/// Who the client is, and whom it trusts.
impl ClientBuilder {
    /// Basic authentication, for all URLs. A user and password in a URL mean the same for that URL alone, where nothing else is set.
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.auth = Auth::Basic(Basic { user: user.into(), password: Secret::new(password) });
        self
    }

    /// A bearer token that never changes.
    #[must_use]
    pub fn bearer_auth(mut self, token: impl Into<String>) -> Self {
        self.auth = Auth::Bearer(Secret::new(token));
        self
    }

    /// Bearer tokens from a token endpoint.
    #[must_use]
    pub fn oauth(mut self, oauth: OAuth) -> Self {
        self.auth = Auth::OAuth(oauth);
        self
    }

    /// The registry's id, `lsrc-...`, which Confluent Cloud asks for beside a bearer token (header `target-sr-cluster`).
    #[must_use]
    pub fn target_sr_cluster(self, id: impl Into<String>) -> Self {
        self.header("target-sr-cluster", id)
    }

    /// The identity pool, `pool-...`, which Confluent Cloud asks for beside a bearer token (header `Confluent-Identity-Pool-Id`).
    #[must_use]
    pub fn identity_pool(self, id: impl Into<String>) -> Self {
        self.header("Confluent-Identity-Pool-Id", id)
    }

    /// A header of every request to the registry; one of the same name takes its place. The value is treated as a secret.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.headers.push((name, Secret::new(value)));
        self
    }

    /// Certificates of authorities in PEM form. Once some are given, by this or by [`ca_file`](Self::ca_file), only those are trusted,
    /// and not the system's.
    #[must_use]
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.authorities.push(Pem::Bytes(pem.into()));
        self
    }

    /// A file with certificates of authorities in PEM form, as [`ca_pem`](Self::ca_pem). Read by [`build`](Self::build).
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls.authorities.push(Pem::File(path.into()));
        self
    }

    /// The client's own certificate (with those between it and the authority behind it) and its key, in PEM form. The key is PKCS#8,
    /// PKCS#1 or SEC 1, not encrypted.
    #[must_use]
    pub fn identity_pem(mut self, certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls.identity =
            Some(OwnIdentity { certificate: Pem::Bytes(certificate.into()), key: Pem::Bytes(key.into()) });
        self
    }

    /// Files with the client's own certificate and key, as [`identity_pem`](Self::identity_pem). Read by [`build`](Self::build).
    #[must_use]
    pub fn identity_files(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls.identity =
            Some(OwnIdentity { certificate: Pem::File(certificate.into()), key: Pem::File(key.into()) });
        self
    }
}

/// How long, how often, how much.
impl ClientBuilder {
    /// How long a connection may take to stand: 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one try may take: 10 seconds. An answer of which nothing more comes for a third of that has broken off: the next URL is
    /// asked, or the same one again.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long a call may take with all its tries, pauses and tokens: 30 seconds.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// How often a call is tried again on all URLs, after all of them could not be reached or said 408, 429, 500, 502, 503 or 504: 3
    /// times. The pauses double from a tenth of a second to 5 seconds, or are what the registry asks for (`Retry-After`).
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How many entries each cache holds at most: 1,000. What is "not there" has caches of its own.
    #[must_use]
    pub fn cache_capacity(mut self, entries: usize) -> Self {
        self.room.entries = entries;
        self
    }

    /// How many bytes each cache holds at most, about: 32 MiB.
    #[must_use]
    pub fn cache_bytes(mut self, bytes: usize) -> Self {
        self.room.bytes = bytes;
        self
    }

    /// How long look-ups, registrations and the latest version of a subject are believed: 60 seconds. Schemas by id or GUID never
    /// change, and are believed as long as there is room.
    #[must_use]
    pub fn latest_ttl(mut self, ttl: Duration) -> Self {
        self.latest_ttl = ttl;
        self
    }

    /// How long the answer "not there" is believed: 5 seconds.
    #[must_use]
    pub fn missing_ttl(mut self, ttl: Duration) -> Self {
        self.missing_ttl = ttl;
        self
    }

    /// Whether the registry normalises schemas before it compares them, in registrations, look-ups and checks: no.
    #[must_use]
    pub fn normalize(mut self, normalize: bool) -> Self {
        self.normalize = normalize;
        self
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<String> = self
            .urls
            .iter()
            .map(|url| read_url(url).map_or_else(|_| "(no URL)".to_owned(), |(url, _)| url.to_string()))
            .collect();
        f.debug_struct("ClientBuilder")
            .field("urls", &urls)
            .field("auth", &self.auth)
            .field("headers", &self.headers)
            .field("tls", &self.tls)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
