//! How the client trusts brokers, and how it says who it is.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;

use topika_registry::client::{ClientBuilder as RegistryBuilder, OAuth};

use super::settings::Properties;
use super::tokens::Tokens;
use crate::error::BoxError;
use crate::kafka::{Token, TokenSource};

/// Whom the client trusts, and the certificate that it shows. Needs the feature `tls` or `tls-system`.
///
/// ```
/// use topika::client::Tls;
///
/// let tls = Tls::ca_file("/etc/kafka/ca.pem").identity_files("client.pem", "client.key");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Tls(BTreeMap<&'static str, String>);

impl Tls {
    /// Authorities that OpenSSL finds in the usual places of the system.
    pub fn system() -> Self {
        Self::default()
    }

    /// Authorities from a file in PEM. Property: `ssl.ca.location`.
    pub fn ca_file(path: impl Into<String>) -> Self {
        Self::default().with("ssl.ca.location", path)
    }

    /// Authorities in PEM. Property: `ssl.ca.pem`.
    pub fn ca_pem(pem: impl Into<String>) -> Self {
        Self::default().with("ssl.ca.pem", pem)
    }

    /// The client's own certificate and key, from files in PEM. Properties: `ssl.certificate.location`, `ssl.key.location`.
    pub fn identity_files(self, certificate: impl Into<String>, key: impl Into<String>) -> Self {
        self.with("ssl.certificate.location", certificate).with("ssl.key.location", key)
    }

    /// The client's own certificate and key, in PEM. Properties: `ssl.certificate.pem`, `ssl.key.pem`.
    pub fn identity_pem(self, certificate: impl Into<String>, key: impl Into<String>) -> Self {
        self.with("ssl.certificate.pem", certificate).with("ssl.key.pem", key)
    }

    /// The password of the client's key. Property: `ssl.key.password`.
    pub fn key_password(self, password: impl Into<String>) -> Self {
        self.with("ssl.key.password", password)
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.insert(name, value.into());
        self
    }

