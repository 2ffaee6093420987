//! The same ways in, and the same refusals, on the embedded broker: so that whoever uses it can test a login without a Kafka.

use std::time::Duration;

use topika::client::{ClientBuilder, Sasl, Tls, Token};
use topika::{Client, Error, ErrorKind};
use topika_testkit::Broker;
use topika_testkit::broker as embedded;

use crate::broker::{PASSWORD, PATIENCE, Sayings, at, writes_and_reads};

/// The broker, and the certificate that clients trust.
fn start() -> (Broker, String) {
    let tls = embedded::Tls::self_signed(&[]).unwrap();
    let certificate = tls.certificate().to_owned();
    let users = embedded::Sasl::new().user("ada", PASSWORD);
    (Broker::builder().sasl(users).tls(tls).start().unwrap(), certificate)
}

fn all(password: &str) -> [Sasl; 3] {
    [Sasl::plain("ada", password), Sasl::scram_sha_256("ada", password), Sasl::scram_sha_512("ada", password)]
}

async fn refused(client: ClientBuilder) -> Error {
    let client = client.build().unwrap();
    let error = client.producer::<Sayings>().await.unwrap_err();
    let asked = client.check_connection(PATIENCE).await.unwrap_err();
    assert_eq!((asked.kind(), asked.is_retriable()), (error.kind(), false), "{asked}");
    assert!(!format!("{error} {error:?} {asked:?} {client:?}").contains("hunter2"), "{error}");
    error
}

#[tokio::test]
async fn every_mechanism_lets_in_over_tls_and_another_password_is_denied() {
    let (broker, ca) = start();
    for (number, sasl) in all(PASSWORD).into_iter().enumerate() {
        let client = at(broker.bootstrap(), &format!("in-{number}")).kafka_sasl(sasl).kafka_tls(Tls::ca_pem(&ca));
        writes_and_reads(&client.build().unwrap()).await;
    }
    for sasl in all("hunter2-wrong") {
        let error = refused(at(broker.bootstrap(), "out").kafka_sasl(sasl).kafka_tls(Tls::ca_pem(&ca))).await;
        assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
    }
    // What it does not offer.
    let token = Sasl::token(|| async { Ok::<_, Error>(Token::new("a.b.c", Duration::from_secs(60))) });
    let error = refused(at(broker.bootstrap(), "out").kafka_sasl(token).kafka_tls(Tls::ca_pem(&ca))).await;
    assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
}

#[tokio::test]
async fn an_unknown_authority_is_told_from_another_host_also_where_one_of_the_brokers_is_down() {
    let (broker, _) = start();
    let another = embedded::Tls::self_signed(&[]).unwrap();
    let port = broker.bootstrap().rsplit(':').next().unwrap().to_owned();
    for bootstrap in [broker.bootstrap(), format!("localhost:{port}"), format!("127.0.0.1:1,127.0.0.1:{port}")] {
        let client = Client::builder().bootstrap(&bootstrap).without_registry().connect_deadline(PATIENCE);
        let client = client.kafka_sasl(Sasl::plain("ada", PASSWORD)).kafka_tls(Tls::ca_pem(another.certificate()));
        let error = refused(client).await;
        assert_eq!(error.kind(), ErrorKind::Untrusted, "{bootstrap}: {error}");
    }
    let made = rcgen::generate_simple_self_signed(["kafka.example".to_owned()]).unwrap();
    let tls = embedded::Tls::pem(&made.cert.pem(), &made.signing_key.serialize_pem()).unwrap();
    let elsewhere = Broker::builder().tls(tls).start().unwrap();
    let error = refused(at(elsewhere.bootstrap(), "out").kafka_tls(Tls::ca_pem(made.cert.pem()))).await;
    assert_eq!(error.kind(), ErrorKind::OtherHost, "{error}");
}

/// It may be a broker on its way up, so it is waited for; then the reason is there, and whether one has ever answered.
#[tokio::test]
async fn a_listener_that_speaks_another_protocol_is_not_connected_at_the_deadline() {
    let (secured, ca) = start();
    let plain = Broker::start().unwrap();
    // Takes connections, and never says a word.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mute = listener.local_addr().unwrap().to_string();
    for client in [
        at(plain.bootstrap(), "out").kafka_tls(Tls::ca_pem(&ca)),
        at(plain.bootstrap(), "out").kafka_tls(Tls::ca_pem(&ca)).kafka_sasl(Sasl::plain("ada", PASSWORD)),
        at(secured.bootstrap(), "out").kafka_sasl(Sasl::plain("ada", PASSWORD)),
        at("127.0.0.1:1".to_owned(), "out").kafka_sasl(Sasl::plain("ada", PASSWORD)),
        at(mute.clone(), "out").kafka_sasl(Sasl::plain("ada", PASSWORD)),
        at(mute.clone(), "out").kafka_sasl(Sasl::plain("ada", PASSWORD)).kafka_tls(Tls::ca_pem(&ca)),
    ] {
        let client = client.connect_deadline(Duration::from_secs(2)).build().unwrap();
        let error = client.producer::<Sayings>().await.unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Unreachable, true), "{error}");
        assert!(error.to_string().contains("security.protocol"), "{error}");
        let asked = client.check_connection(Duration::from_secs(1)).await.unwrap_err();
        assert_eq!(asked.kind(), ErrorKind::NotConnected, "{asked}");
    }
}

#[tokio::test]
async fn a_token_that_does_not_come_keeps_nobody_waiting_behind_the_deadline() {
    let (broker, ca) = start();
    let never = Sasl::token(std::future::pending::<Result<Token, Error>>);
    let client = at(broker.bootstrap(), "out").kafka_sasl(never).kafka_tls(Tls::ca_pem(&ca)).build().unwrap();
    // After half a minute it would be `Denied`.
    let asked = client.check_connection(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(asked.kind(), ErrorKind::NotConnected, "{asked}");
    assert!(asked.to_string().contains("no token came"), "{asked}");
}

#[test]
fn librdkafka_s_other_names_of_the_properties_of_a_login_are_taken_too() {
    let client = at("127.0.0.1:1".to_owned(), "out")
        .kafka_property("security.protocol", "sasl_plaintext")
        .kafka_property("sasl.mechanisms", "OAUTHBEARER")
        .kafka_property("sasl.oauthbearer.method", "oidc")
        .kafka_property("sasl.oauthbearer.token.endpoint.url", "http://127.0.0.1:1/token")
        .kafka_property("sasl.oauthbearer.client.credentials.client.id", "ada")
        .kafka_property("sasl.oauthbearer.client.credentials.client.secret", PASSWORD);
    let shown = format!("{:?}", client.clone().build().unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
    let two = client.kafka_property("sasl.mechanism", "PLAIN").build().unwrap_err().to_string();
    assert!(two.contains("\"sasl.mechanism\" and \"sasl.mechanisms\" are two names of one"), "{two}");
}
