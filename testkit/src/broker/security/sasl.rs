use std::collections::BTreeMap;
use std::fmt;

use super::hash::Hash;

/// A way for a client to prove who it is, by its name in `sasl.mechanism`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Mechanism {
    /// `PLAIN`: the password is sent as it is (RFC 4616).
    Plain,
    /// `SCRAM-SHA-256`: client and broker show each other that they know the password, and send it to nobody (RFC 5802, RFC 7677).
    ScramSha256,
    /// `SCRAM-SHA-512`: the same with the longer hash.
    ScramSha512,
}

impl Mechanism {
    const ALL: [Mechanism; 3] = [Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512];

    pub(super) fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha512 => "SCRAM-SHA-512",
        }
    }

    /// What SCRAM is made with; none for others.
    pub(super) fn hash(self) -> Option<Hash> {
        match self {
            Mechanism::Plain => None,
            Mechanism::ScramSha256 => Some(Hash::Sha256),
            Mechanism::ScramSha512 => Some(Hash::Sha512),
        }
    }
}

/// Who may use a broker: users with their passwords, and the mechanisms by which they say so. Whoever is one may do everything.
///
/// ```
/// use topika_testkit::Broker;
/// use topika_testkit::broker::{Mechanism, Sasl};
///
/// // security.protocol=SASL_PLAINTEXT, sasl.mechanism=PLAIN, sasl.username=ann, sasl.password=hush
/// let sasl = Sasl::new().user("ann", "hush").mechanisms(&[Mechanism::Plain]);
/// let broker = Broker::builder().sasl(sasl).start()?;
/// # Ok::<(), topika_testkit::BrokerError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "it is asked of clients once it is given to `Builder::sasl`"]
pub struct Sasl {
    pub(super) users: BTreeMap<String, String>,
    /// None: all.
    mechanisms: Option<Vec<Mechanism>>,
}

impl Sasl {
    /// Nobody yet, by all mechanisms.
    pub fn new() -> Sasl {
        Sasl::default()
    }

    /// Lets a user in. A user who is there already gets the new password.
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>) -> Sasl {
        self.users.insert(name.into(), password.into());
        self
    }

    /// Only these mechanisms.
    pub fn mechanisms(mut self, mechanisms: &[Mechanism]) -> Sasl {
        self.mechanisms = Some(mechanisms.to_vec());
        self
    }

    /// In the order of [`Mechanism`], each once.
    pub(super) fn offered(&self) -> Vec<Mechanism> {
        let offered = |mechanism: &Mechanism| self.mechanisms.as_ref().is_none_or(|only| only.contains(mechanism));
        Mechanism::ALL.into_iter().filter(offered).collect()
    }
}

/// Neither names nor passwords are shown.
impl fmt::Debug for Sasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sasl").field("users", &self.users.len()).field("mechanisms", &self.offered()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_passwords_are_not_shown() {
        let shown = format!("{:?}", Sasl::new().user("ann", "hush").mechanisms(&[Mechanism::Plain]));
        assert_eq!(shown, "Sasl { users: 1, mechanisms: [Plain] }");
    }
}
