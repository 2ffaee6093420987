//! A broker whose connections are encrypted.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod wire;

use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use kafka_protocol::messages::{MetadataRequest, SaslAuthenticateRequest, SaslHandshakeRequest};
use kafka_protocol::protocol::StrBytes;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use topika_testkit::Broker;
use topika_testkit::broker::{Sasl, Tls};
use wire::Wire;

/// A connection of who trusts that certificate.
fn trusting(broker: &Broker, certificate: &str) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let stream = TcpStream::connect(broker.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    StreamOwned::new(client, stream)
}

#[test]
fn who_trusts_the_certificate_is_served_and_nobody_else() {
    let tls = Tls::self_signed(&[]).unwrap();
    let certificate = tls.certificate().to_owned();
    let broker = Broker::builder().tls(tls).start().unwrap();
    let mut wire = Wire::over(trusting(&broker, &certificate)).unwrap();
    assert_eq!(wire.ask(&MetadataRequest::default(), 1).brokers.len(), 1);
    let other = Tls::self_signed(&[]).unwrap();
    assert!(Wire::over(trusting(&broker, other.certificate())).is_none());
    let bare = TcpStream::connect(broker.address()).unwrap();
    assert!(Wire::over(bare).is_none(), "what is not encrypted is no greeting");
    assert_eq!(wire.ask(&MetadataRequest::default(), 1).brokers.len(), 1, "the others go on");
}

#[test]
fn who_it_is_is_asked_over_it() {
    let tls = Tls::self_signed(&[]).unwrap();
    let certificate = tls.certificate().to_owned();
    let broker = Broker::builder().tls(tls).sasl(Sasl::new().user("ann", "hush")).start().unwrap();
    let mut wire = Wire::over(trusting(&broker, &certificate)).unwrap();
    wire.ask(&SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str("PLAIN")), 1);
    let message = SaslAuthenticateRequest::default().with_auth_bytes(bytes::Bytes::from_static(b"\0ann\0hush"));
    assert_eq!(wire.ask(&message, 2).error_code, 0);
    assert_eq!(wire.ask(&MetadataRequest::default(), 1).brokers.len(), 1);
}

#[test]
fn what_is_no_certificate_or_key_is_refused_with_its_reason() {
    let tls = Tls::self_signed(&["broker.example"]).unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n";
    for (certificate, says) in [(tls.certificate(), "the key is not PEM"), (broken, "the certificate is not PEM")] {
        let error = Tls::pem(certificate, "").unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
