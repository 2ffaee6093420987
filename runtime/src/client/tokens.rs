//! Where Kafka's tokens come from: the application's own function, or an OAuth endpoint.

use std::sync::Arc;
use std::time::Duration;

use topika_registry::client::{ClientBuilder as RegistryBuilder, OAuth};

use super::settings::Properties;
use crate::error::{BoxError, Error, ErrorKind};
use crate::kafka::{Token, TokenSource};

/// Properties of librdkafka that say where its own HTTP client, which is in no build of topika, would get tokens; ours does.
const ENDPOINT: [&str; 8] = [
    "https.ca.location",
    "https.ca.pem",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.grant.type",
    "sasl.oauthbearer.method",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.token.endpoint.url",
];

/// How long a token is taken to be good whose endpoint does not say.
const UNSAID: Duration = Duration::from_secs(300);

#[derive(Clone, Debug)]
pub(super) enum Tokens {
    Of(TokenSource),
    OAuth(Box<RegistryBuilder>),
}

/// What gives tokens, as it was set by code or in properties, which are taken out; `None` where the client does not log in with tokens.
pub(super) fn source(properties: &mut Properties, set: Option<Tokens>) -> Result<Option<TokenSource>, Error> {
    let mut told = |name: &str| properties.0.remove(name).filter(|value| !value.is_empty());
    let [ca_file, ca_pem, id, secret, _, method, scope, url] = ENDPOINT.map(&mut told);
    let config = |message: String| Error::new(ErrorKind::Config, message);
    let tokens = match (set, method.as_deref()) {
        (Some(tokens), None | Some("default")) => Some(tokens),
        (Some(_), Some(_)) => {
            return Err(config("sasl.oauthbearer.method and `kafka_sasl` each say where tokens come from".to_owned())
                .help("leave out one of them"));
        }
        (None, Some("oidc")) => {
            let needed = |value: Option<String>, name: &str| {
                value.ok_or_else(|| config(format!("sasl.oauthbearer.method=oidc needs {name}, which is not set")))
            };
            let url = needed(url, "sasl.oauthbearer.token.endpoint.url")?;
            let id = needed(id, "sasl.oauthbearer.client.id")?;
            let secret = needed(secret, "sasl.oauthbearer.client.secret")?;
            let oauth = OAuth::client_credentials(url, id, secret).scope(scope.unwrap_or_default());
            let mut endpoint = RegistryBuilder::default().oauth(oauth);
            if let Some(file) = ca_file {
                endpoint = endpoint.ca_file(file);
            }
            if let Some(pem) = ca_pem {
                endpoint = endpoint.ca_pem(pem);
            }
            Some(Tokens::OAuth(Box::new(endpoint)))
        }
        (None, _) => None,
    };
    let mechanism = properties.0.get("sasl.mechanism").map(|m| m.to_ascii_uppercase()).unwrap_or_default();
    match (mechanism == "OAUTHBEARER", tokens) {
        (true, Some(tokens)) => tokens.source().map(Some),
        (true, None) => Err(config("sasl.mechanism=OAUTHBEARER needs tokens, and nothing gives them".to_owned()).help(
            "call `Client::builder().kafka_sasl(Sasl::oauth(..))` or `Sasl::token(..)`, or set sasl.oauthbearer.method=oidc with \
             sasl.oauthbearer.token.endpoint.url, .client.id and .client.secret",
        )),
        (false, Some(_)) => Err(config(format!(
            "tokens are set, and sasl.mechanism is {}: they would never be used",
            if mechanism.is_empty() { "not set" } else { &mechanism }
        ))
        .help("set sasl.mechanism=OAUTHBEARER")),
        (false, None) => Ok(None),
    }
}

impl Tokens {
    fn source(self) -> Result<TokenSource, Error> {
        let endpoint = match self {
            Self::Of(source) => return Ok(source),
            Self::OAuth(endpoint) => endpoint,
        };
        let endpoint =
            endpoint.token_source().map_err(|e| Error::new(ErrorKind::Config, e.to_string()).caused_by(e))?;
        let endpoint = Arc::new(endpoint);
        Ok(TokenSource::new(move || {
            let endpoint = Arc::clone(&endpoint);
            async move {
                let token = endpoint.token().await?;
                Ok::<_, BoxError>(Token::new(token.reveal(), token.ends_in().unwrap_or(UNSAID)))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(told: &[(&str, &str)]) -> (Properties, Result<Option<TokenSource>, Error>) {
        let mut properties = Properties::default();
        for (name, value) in told {
            properties.set(name, *value);
        }
        let source = source(&mut properties, None);
        (properties, source)
    }

    const OIDC: [(&str, &str); 5] = [
        ("sasl.mechanism", "OAUTHBEARER"),
        ("sasl.oauthbearer.method", "oidc"),
        ("sasl.oauthbearer.token.endpoint.url", "http://127.0.0.1:1/token"),
        ("sasl.oauthbearer.client.id", "me"),
        ("sasl.oauthbearer.client.secret", "hunter2"),
    ];

    #[test]
    fn an_endpoint_that_is_told_in_properties_is_asked_by_us_and_not_by_librdkafka() {
        let (left, source) = of(&OIDC);
        assert!(source.unwrap().is_some());
        assert_eq!(left.0.keys().collect::<Vec<_>>(), ["sasl.mechanism"]);
        for missing in &OIDC[2..] {
            let without: Vec<_> = OIDC.iter().filter(|told| *told != missing).copied().collect();
            let error = of(&without).1.unwrap_err();
            assert!(error.to_string().contains(&format!("needs {}", missing.0)), "{error}");
        }
    }

    #[test]
    fn tokens_that_are_missing_or_never_used_are_an_error() {
        assert!(of(&[]).1.unwrap().is_none());
        let error = of(&OIDC[..1]).1.unwrap_err();
        assert!(error.to_string().contains("OAUTHBEARER needs tokens"), "{error}");
        let error = of(&OIDC[1..]).1.unwrap_err();
        assert!(error.to_string().contains("sasl.mechanism is not set"), "{error}");
        let mut properties = Properties::default();
        properties.set("sasl.oauthbearer.method", "oidc");
        let token = TokenSource::new(|| async { Err::<Token, _>("no") });
        assert!(source(&mut properties, Some(Tokens::Of(token))).unwrap_err().to_string().contains("leave out one"));
    }
}
