use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;

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
    /// How connections are secured; `system` where the system's certificates are needed if no others were given.
    pub(super) fn config(&self, system: bool) -> Result<ClientConfig, Error> {
        let provider =
            CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()));
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| settings(format!("TLS cannot be set up: {error}")))?;
        let config = if self.authorities.is_empty() && system {
            let verifier = Verifier::new(provider).map_err(|error| {
                settings(format!("the system's CA certificates cannot be read: {error}; give the builder a ca_file"))
            })?;
            config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        } else {
            config.with_root_certificates(self.roots()?)
        };
        match &self.identity {
            Some(identity) => identity.show(config),
            None => Ok(config.with_no_client_auth()),
        }
    }

    fn roots(&self) -> Result<RootCertStore, Error> {
        const WHAT: &str = "the CA certificates";
        let mut roots = RootCertStore::empty();
        for pem in &self.authorities {
            for certificate in certificates(pem, WHAT)? {
                roots
                    .add(certificate)
                    .map_err(|error| settings(format!("{WHAT}{} cannot be used: {error}", pem.place())))?;
            }
        }
        Ok(roots)
    }
}

impl OwnIdentity {
    fn show(&self, config: ConfigBuilder<ClientConfig, WantsClientCert>) -> Result<ClientConfig, Error> {
        const WHAT: &str = "the client's key";
        let chain = certificates(&self.certificate, "the client's certificate")?;
        let text = self.key.read(WHAT)?;
        if contains(&text, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") {
            return Err(settings(format!(
                "{WHAT}{} is encrypted, which is not supported; decrypt it, for example with `openssl pkey -in KEY -out KEY.plain`",
                self.key.place()
            )));
        }
        // The error's own words are left out: nobody promises that they do not quote the key.
        let key =
            PrivateKeyDer::from_pem_slice(&text).map_err(|_| self.key.bad(WHAT, "\"-----BEGIN PRIVATE KEY-----\""))?;
        config.with_client_auth_cert(chain, key).map_err(|error| {
            let (certificate, key) = (self.certificate.place(), self.key.place());
            settings(format!("the client's certificate{certificate} and key{key} cannot be used together: {error}"))
        })
    }
}

fn certificates(pem: &Pem, what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem.read(what)?).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| pem.bad(what, "\"-----BEGIN CERTIFICATE-----\""))
}

fn settings(message: String) -> Error {
    Error::new(ErrorKind::Settings, message)
}

impl Pem {
    fn read(&self, what: &str) -> Result<Vec<u8>, Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::File(path) => std::fs::read(path)
                .map_err(|error| settings(format!("{what} cannot be read from {}: {error}", path.display()))),
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

    fn refusal(tls: &Tls) -> String {
        let error = tls.config(false).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Settings);
        error.to_string()
    }

    fn identity(certificate: &str, key: &str) -> Tls {
        let (certificate, key) = (Pem::Bytes(certificate.into()), Pem::Bytes(key.into()));
        Tls { authorities: Vec::new(), identity: Some(OwnIdentity { certificate, key }) }
    }

    fn trusting(pem: Pem) -> Tls {
        Tls { authorities: vec![pem], identity: None }
    }

    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    #[test]
    fn files_that_are_missing_or_something_else_are_named() {
        let said = refusal(&trusting(Pem::File("/nowhere/ca.pem".into())));
        assert!(said.contains("/nowhere/ca.pem"), "{said}");
        let said = refusal(&trusting(Pem::Bytes(b"hello".to_vec())));
        assert!(said.contains("BEGIN CERTIFICATE"), "{said}");
        let said = refusal(&trusting(Pem::Bytes(CERTIFICATE.into())));
        assert!(said.contains("the CA certificates cannot be used"), "{said}");
        assert!(Tls::default().config(false).is_ok(), "no certificate is needed where there is no TLS");
    }

    #[test]
    fn a_key_is_never_shown_and_an_encrypted_one_is_told_as_such() {
        let bad = identity(CERTIFICATE, "hunter2");
        let said = format!("{bad:?} {}", refusal(&bad));
        assert!(!said.contains("hunter2") && said.contains("BEGIN PRIVATE KEY"), "{said}");
        let said = refusal(&identity(CERTIFICATE, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"));
        assert!(said.contains("openssl pkey"), "{said}");
        let said = refusal(&identity("hello", "x"));
        assert!(said.contains("BEGIN CERTIFICATE"), "{said}");
    }
}
