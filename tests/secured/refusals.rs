//! What is wrong is told at once, each as an error of its own kind, and not tried for ever.

use std::time::{Duration, Instant};

use topika::client::{Sasl, Tls};
use topika::{Client, Error, ErrorKind};

use crate::broker::{PASSWORD, PATIENCE, Sayings, Secured, at};

/// The error that a producer and a consumer do not start with, long before the deadline.
async fn refused(client: &Client) -> Error {
    let start = Instant::now();
    let error = client.producer::<Sayings>().await.unwrap_err();
    let same = client.consumer::<Sayings>("readers").await.unwrap_err();
    assert!(start.elapsed() < PATIENCE, "it was tried until the deadline");
    assert_eq!(error.kind(), same.kind());
    assert!(!error.is_retriable(), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    error
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_user_are_denied() {
    let Some(kafka) = Secured::start("a_wrong_password_and_a_wrong_user_are_denied") else { return };
    for sasl in [
        Sasl::plain("ada", "hunter2-wrong"),
        Sasl::scram_sha_256("ada", "hunter2-wrong"),
        Sasl::scram_sha_512("bob", PASSWORD),
    ] {
        let error = refused(&kafka.client("denied", sasl.clone()).build().unwrap()).await;
        assert_eq!(error.kind(), ErrorKind::Denied, "{sasl:?}: {error}");
        let text = error.to_string();
        assert!(text.contains("does not let this client in") && text.contains("sasl.password"), "{text}");
    }
}

#[tokio::test]
async fn an_authority_that_is_not_trusted_is_told_from_a_certificate_of_another_host() {
    let Some(kafka) = Secured::start("an_authority_that_is_not_trusted") else { return };
    let sasl = || Sasl::scram_sha_256("ada", PASSWORD);
    let stranger = at(kafka.login(), "stranger").kafka_tls(Tls::ca_pem(&kafka.other_ca)).kafka_sasl(sasl());
    let error = refused(&stranger.build().unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Untrusted, "{error}");
    assert!(error.to_string().contains("set `ssl.ca.location`"), "{error}");
    let elsewhere = at(kafka.login_by_another_name(), "elsewhere").kafka_tls(Tls::ca_pem(&kafka.ca)).kafka_sasl(sasl());
    let error = refused(&elsewhere.build().unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::OtherHost, "{error}");
    assert!(error.to_string().contains("for another host"), "{error}");
}

#[tokio::test]
async fn a_listener_that_speaks_another_protocol_is_unreachable_at_the_deadline_with_a_reason() {
    let Some(kafka) = Secured::start("a_listener_that_speaks_another_protocol") else { return };
    for client in [
        at(kafka.login(), "plain").kafka_sasl(Sasl::plain("ada", PASSWORD)),
        at(kafka.plain(), "plain").kafka_tls(Tls::ca_pem(&kafka.ca)),
    ] {
        let client = client.connect_deadline(Duration::from_secs(3)).build().unwrap();
        let error = client.producer::<Sayings>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
        assert!(error.to_string().contains("security.protocol"), "{error}");
        let asked = client.check_connection(Duration::from_secs(1)).await.unwrap_err();
        assert_eq!(asked.kind(), ErrorKind::NotConnected, "{asked}");
    }
}

#[test]
fn a_file_that_is_not_there_is_said_when_the_client_is_made() {
    let client = at("localhost:1".to_owned(), "x").kafka_tls(Tls::ca_file("/nowhere/ca.pem"));
    let error = client.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("ssl.ca.location"), "{error}");
}
