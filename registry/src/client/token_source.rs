use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::deadline::Deadline;
use super::error::Error;
use super::exchange::Exchange;
use super::tokens::Tokens;

/// Tokens of an OAuth endpoint for something else than a registry: brokers of Kafka, say. Made by
/// [`ClientBuilder::token_source`](super::ClientBuilder::token_source); kept, renewed and fetched once for all as the registry's own.
pub struct TokenSource {
    pub(super) tokens: Box<Tokens>,
    pub(super) exchange: Arc<dyn Exchange>,
    pub(super) total: Duration,
}

/// A token that is good now. No `Debug` shows it.
pub struct AccessToken {
    value: String,
    ends_in: Option<Duration>,
}

impl TokenSource {
    /// A token that is good now: the one there is, or a new one when four fifths of its life are over.
    ///
    /// # Errors
    /// Where the endpoint gives none, before the total timeout of the builder.
    pub async fn token(&self) -> Result<AccessToken, Error> {
        let token = self.tokens.token(&*self.exchange, Deadline::after(self.total)).await?;
        Ok(AccessToken { value: token.value.reveal().to_owned(), ends_in: self.tokens.left() })
    }
}

impl AccessToken {
    /// The token itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// How long it is good from now on; `None` where the endpoint did not say.
    #[must_use]
    pub fn ends_in(&self) -> Option<Duration> {
        self.ends_in
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("value", &"***").field("ends_in", &self.ends_in).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ClientBuilder;
    use super::super::OAuth;
    use super::super::script::{Script, say};
    use super::*;

    fn builder() -> ClientBuilder {
        ClientBuilder::default().oauth(OAuth::client_credentials("https://idp/token", "me", "hunter2"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_had_without_a_registry_and_kept_for_its_life() {
        let script = Script::new(|_, n| say(200, format!(r#"{{"access_token":"tok3n{n}","expires_in":100}}"#)));
        let source = builder().token_source_over(script.clone()).unwrap();
        let token = source.token().await.unwrap();
        assert_eq!((token.reveal(), token.ends_in()), ("tok3n0", Some(Duration::from_secs(100))));
        tokio::time::advance(Duration::from_secs(70)).await;
        let kept = source.token().await.unwrap();
        assert_eq!((kept.reveal(), kept.ends_in()), ("tok3n0", Some(Duration::from_secs(30))));
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(source.token().await.unwrap().reveal(), "tok3n1");
        assert_eq!(format!("{token:?}"), r#"AccessToken { value: "***", ends_in: Some(100s) }"#);
    }

    #[test]
    fn a_builder_without_an_endpoint_has_no_tokens() {
        let error = ClientBuilder::default().bearer_auth("x").token_source().unwrap_err();
        assert!(error.to_string().contains("no token endpoint is set"), "{error}");
    }
}
