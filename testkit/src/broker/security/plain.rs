use std::collections::BTreeMap;

use subtle::ConstantTimeEq as _;

use super::hash::Hash;

/// What is kept of the passwords for PLAIN.
#[derive(Debug, Default)]
pub(super) struct Plain(BTreeMap<String, Vec<u8>>);

impl Plain {
    pub(super) fn of(users: &BTreeMap<String, String>) -> Plain {
        Plain(users.iter().map(|(name, password)| (name.clone(), hashed(password.as_bytes()))).collect())
    }

    /// Whether a message names a user with the password: `[other name] NUL name NUL password`. The other name is who the user wants to
    /// act for, which may be nobody else.
    pub(super) fn admits(&self, message: &[u8]) -> bool {
        let mut parts = message.split(|byte| *byte == 0);
        let (Some(other), Some(name), Some(password), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        let given = hashed(password);
        let known = std::str::from_utf8(name).ok().and_then(|name| self.0.get(name));
        // As long for a user who is not there.
        let same = known.unwrap_or(&vec![0; given.len()]).ct_eq(&given);
        bool::from(same) && known.is_some() && (other.is_empty() || other == name)
    }
}

/// Hashes are of one length, so comparing them tells nothing of the password's.
fn hashed(password: &[u8]) -> Vec<u8> {
    Hash::Sha256.digest(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_with_the_password_is_admitted_and_nobody_else() {
        let plain = Plain::of(&[("ann".to_owned(), "hush".to_owned())].into());
        for (message, admitted) in [
            (&b"\0ann\0hush"[..], true),
            (b"ann\0ann\0hush", true),
            (b"bob\0ann\0hush", false),
            (b"\0ann\0hush2", false),
            (b"\0ann\0", false),
            (b"\0bob\0hush", false),
            (b"\0ann\0hush\0", false),
            (b"\0ann", false),
            (b"", false),
            (b"\0\xff\0hush", false),
        ] {
            assert_eq!(plain.admits(message), admitted, "{message:?}");
        }
    }
}
