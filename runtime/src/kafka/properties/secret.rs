//! Values that no `Debug`, no error and no log may show.

use std::sync::Arc;

/// Properties whose values are secret.
pub(super) const SECRET: &[&str] = &[
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "sasl.oauthbearer.assertion.private.key.pem",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
    "sasl.password",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
];

/// What stands for a secret.
const HIDDEN: &str = "[redacted]";
/// Shorter secrets are not looked for: they would be found in every word.
const LOOKED_FOR: usize = 4;

/// Whether the value of a property must never be shown.
pub(in crate::kafka) fn is_secret(name: &str) -> bool {
    SECRET.contains(&super::canonical(name))
}

/// What librdkafka's words are cleaned of.
#[derive(Clone, Default)]
pub(in crate::kafka) struct Secrets(Arc<[String]>);

impl Secrets {
    pub(in crate::kafka) fn of<'a>(properties: impl IntoIterator<Item = (&'a String, &'a String)>) -> Self {
        let mut secrets: Vec<String> = properties
            .into_iter()
            .filter(|(name, value)| is_secret(name) && value.chars().count() >= LOOKED_FOR)
            .map(|(_, value)| value.clone())
            .collect();
        // A longer one first: where one holds another, all of it goes.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into())
    }

    pub(in crate::kafka) fn scrub(&self, words: &str) -> String {
        self.0.iter().fold(words.to_owned(), |clean, secret| clean.replace(secret.as_str(), HIDDEN))
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_without_the_secrets_in_them() {
        let properties = [("sasl.password", "hunter"), ("ssl.key.password", "hunter2"), ("sasl.username", "ada!")];
        let properties = properties.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let secrets = Secrets::of(properties.iter().map(|(name, value)| (name, value)));
        assert_eq!(secrets.scrub("ada! hunter2, hunter"), "ada! [redacted], [redacted]");
        assert_eq!(format!("{secrets:?}"), "[redacted]");
    }

    #[test]
    fn another_name_of_a_secret_is_secret_too() {
        assert!(is_secret("sasl.oauthbearer.client.credentials.client.secret"));
        assert!(!is_secret("sasl.username"));
    }
}
