//! SCRAM, the side of the server (RFC 5802).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::hash::Hash;

/// How often the password is hashed: Kafka's default, which is also the least it takes.
const ROUNDS: u32 = 4096;

/// What is kept of a password.
#[derive(Clone)]
pub(super) struct Keys {
    salt: Vec<u8>,
    stored: Vec<u8>,
    server: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    pub(super) fn of(hash: Hash, password: &str) -> Keys {
        Keys::salted(hash, password, random())
    }

    fn salted(hash: Hash, password: &str, salt: Vec<u8>) -> Keys {
        let salted = hash.salted(password.as_bytes(), &salt, ROUNDS);
        let stored = hash.digest(&hash.hmac(&salted, b"Client Key"));
        Keys { salt, stored, server: hash.hmac(&salted, b"Server Key") }
    }
}

/// A conversation of which the client's first message has come.
#[derive(Debug)]
pub(super) struct Begun {
    hash: Hash,
    keys: Keys,
    /// Client's and server's.
    nonce: String,
    /// What the client has to repeat in base64.
    header: String,
    /// Both first messages, as far as they are signed.
    said: String,
}

impl Begun {
    /// The server's first message, to the client's: `n,,n=NAME,r=NONCE`.
    pub(super) fn new<'a>(
        hash: Hash,
        first: &[u8],
        keys: impl Fn(&str) -> Option<&'a Keys>,
    ) -> Option<(Begun, Vec<u8>)> {
        Begun::with_nonce(hash, first, keys, &STANDARD.encode(random()))
    }

    fn with_nonce<'a>(
        hash: Hash,
        first: &[u8],
        keys: impl Fn(&str) -> Option<&'a Keys>,
        nonce: &str,
    ) -> Option<(Begun, Vec<u8>)> {
        let first = std::str::from_utf8(first).ok()?;
        // Channel binding ("p=") is not served.
        let other = first.strip_prefix("n,").or_else(|| first.strip_prefix("y,"))?;
        let (other, bare) = other.split_once(',')?;
        let header = first.strip_suffix(bare)?.to_owned();
        let mut fields = bare.split(',');
        let name = unescaped(fields.next()?.strip_prefix("n=")?);
        let theirs = fields.next()?.strip_prefix("r=").filter(|nonce| !nonce.is_empty())?;
        // Who the user wants to act for may be nobody else.
        if !other.is_empty() && other.strip_prefix("a=").map(unescaped) != Some(name.clone()) {
            return None;
        }
        let keys = keys(&name)?.clone();
        let nonce = format!("{theirs}{nonce}");
        let answer = format!("r={nonce},s={},i={ROUNDS}", STANDARD.encode(&keys.salt));
        let said = format!("{bare},{answer}");
        Some((Begun { hash, keys, nonce, header, said }, answer.into_bytes()))
    }

    /// The server's last message, to the client's: `c=HEADER,r=NONCE,p=PROOF`. `None` for the wrong password.
    pub(super) fn end(self, last: &[u8]) -> Option<Vec<u8>> {
        let (unproven, proof) = std::str::from_utf8(last).ok()?.rsplit_once(",p=")?;
        let mut fields = unproven.split(',');
        let header = STANDARD.decode(fields.next()?.strip_prefix("c=")?).ok()?;
        if header != self.header.as_bytes() || fields.next()?.strip_prefix("r=")? != self.nonce {
            return None;
        }
        let signed = format!("{},{unproven}", self.said);
        let proof = STANDARD.decode(proof).ok()?;
        let signature = self.hash.hmac(&self.keys.stored, signed.as_bytes());
        if proof.len() != signature.len() {
            return None;
        }
        let key: Vec<u8> = proof.iter().zip(&signature).map(|(proof, signature)| proof ^ signature).collect();
        let proven = self.hash.digest(&key).ct_eq(&self.keys.stored);
        let answer = || format!("v={}", STANDARD.encode(self.hash.hmac(&self.keys.server, signed.as_bytes())));
        bool::from(proven).then(|| answer().into_bytes())
    }
}

/// 244 bits from the operating system.
fn random() -> Vec<u8> {
    [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat()
}

fn unescaped(name: &str) -> String {
    name.replace("=2C", ",").replace("=3D", "=")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const FIRST: &[u8] = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    const LAST: &str = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const PROOF: &str = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    fn begun(first: &[u8]) -> Option<(Begun, Vec<u8>)> {
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let keys = Keys::salted(Hash::Sha256, "pencil", salt);
        let of = |name: &str| (name == "user" || name == "a,b=c").then_some(&keys);
        Begun::with_nonce(Hash::Sha256, first, of, NONCE)
    }

    /// The example of RFC 7677.
    #[test]
    fn the_password_is_proven_and_the_answer_proves_it_to_the_client() {
        let (begun, answer) = begun(FIRST).unwrap();
        let expected = format!("r=rOprNGfwEbeRWgbNEkqO{NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assert_eq!(answer, expected.as_bytes());
        let answer = begun.end(format!("{LAST},p={PROOF}").as_bytes()).unwrap();
        assert_eq!(answer, b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn another_proof_header_or_nonce_is_refused() {
        for last in [
            format!("{LAST},p={}", PROOF.replace('d', "e")),
            format!("{LAST},p="),
            format!("{LAST},p=dHzb"),
            LAST.to_owned(),
            format!("{},p={PROOF}", LAST.replace("biws", "eSws")),
            format!("{},p={PROOF}", LAST.replace("rOpr", "rOpR")),
            format!("{},p={PROOF}", LAST.replace("$k0", "$k")),
            String::new(),
        ] {
            assert!(begun(FIRST).unwrap().0.end(last.as_bytes()).is_none(), "{last}");
        }
    }

    #[test]
    fn names_are_unescaped_and_who_is_not_known_or_acts_for_others_is_refused() {
        for first in ["n,,n=a=2Cb=3Dc,r=x", "y,,n=user,r=x", "n,a=user,n=user,r=x", "n,,n=user,r=x,more=1"] {
            assert!(begun(first.as_bytes()).is_some(), "{first}");
        }
        for first in [
            "n,,n=other,r=x",
            "n,a=other,n=user,r=x",
            "p=tls-unique,,n=user,r=x",
            "n,,m=1,n=user,r=x",
            "n,,n=user,r=",
            "n,,n=user",
            "n=user,r=x",
            "",
        ] {
            assert!(begun(first.as_bytes()).is_none(), "{first}");
        }
    }
}
