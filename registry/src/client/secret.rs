use std::fmt;

/// Shorter secrets are not looked for in messages: they would be found in every word.
const LOOKED_FOR: usize = 4;

/// Text that no log, no message and no `Debug` may show.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A message without the secrets that a server may have sent back in it.
pub(super) fn scrub<'a>(message: &str, secrets: impl IntoIterator<Item = &'a Secret>) -> String {
    let mut clean = message.to_owned();
    for Secret(secret) in secrets {
        if secret.len() >= LOOKED_FOR {
            clean = clean.replace(secret.as_str(), "***");
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown_and_taken_out_of_the_words_of_others() {
        let secrets = [Secret::new("hunter2"), Secret::new("a")];
        assert_eq!(format!("{secrets:?}"), "[***, ***]");
        assert_eq!(scrub("bad password hunter2, a", &secrets), "bad password ***, a");
    }
}
