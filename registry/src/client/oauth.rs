use std::fmt;

use super::secret::Secret;

/// How to get a token: OAuth 2.0 client credentials ([RFC 6749, section 4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).
///
/// The token is fetched with the first call, renewed when four fifths of its life are over, and fetched anew when the registry refuses
/// it. However many calls run at once, one of them fetches. Time spent on tokens counts against the deadline of the call.
///
/// ```
/// use topika_registry::client::{Client, OAuth};
///
/// let oauth = OAuth::client_credentials("https://login.example.com/oauth2/token", "orders", "secret").scope("registry");
/// let client = Client::builder()
///     .url("https://psrc-1.example.confluent.cloud")
///     .oauth(oauth)
///     .target_sr_cluster("lsrc-1")   // Confluent Cloud asks for these two
///     .identity_pool("pool-1")
///     .build()?;
/// # Ok::<(), topika_registry::client::Error>(())
/// ```
#[derive(Clone)]
pub struct OAuth {
    pub(super) token_url: String,
    pub(super) client_id: String,
    pub(super) secret: Secret,
    pub(super) scopes: Vec<String>,
    pub(super) parameters: Vec<(String, Secret)>,
    pub(super) in_body: bool,
}

impl OAuth {
    /// The token endpoint, and what it knows the client by.
    pub fn client_credentials(
        token_url: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        Self {
            token_url: token_url.into(),
            client_id: client_id.into(),
            secret: Secret::new(client_secret),
            scopes: Vec::new(),
            parameters: Vec::new(),
            in_body: false,
        }
    }

    /// Adds a scope; several may stand in one text, separated by blanks.
    #[must_use]
    pub fn scope(mut self, scope: impl AsRef<str>) -> Self {
        self.scopes.extend(scope.as_ref().split_whitespace().map(str::to_owned));
        self
    }

    /// Adds a parameter to the token request that the endpoint asks for beside the standard's, such as `audience`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// Sends the id and the secret in the body of the token request; some endpoints read them nowhere else. By default they stand in
    /// the header `Authorization`, percent-encoded as the standard says.
    #[must_use]
    pub fn credentials_in_body(mut self) -> Self {
        self.in_body = true;
        self
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL is left out: it may hold a key.
        let names: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        f.debug_struct("OAuth")
            .field("client_id", &self.client_id)
            .field("secret", &self.secret)
            .field("scopes", &self.scopes)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