    pub(super) fn set(self, properties: &mut Properties) {
        let protocol = if protocol(properties).starts_with("sasl") { "sasl_ssl" } else { "ssl" };
        properties.set("security.protocol", protocol);
        for (name, value) in self.0 {
            properties.set(name, value);
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// How the client says who it is. All but [`plain`](Self::plain) need the feature `tls` or `tls-system`.
///
/// ```
/// use topika::client::Sasl;
///
/// let sasl = Sasl::scram_sha_512("orders", "hunter2");
/// assert!(!format!("{sasl:?}").contains("hunter2"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct Sasl(Login);

#[derive(Clone)]
enum Login {
    Password { mechanism: &'static str, user: String, password: String },
    Token(TokenSource),
    OAuth(Box<RegistryBuilder>),
}

impl Sasl {
    /// User and password as they are: over TLS only.
    pub fn plain(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::password("PLAIN", user, password)
    }

    /// User and password, of which the broker learns that the client knows them.
    pub fn scram_sha_256(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::password("SCRAM-SHA-256", user, password)
    }

    /// As [`scram_sha_256`](Self::scram_sha_256), with a longer hash.
    pub fn scram_sha_512(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::password("SCRAM-SHA-512", user, password)
    }

    /// Tokens (OAUTHBEARER) of an OAuth endpoint, which is asked as the Schema Registry's is.
    ///
    /// ```
    /// use topika::client::Sasl;
    /// use topika::topika_registry::client::OAuth;
    ///
    /// let oauth = OAuth::client_credentials("https://login.example.com/oauth2/token", "orders", "secret").scope("kafka");
    /// let sasl = Sasl::oauth(oauth);
    /// ```
    pub fn oauth(oauth: OAuth) -> Self {
        Self::oauth_with(|endpoint| endpoint.oauth(oauth))
    }

    /// As [`oauth`](Self::oauth), with authorities, a proxy or time limits of the endpoint's client.
    pub fn oauth_with(set: impl FnOnce(RegistryBuilder) -> RegistryBuilder) -> Self {
        Self(Login::OAuth(Box::new(set(RegistryBuilder::default()))))
    }

    /// Tokens (OAUTHBEARER) that `fetch` gives each time that one is needed: for the first connection, and when four fifths of the life of the one
    /// before are over. One serves all clients. It runs on a thread of its own, with a tokio runtime of its own, and has half a minute; where it fails, it
    /// is asked again after ten seconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use topika::client::{Sasl, Token};
    ///
    /// let sasl = Sasl::token(|| async {
    ///     let jwt = std::fs::read_to_string("/var/run/secrets/tokens/kafka")?;
    ///     Ok::<_, std::io::Error>(Token::new(jwt, Duration::from_secs(900)))
    /// });
    /// ```
    pub fn token<F, R, E>(fetch: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<Token, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(Login::Token(TokenSource::new(fetch)))
    }

    fn password(mechanism: &'static str, user: impl Into<String>, password: impl Into<String>) -> Self {
        Self(Login::Password { mechanism, user: user.into(), password: password.into() })
    }
}

impl Sasl {
    /// Sets the properties; the builder of the endpoint's client, or the source of tokens, is what is not told in properties.
    pub(super) fn set(self, properties: &mut Properties) -> Option<Tokens> {
        let protocol = if protocol(properties).ends_with("ssl") { "sasl_ssl" } else { "sasl_plaintext" };
        properties.set("security.protocol", protocol);
        for name in ["sasl.mechanism", "sasl.username", "sasl.password"] {
            properties.0.remove(name);
        }
        match self.0 {
            Login::Password { mechanism, user, password } => {
                properties.set("sasl.mechanism", mechanism);
                properties.set("sasl.username", user);
                properties.set("sasl.password", password);
                None
            }
            Login::Token(source) => {
                properties.set("sasl.mechanism", "OAUTHBEARER");
                Some(Tokens::Of(source))
            }
            Login::OAuth(endpoint) => {
                properties.set("sasl.mechanism", "OAUTHBEARER");
                Some(Tokens::OAuth(endpoint))
            }
        }
    }
}

impl fmt::Debug for Sasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Login::Password { mechanism, user, .. } => {
                f.debug_struct("Sasl").field("mechanism", mechanism).field("user", user).finish_non_exhaustive()
            }
            Login::Token(_) | Login::OAuth(_) => {
                f.debug_struct("Sasl").field("mechanism", &"OAUTHBEARER").finish_non_exhaustive()
            }
        }
    }
}

fn protocol(properties: &Properties) -> String {
    properties.0.get("security.protocol").map(|protocol| protocol.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_and_login_are_one_protocol_in_either_order() {
        let protocol_of = |set: &[&dyn Fn(&mut Properties)]| {
            let mut properties = Properties::default();
            set.iter().for_each(|set| set(&mut properties));
            protocol(&properties)
        };
        let tls = |properties: &mut Properties| Tls::ca_file("ca.pem").set(properties);
        let sasl = |properties: &mut Properties| drop(Sasl::plain("ada", "hunter2").set(properties));
        assert_eq!(protocol_of(&[&tls]), "ssl");
        assert_eq!(protocol_of(&[&sasl]), "sasl_plaintext");
        assert_eq!(protocol_of(&[&tls, &sasl]), "sasl_ssl");
        assert_eq!(protocol_of(&[&sasl, &tls]), "sasl_ssl");
    }

    #[test]
    fn nothing_secret_is_shown() {
        let tls = Tls::ca_pem("x").identity_pem("hunter2", "hunter2").key_password("hunter2");
        let token = Sasl::token(|| async { Ok::<_, BoxError>(Token::new("hunter2", std::time::Duration::ZERO)) });
        let oauth = Sasl::oauth(OAuth::client_credentials("https://hunter2", "me", "hunter2"));
        for shown in [
            format!("{tls:?}"),
            format!("{token:?}"),
            format!("{oauth:?}"),
            format!("{:?}", Sasl::plain("a", "hunter2")),
        ] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert!(format!("{tls:?}").contains("ssl.key.password"));
    }
}
