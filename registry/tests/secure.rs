//! TLS and proxies, over real sockets: whom the client trusts, and with what it shows who it is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use topika_registry::client::{Client, ClientBuilder, ErrorKind};

/// An authority, and what it signs.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM form.
struct Identity {
    certificate: String,
    key: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn sign(&self, name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        Identity { certificate: params.signed_by(&key, &self.issuer).unwrap().pem(), key: key.serialize_pem() }
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        Arc::new(roots)
    }
}

/// A registry behind TLS that answers everything with one schema. With `clients` it asks for their certificates.
async fn registry(authority: &Authority, clients: Option<&Authority>) -> String {
    let own = authority.sign("127.0.0.1");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let config = match clients {
        Some(clients) => config.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(clients.roots(), provider).build().unwrap(),
        ),
        None => config.with_no_client_auth(),
    };
    let certificate = CertificateDer::from_pem_slice(own.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust us hangs up.
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream).await;
                }
            });
        }
    });
    url
}

/// Reads one request's head and answers with a schema.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !seen.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => seen.extend_from_slice(&buffer[..read]),
            _ => return String::new(),
        }
    }
    let body = r#"{"schema":"\"string\""}"#;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    drop(stream.shutdown().await);
    String::from_utf8(seen).unwrap()
}

fn at(url: &str) -> ClientBuilder {
    Client::builder().url(url).retries(0)
}

async fn ask(builder: ClientBuilder) -> Result<(), (ErrorKind, String)> {
    builder.build().unwrap().schema(1).await.map(drop).map_err(|error| (error.kind(), error.to_string()))
}

#[tokio::test]
async fn only_the_authority_that_was_given_is_trusted() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let url = registry(&ours, None).await;
    ask(at(&url).ca_pem(ours.pem.clone())).await.unwrap();
    ask(at(&url).ca_pem(format!("{}{}", theirs.pem, ours.pem))).await.unwrap();
    let (kind, said) = ask(at(&url).ca_pem(theirs.pem.clone())).await.unwrap_err();
    assert_eq!(kind, ErrorKind::Unreachable);
    assert!(said.contains("certificate"), "{said}");

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ca.pem");
    std::fs::write(&file, &ours.pem).unwrap();
    ask(at(&url).ca_file(file)).await.unwrap();
}

#[tokio::test]
async fn a_client_shows_its_certificate_where_the_registry_asks_for_one() {
    let (servers, clients) = (Authority::new(), Authority::new());
    let url = registry(&servers, Some(&clients)).await;
    let trusting = || at(&url).ca_pem(servers.pem.clone());
    let me = clients.sign("orders");
    ask(trusting().identity_pem(me.certificate.clone(), me.key.clone())).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (certificate, key) = (dir.path().join("me.pem"), dir.path().join("me.key"));
    std::fs::write(&certificate, &me.certificate).unwrap();
    std::fs::write(&key, &me.key).unwrap();
    ask(trusting().identity_files(&certificate, &key)).await.unwrap();

    assert_eq!(ask(trusting()).await.unwrap_err().0, ErrorKind::Unreachable);
    let stranger = servers.sign("orders");
    let stranger = trusting().identity_pem(stranger.certificate, stranger.key);
    assert_eq!(ask(stranger).await.unwrap_err().0, ErrorKind::Unreachable);

    std::fs::write(&key, clients.sign("other").key).unwrap();
    let error = trusting().identity_files(&certificate, &key).build().unwrap_err();
    assert!(error.to_string().contains("me.key") && error.kind() == ErrorKind::Settings, "{error}");
}

#[tokio::test]
async fn a_proxy_carries_every_request_and_gets_its_own_credentials() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://me:hunter2@{}", listener.local_addr().unwrap());
    let (heads, mut seen) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            heads.send(answer(stream).await).unwrap();
        }
    });
    ask(at("http://registry.invalid:8081").bearer_auth("tok3n").proxy(&proxy)).await.unwrap();
    let head = seen.recv().await.unwrap().to_lowercase();
    assert!(head.starts_with("get http://registry.invalid:8081/schemas/ids/1 http/1.1\r\n"), "{head}");
    assert!(head.contains("proxy-authorization: basic bwu6ahvudgvymg=="), "{head}");
    assert!(head.contains("authorization: bearer tok3n"), "{head}");
    ask(at("http://127.0.0.1:1").proxy(&proxy)).await.expect("a proxy that was named holds for this machine too");
}

/// Set where the test below runs itself with another environment.
const ASKS: &str = "TOPIKA_TEST_ASKS_THROUGH_A_PROXY";

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_that_sends_back_its_credentials_gives_nothing_away() {
    if std::env::var_os(ASKS).is_some() {
        let client = at("http://registry.invalid:8081").retries(0).build().unwrap();
        let error = client.schema(1).await.unwrap_err();
        println!("said: {error} {error:?}");
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://pu:pr0xy%21pw@{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut part = [0; 1024];
                let read = stream.read(&mut part).await.unwrap();
                head.extend_from_slice(&part[..read]);
            }
            let head = String::from_utf8(head).unwrap();
            let sent = head.lines().find(|line| line.to_lowercase().starts_with("proxy-authorization")).unwrap();
            let body = format!("you sent {sent}: pr0xy!pw, pr0xy%21pw");
            let answer = format!("HTTP/1.1 407 No\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let mut own = std::process::Command::new(std::env::current_exe().unwrap());
        own.args(["--exact", "--nocapture"])
            .arg("a_proxy_of_the_environment_that_sends_back_its_credentials_gives_nothing_away");
        for other in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
            own.env_remove(other);
        }
        own.env(ASKS, "1").env(name, &proxy);
        let output = tokio::task::spawn_blocking(move || own.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("said: ") && said.contains("you sent") && said.contains("***"), "{name}: {said}");
        for secret in ["cHU6", "pr0xy"] {
            assert!(!said.contains(secret), "{name}: {said}");
        }
    }
}
