use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;

use super::auth::{Auth, Secret};
use super::error::{Error, ErrorKind};
use super::handle::Client;
use super::transport::Transport;

/// Settings of a [`Client`]. Every default suits production; only the URL must be given.
#[derive(Clone)]
pub struct ClientBuilder {
    urls: Vec<String>,
    auth: Auth,
    connect_timeout: Duration,
    request_timeout: Duration,
    total_timeout: Duration,
    retries: u32,
    capacity: usize,
    missing_ttl: Duration,
    normalize: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            auth: Auth::None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            retries: 3,
            capacity: 1_000,
            missing_ttl: Duration::from_secs(5),
            normalize: false,
        }
    }
}

impl ClientBuilder {
    /// Adds a URL; several may stand in one text, separated by commas. The first that answers is used, the others stand by.
    #[must_use]
    pub fn url(mut self, url: impl AsRef<str>) -> Self {
        self.urls.extend(url.as_ref().split(',').map(str::trim).filter(|url| !url.is_empty()).map(str::to_owned));
        self
    }

    /// Basic authentication. A user and password in the URL mean the same.
    #[must_use]
    pub fn basic_auth(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.auth = Auth::Basic { user: user.into(), password: Secret(password.into()) };
        self
    }

    /// A bearer token.
    #[must_use]
    pub fn bearer_auth(mut self, token: impl Into<String>) -> Self {
        self.auth = Auth::Bearer(Secret(token.into()));
        self
    }

    /// How long a connection may take to stand: 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one try may take: 10 seconds.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long a call may take with all its retries and pauses: 30 seconds.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// How often a call is tried again, over all URLs, when the registry cannot be reached or says 408, 429, 500, 502, 503 or
    /// 504: 3 times.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How many entries each cache holds at most: 1,000.
    #[must_use]
    pub fn cache_capacity(mut self, entries: usize) -> Self {
        self.capacity = entries;
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

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// When there is no URL, one is none, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let mut auth = self.auth;
        let mut urls = Vec::with_capacity(self.urls.len());
        for text in &self.urls {
            let (url, in_url) = read_url(text)?;
            if let (Auth::None, Some(found)) = (&auth, in_url) {
                auth = found;
            }
            urls.push(url);
        }
        if urls.is_empty() {
            let message =
                "no registry is set; set SCHEMA_REGISTRY_URL or give the builder a url, such as http://localhost:8081";
            return Err(Error::new(ErrorKind::Settings, message));
        }
        let mut http = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .timeout(self.request_timeout)
            .user_agent(concat!("topika-registry/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the credentials to a place that nobody named.
            .redirect(reqwest::redirect::Policy::none());
        if urls.iter().all(is_loopback) {
            http = http.no_proxy();
        }
        if urls.iter().all(|url| url.scheme() == "http") {
            // Without TLS the system's certificates are not needed, and a machine may have none.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(|error| {
            Error::new(ErrorKind::Settings, format!("the HTTP client cannot be made: {}", chain(&error)))
        })?;
        let transport = Transport::new(http, urls, auth, self.total_timeout, self.retries);
        Ok(Client::new(transport, self.capacity, self.missing_ttl, self.normalize))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<String> = self
            .urls
            .iter()
            .map(|url| read_url(url).map_or_else(|_| "(no URL)".to_owned(), |(url, _)| url.to_string()))
            .collect();
        f.debug_struct("ClientBuilder").field("urls", &urls).field("auth", &self.auth).finish_non_exhaustive()
    }
}

/// The URL without credentials, and the credentials that stood in it.
fn read_url(text: &str) -> Result<(Url, Option<Auth>), Error> {
    // The text is not said: it may hold a password.
    let bad = |why: &dyn fmt::Display| {
        Error::new(
            ErrorKind::Settings,
            format!("a registry URL cannot be used: {why}; it should look like http://localhost:8081"),
        )
    };
    let mut url = Url::parse(text).map_err(|error| bad(&error))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad(&format_args!("its scheme is \"{}\"", url.scheme())));
    }
    let auth =
        url.password().map(|password| Auth::Basic { user: decode(url.username()), password: Secret(decode(password)) });
    // Cannot fail for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Ok((url, auth))
}

/// Undoes percent-encoding; what is no UTF-8 then stays as it was.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(decoded) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(decoded);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An error with all its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_url_and_a_bad_url_are_said_without_the_password() {
        let none = ClientBuilder::default().build().unwrap_err();
        assert!(none.to_string().contains("SCHEMA_REGISTRY_URL"), "{none}");
        for bad in ["ftp://me:hunter2@host", "me:hunter2@host", "http://me:hunter2@:1:2"] {
            let error = ClientBuilder::default().url(bad).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn credentials_in_the_url_are_used_and_never_shown() {
        let builder =
            ClientBuilder::default().url("http://me:hunter%322@localhost:1, http://127.0.0.1:2").bearer_auth("tok3n");
        let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
        assert!(shown.contains("127.0.0.1:2") && !shown.contains("hunter") && !shown.contains("tok3n"), "{shown}");
        let (_, auth) = read_url("http://me:hunter%322@localhost:1").unwrap();
        assert!(matches!(auth, Some(Auth::Basic { user, password }) if user == "me" && password.0 == "hunter22"));
        assert_eq!(decode("%zz%"), "%zz%");
    }

    #[test]
    fn loopback_is_known_in_all_its_spellings() {
        for url in ["http://localhost:1", "http://127.0.0.2", "http://[::1]:8081"] {
            assert!(is_loopback(&Url::parse(url).unwrap()), "{url}");
        }
        assert!(!is_loopback(&Url::parse("http://registry.internal").unwrap()));
    }
}
