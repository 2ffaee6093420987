//! From settings to a client.

use std::sync::Arc;

use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};

use super::address::{is_loopback, read_url};
use super::auth::{Auth, Signer};
use super::builder::{BundleFrom, ClientBuilder};
use super::context::Context;
use super::error::{Error, ErrorKind};
use super::exchange::{Exchange, Http};
use super::handle::{Client, Inner};
use super::lookup::Lookup;
use super::proxy::{Proxies, read_proxy};
use super::servers::Servers;
use super::signature::{Basic, Token};
use super::token_source::TokenSource;
use super::tokens::Tokens;
use super::transport::{Headers, Limits, Transport};
use super::unknown::Unknown;
use crate::bundle::Bundle;

impl ClientBuilder {
    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// When there is no URL, one is none, a file cannot be read, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let urls = self.addresses()?;
        let proxies = Arc::new(Proxies::new(self.proxy.as_ref(), |name| std::env::var(name).ok()));
        let signer = self.signer(&proxies)?;
        let http = self.http(&urls, &signer)?;
        self.put_together(urls, signer, proxies, Arc::new(Http(http)))
    }

    /// Tokens of the endpoint that [`oauth`](Self::oauth) names, for something else than a registry; of the other settings those count that are about
    /// connections: authorities, identity, proxy, time limits. Nothing is sent yet.
    ///
    /// ```
    /// # async fn f() -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::client::{ClientBuilder, OAuth};
    ///
    /// let oauth = OAuth::client_credentials("https://login.example.com/oauth2/token", "orders", "secret");
    /// let source = ClientBuilder::default().oauth(oauth).ca_file("ca.pem").token_source()?;
    /// let token = source.token().await?;
    /// assert!(!token.reveal().is_empty());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When no endpoint is set, its URL is none, a file cannot be read, or TLS cannot be set up.
    pub fn token_source(self) -> Result<TokenSource, Error> {
        let proxies = Arc::new(Proxies::new(self.proxy.as_ref(), |name| std::env::var(name).ok()));
        let signer = self.signer(&proxies)?;
        let http = self.http(&[], &signer)?;
        self.tokens_over(signer, Arc::new(Http(http)))
    }

    #[cfg(test)]
    pub(super) fn token_source_over(self, exchange: Arc<dyn Exchange>) -> Result<TokenSource, Error> {
        let proxies = Arc::new(Proxies::new(self.proxy.as_ref(), |_| None));
        let signer = self.signer(&proxies)?;
        self.tokens_over(signer, exchange)
    }

    fn tokens_over(&self, signer: Signer, exchange: Arc<dyn Exchange>) -> Result<TokenSource, Error> {
        match signer {
            Signer::Tokens(tokens) => Ok(TokenSource { tokens, exchange, total: self.total_timeout }),
            Signer::Url | Signer::Fixed(_) => {
                Err(Error::new(ErrorKind::Settings, "no token endpoint is set; call `oauth` before"))
            }
        }
    }

    /// A client over something else than HTTP.
    #[cfg(test)]
    pub(super) fn build_over(self, exchange: Arc<dyn Exchange>) -> Result<Client, Error> {
        let proxies = Arc::new(Proxies::new(self.proxy.as_ref(), |_| None));
        let (urls, signer) = (self.addresses()?, self.signer(&proxies)?);
        self.put_together(urls, signer, proxies, exchange)
    }

    fn put_together(
        self,
        urls: Vec<(Url, Option<Basic>)>,
        signer: Signer,
        proxies: Arc<Proxies>,
        exchange: Arc<dyn Exchange>,
    ) -> Result<Client, Error> {
        let mut headers = self.header_map()?;
        headers.secrets.extend(proxies.secrets());
        let context = Context::parse(&self.context)?;
        let bundle = match &self.bundle {
            None => None,
            Some(BundleFrom::Memory(bundle)) => Some(Arc::clone(bundle)),
            Some(BundleFrom::File(file)) => {
                let read = Bundle::read(file).map_err(|error| Error::new(ErrorKind::Settings, error.to_string()))?;
                Some(Arc::new(read))
            }
        };
        let limits = Limits { request: self.request_timeout, total: self.total_timeout, retries: self.retries };
        let transport = Transport { exchange, servers: Servers::new(urls), signer, proxies, headers, limits };
        let (room, minute, missing) = (self.room, Some(self.latest_ttl), self.missing_ttl);
        Ok(Client::new(Inner {
            transport,
            context,
            bundle,
            normalize: self.normalize,
            unknown: Unknown::new(missing),
            schemas: Lookup::new(room, None, missing),
            versions: Lookup::new(room, None, missing),
            latest: Lookup::new(room, minute, missing),
            lookups: Lookup::new(room, minute, missing),
            registered: Lookup::new(room, minute, missing),
        }))
    }

    fn addresses(&self) -> Result<Vec<(Url, Option<Basic>)>, Error> {
        if self.urls.is_empty() && !self.nowhere {
            let message =
                "no registry is set; set SCHEMA_REGISTRY_URL or give the builder a url, such as http://localhost:8081";
            return Err(Error::new(ErrorKind::Settings, message));
        }
        self.urls.iter().map(|text| read_url(text)).collect()
    }

    fn signer(&self, proxies: &Arc<Proxies>) -> Result<Signer, Error> {
        Ok(match &self.auth {
            Auth::None => Signer::Url,
            Auth::Basic(basic) => Signer::Fixed(basic.sign()?),
            Auth::Bearer(token) => Signer::Fixed(Token { value: token.clone() }.sign()?),
            Auth::OAuth(oauth) => {
                let tokens = Tokens::new(oauth.clone(), Arc::clone(proxies), self.request_timeout, self.retries)?;
                Signer::Tokens(Box::new(tokens))
            }
        })
    }

    fn header_map(&self) -> Result<Headers, Error> {
        let mut headers = Headers { map: HeaderMap::new(), secrets: Vec::new() };
        for (name, value) in &self.headers {
            let bad = |why: &str| Error::new(ErrorKind::Settings, format!("the header {name:?} cannot be set: {why}"));
            let known = HeaderName::try_from(name.as_str()).map_err(|_| bad("this is no name of a header"))?;
            if [ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST].contains(&known) {
                return Err(bad("the protocol says what it holds"));
            }
            if known == AUTHORIZATION && !matches!(self.auth, Auth::None) {
                return Err(bad("another setting says who the client is; leave out one of both"));
            }
            let mut sent = HeaderValue::from_str(value.reveal())
                .map_err(|_| bad("its value holds a line break or another character that no header can carry"))?;
            sent.set_sensitive(true);
            headers.map.insert(known, sent);
            headers.secrets.push(value.clone());
        }
        Ok(headers)
    }

    fn http(&self, urls: &[(Url, Option<Basic>)], signer: &Signer) -> Result<reqwest::Client, Error> {
        let token_url = match signer {
            Signer::Tokens(tokens) => Some(tokens.url()),
            _ => None,
        };
        let all: Vec<&Url> = urls.iter().map(|(url, _)| url).chain(token_url).collect();
        let mut http = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .user_agent(concat!("topika-registry/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the credentials to a place that nobody named.
            .redirect(reqwest::redirect::Policy::none());
        let mut secure = all.iter().any(|url| url.scheme() == "https");
        if let Some(proxy) = &self.proxy {
            let (proxy, is_secure) = read_proxy(proxy)?;
            secure |= is_secure;
            http = http.proxy(proxy);
        } else if all.iter().all(|url| is_loopback(url)) {
            http = http.no_proxy();
        }
        // Without TLS the system's certificates are not needed, and a machine may have none.
        http = http.tls_backend_preconfigured(self.tls.config(secure)?);
        http.build().map_err(|error| {
            Error::new(ErrorKind::Settings, format!("the HTTP client cannot be made: {}", chain(&error)))
        })
    }
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
    use crate::client::OAuth;

    fn at(url: &str) -> ClientBuilder {
        ClientBuilder::default().url(url)
    }

    #[test]
    fn no_url_and_a_bad_url_are_said_without_the_password() {
        let none = ClientBuilder::default().build().unwrap_err();
        assert!(none.to_string().contains("SCHEMA_REGISTRY_URL"), "{none}");
        for bad in ["ftp://me:hunter2@host", "me:hunter2@host", "http://me:hunter2@:1:2"] {
            let error = at(bad).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn whatever_is_secret_is_never_shown() {
        let oauth =
            OAuth::client_credentials("https://t/token?key=tok3n", "me", "hunter2").parameter("assertion", "tok3n");
        let builder = at("http://me:hunter2@localhost:1, http://127.0.0.1:2")
            .header("x-api-key", "tok3n")
            .proxy("http://me:hunter2@proxy:1")
            .ca_pem("tok3n")
            .identity_pem("tok3n", "hunter2");
        for builder in [
            builder.clone(),
            builder.clone().basic_auth("me", "hunter2"),
            builder.clone().bearer_auth("tok3n"),
            builder.clone().oauth(oauth.clone()),
        ] {
            let shown = format!("{builder:?}");
            assert!(shown.contains("127.0.0.1:2") && !shown.contains("hunter2") && !shown.contains("tok3n"), "{shown}");
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains("CA") && !error.contains("hunter2") && !error.contains("tok3n"), "{error}");
        }
        let shown = format!("{:?}", at("http://me:hunter2@h").bearer_auth("tok3n").oauth(oauth).build().unwrap());
        assert!(!shown.contains("hunter2") && !shown.contains("tok3n"), "{shown}");
    }

    #[test]
    fn settings_that_cannot_be_are_refused_by_name() {
        let at = || at("http://h:1");
        for (builder, word) in [
            (at().header("no name", "x"), "\"no name\""),
            (at().header("Host", "x"), "\"Host\""),
            (at().header("x-key", "a\nb"), "\"x-key\""),
            (at().header("authorization", "x").bearer_auth("y"), "leave out one"),
            (at().proxy("socks5://me:hunter2@proxy"), "the proxy"),
            (at().context("a:b"), "\"a:b\""),
            (at().oauth(OAuth::client_credentials("nowhere", "me", "x")), "token endpoint"),
            (at().oauth(OAuth::client_credentials("https://a:hunter2@t/token", "me", "x")), "client id"),
        ] {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            assert!(error.to_string().contains(word) && !error.to_string().contains("hunter2"), "{error}");
        }
        assert!(at().header("authorization", "x").build().is_ok(), "a scheme of one's own");
    }
}
