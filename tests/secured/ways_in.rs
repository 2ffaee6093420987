//! Every way to be let in.

use topika::client::{Sasl, Tls};
use topika::{Client, ErrorKind};

use crate::broker::{PASSWORD, PATIENCE, Secured, at, writes_and_reads};

#[tokio::test]
async fn a_user_and_a_password_are_let_in_by_plain_and_by_both_kinds_of_scram() {
    let Some(kafka) = Secured::start("a_user_and_a_password_are_let_in") else { return };
    let plain = kafka.client("plain", Sasl::plain("ada", PASSWORD)).build().unwrap();
    let scram_256 = kafka.client("scram-256", Sasl::scram_sha_256("ada", PASSWORD)).build().unwrap();
    let scram_512 = kafka.client("scram-512", Sasl::scram_sha_512("ada", PASSWORD)).build().unwrap();
    tokio::join!(writes_and_reads(&plain), writes_and_reads(&scram_256), writes_and_reads(&scram_512));
}

#[tokio::test]
async fn a_file_of_properties_says_all_of_a_login() {
    let Some(kafka) = Secured::start("a_file_of_properties_says_all_of_a_login") else { return };
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "bootstrap.servers = {}\nbroker.address.family = v4\nsecurity.protocol = SASL_SSL\nssl.ca.location = {}\n\
         sasl.mechanism = SCRAM-SHA-512\nsasl.username = ada\nsasl.password = {PASSWORD}\nSCHEMA_REGISTRY_URL = none\n\
         TOPIKA_TOPIC_PREFIX = file.\nTOPIKA_PROVISION = create\nTOPIKA_CONNECT_DEADLINE_MS = {}\n",
        kafka.login(),
        kafka.ca_file().display(),
        PATIENCE.as_millis()
    );
    std::fs::write(file.path(), text).unwrap();
    writes_and_reads(&Client::from_file(file.path()).unwrap()).await;
}

#[tokio::test]
async fn a_certificate_of_the_client_s_own_is_let_in_and_none_is_not() {
    let Some(kafka) = Secured::start("a_certificate_of_the_client_s_own_is_let_in") else { return };
    let (certificate, key) = &kafka.client;
    let tls = Tls::ca_file(kafka.ca_file().display().to_string());
    let with = at(kafka.identity(), "identity").kafka_tls(tls.clone().identity_pem(certificate, key)).build().unwrap();
    writes_and_reads(&with).await;
    let without = at(kafka.identity(), "identity").kafka_tls(tls).build().unwrap();
    let error = without.producer::<crate::broker::Sayings>().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Untrusted, false), "{error}");
    assert!(error.to_string().contains("ssl.certificate.location"), "{error}");
}
