use std::fmt;
use std::path::PathBuf;

use reqwest::tls::{Certificate, Identity};

use super::error::{Error, ErrorKind};

/// Text in PEM form, or the file that holds it.
#[derive(Clone)]
pub(super) enum Pem {
    Bytes(Vec<u8>),
    File(PathBuf),
}

/// Whom the client trusts, and with what it shows who it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Tls {
    /// None: the certificates of the system.
    pub(super) authorities: Vec<Pem>,
    pub(super) identity: Option<OwnIdentity>,
}

/// The client's own certificate, with those between it and the authority, and its key.
#[derive(Clone, Debug)]
pub(super) struct OwnIdentity {
    pub(super) certificate: Pem,
    pub(super) key: Pem,
}

impl Tls {
    /// Everything that is trusted; `None` where nothing was said.
    pub(super) fn trusted(&self) -> Result<Option<Vec<Certificate>>, Error> {
        if self.authorities.is_empty() {
            return Ok(None);
        }
        let mut trusted = Vec::new();
        for pem in &self.authorities {
            let read = Certificate::from_pem_bundle(&pem.read("the CA certificates")?)
                .ok()
                .filter(|certificates| !certificates.is_empty())
                .ok_or_else(|| pem.bad("the CA certificates", "\"-----BEGIN CERTIFICATE-----\""))?;
            trusted.extend(read);
        }
        Ok(Some(trusted))
    }
}

impl OwnIdentity {
    pub(super) fn read(&self) -> Result<Identity, Error> {
        let certificate = self.certificate.read("the client's certificate")?;
        let key = self.key.read("the client's key")?;
        if Certificate::from_pem_bundle(&certificate).map_or(true, |certificates| certificates.is_empty()) {
            return Err(self.certificate.bad("the client's certificate", "\"-----BEGIN CERTIFICATE-----\""));
        }
        if contains(&key, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") {
            let message = format!(
                "the client's key{} is encrypted, which is not supported; decrypt it, for example with `openssl pkey -in KEY -out KEY.plain`",
                self.key.place()
            );
            return Err(Error::new(ErrorKind::Settings, message));
        }
        let both = [key.as_slice(), b"\n", certificate.as_slice()].concat();
        // The error's own words are left out: nobody promises that they do not quote the key.
        Identity::from_pem(&both).map_err(|_| self.key.bad("the client's key", "\"-----BEGIN PRIVATE KEY-----\""))
    }
}

impl Pem {
    fn read(&self, what: &str) -> Result<Vec<u8>, Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::File(path) => std::fs::read(path).map_err(|error| {
                let message = format!("{what} cannot be read from {}: {error}", path.display());
                Error::new(ErrorKind::Settings, message)
            }),
        }
    }

    fn bad(&self, what: &str, begins: &str) -> Error {
        let message =
            format!("{what}{} cannot be used: PEM text is expected, which begins with {begins}", self.place());
        Error::new(ErrorKind::Settings, message)
    }

    fn place(&self) -> String {
        match self {
            Self::Bytes(_) => String::new(),
            Self::File(path) => format!(" in {}", path.display()),
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(_) => f.write_str("***"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(certificate: &str, key: &str) -> OwnIdentity {
        OwnIdentity { certificate: Pem::Bytes(certificate.into()), key: Pem::Bytes(key.into()) }
    }

    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    #[test]
    fn files_that_are_missing_or_something_else_are_named() {
        let missing = Tls { authorities: vec![Pem::File("/nowhere/ca.pem".into())], identity: None };
        let error = missing.trusted().unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
        let nothing = Tls { authorities: vec![Pem::Bytes(b"hello".to_vec())], identity: None };
        assert!(nothing.trusted().unwrap_err().to_string().contains("BEGIN CERTIFICATE"));
        assert!(Tls::default().trusted().unwrap().is_none());
    }

    #[test]
    fn a_key_is_never_shown_and_an_encrypted_one_is_told_as_such() {
        let bad = identity(CERTIFICATE, "hunter2");
        let said = format!("{bad:?} {}", bad.read().err().unwrap());
        assert!(!said.contains("hunter2") && said.contains("BEGIN PRIVATE KEY"), "{said}");
        let encrypted = identity(CERTIFICATE, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n");
        assert!(encrypted.read().err().unwrap().to_string().contains("openssl pkey"));
        assert!(identity("hello", "x").read().err().unwrap().to_string().contains("BEGIN CERTIFICATE"));
    }
}
