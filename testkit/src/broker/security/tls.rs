use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::broker::error::BrokerError;

/// The certificate that a broker shows, so that what is said to it is encrypted: clients need `security.protocol=ssl`, or `sasl_ssl`. With the
/// feature `tls`. TLS 1.2 and 1.3; certificates of clients are not asked for.
///
/// ```
/// use topika_testkit::Broker;
/// use topika_testkit::broker::Tls;
///
/// let tls = Tls::self_signed(&[])?;
/// println!("ssl.ca.pem={}", tls.certificate());
/// let broker = Broker::builder().tls(tls).start()?;
/// # Ok::<(), topika_testkit::BrokerError>(())
/// ```
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    certificate: String,
}

impl Tls {
    /// A certificate that is made for localhost, 127.0.0.1, ::1 and other names, and that nobody has signed but itself: clients trust it when they
    /// are given [`certificate`](Self::certificate).
    ///
    /// # Errors
    /// A name is none that a certificate may have.
    pub fn self_signed(names: &[&str]) -> Result<Tls, BrokerError> {
        let names: Vec<String> =
            ["localhost", "127.0.0.1", "::1"].iter().chain(names).map(|name| (*name).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names);
        let made = made.map_err(|error| BrokerError::tls(format!("no certificate can be made: {error}")))?;
        Tls::pem(&made.cert.pem(), &made.signing_key.serialize_pem())
    }

    /// A certificate that is there, in PEM, with those behind it up to the authority's if there are some; and its key.
    ///
    /// # Errors
    /// There is no certificate or no key in the texts, or they do not belong together.
    pub fn pem(certificates: &str, key: &str) -> Result<Tls, BrokerError> {
        let wrong = |what: &str, error: &dyn fmt::Display| BrokerError::tls(format!("{what}: {error}"));
        let chain: Vec<_> = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| wrong("the certificate is not PEM", &error))?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| wrong("the key is not PEM", &error))?;
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map(|config| config.with_no_client_auth())
            .and_then(|config| config.with_single_cert(chain, key))
            .map_err(|error| wrong("certificate and key cannot be used", &error))?;
        Ok(Tls { config: Arc::new(config), certificate: certificates.to_owned() })
    }

    /// The certificate in PEM, for a client's `ssl.ca.pem` or, in a file, its `ssl.ca.location`.
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    pub(crate) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> io::Result<TlsStream<S>> {
        TlsAcceptor::from(Arc::clone(&self.config)).accept(stream).await
    }
}

/// The key is not shown.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}
