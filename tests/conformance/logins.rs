//! Users and passwords over connections that are not encrypted, which need no OpenSSL: from code, from a file, and refused. With encryption, SCRAM and tokens
//! it is `tests/secured.rs`, which is built with them.

use std::time::Duration;

use topika::client::{ClientBuilder, Sasl};
use topika::event::Keyed;
use topika::types::Bytes;
use topika::{Client, ErrorKind, Provision};
use topika_testkit::Broker;
use topika_testkit::broker;

use crate::clients::PATIENCE;
use crate::producing::{Said, Sayings};
use crate::support::kafka::{ApacheKafka, Further, Listener};
use crate::support::ports::free_port;

const PASSWORD: &str = "hunter2-not-to-be-seen";

#[tokio::test]
async fn the_embedded_broker_lets_in_who_has_the_password_and_nobody_else() {
    let sasl = broker::Sasl::new().user("ada", PASSWORD).mechanisms(&[broker::Mechanism::Plain]);
    let broker = Broker::builder().sasl(sasl).start().unwrap();
    who_has_the_password_is_let_in_and_nobody_else(&broker.bootstrap()).await;
}

#[tokio::test]
async fn apache_kafka_lets_in_who_has_the_password_and_nobody_else() {
    let port = free_port();
    let module = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    let further = Further {
        listeners: vec![Listener { name: "LOGIN", protocol: "SASL_PLAINTEXT", host: "127.0.0.1", port }],
        properties: format!(
            "listener.name.login.sasl.enabled.mechanisms=PLAIN\n\
             listener.name.login.plain.sasl.jaas.config={module} user_ada=\"{PASSWORD}\";\n"
        ),
        ..Further::default()
    };
    let test = "apache_kafka_lets_in_who_has_the_password_and_nobody_else";
    let Some(_kafka) = ApacheKafka::start_with(test, &further) else { return };
    who_has_the_password_is_let_in_and_nobody_else(&format!("127.0.0.1:{port}")).await;
}

fn at(bootstrap: &str) -> ClientBuilder {
    Client::builder().bootstrap(bootstrap).without_registry().provision(Provision::Create).connect_deadline(PATIENCE)
}

async fn who_has_the_password_is_let_in_and_nobody_else(bootstrap: &str) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "bootstrap.servers = {bootstrap}\r\nSCHEMA_REGISTRY_URL = none\r\nTOPIKA_PROVISION = create\r\nsecurity.protocol = SASL_PLAINTEXT \r\n\
         sasl.mechanism = PLAIN\r\nsasl.username = ada\r\nsasl.password = {PASSWORD}\r\nTOPIKA_CONNECT_DEADLINE_MS = {}\r\n",
        PATIENCE.as_millis()
    );
    std::fs::write(file.path(), text).unwrap();
    let of_code = at(bootstrap).kafka_sasl(Sasl::plain("ada", PASSWORD)).build().unwrap();
    for (number, client) in (1..).zip([of_code, Client::from_file(file.path()).unwrap()]) {
        assert!(!format!("{client:?}").contains("hunter2"));
        client.check_connection(PATIENCE).await.unwrap();
        let producer = client.producer::<Sayings>().await.unwrap();
        let (key, said) = (Bytes(vec![1]), Said { number });
        producer.send(&Keyed { key: &key, event: &said }).await.unwrap();
        producer.close(PATIENCE).await.unwrap();
        let mut consumer = client.consumer::<Sayings>("readers").await.unwrap();
        let read = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(read.event, Sayings::Said(said));
        read.ack();
        consumer.close(PATIENCE).await.unwrap();
    }
    for (user, password) in [("ada", "hunter2-wrong"), ("bob", PASSWORD)] {
        let client = at(bootstrap).kafka_sasl(Sasl::plain(user, password)).build().unwrap();
        let errors = [
            client.producer::<Sayings>().await.unwrap_err(),
            client.consumer::<Sayings>("readers").await.unwrap_err(),
            client.check_connection(PATIENCE).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Denied, false), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
    let nobody = at(bootstrap).connect_deadline(Duration::from_secs(2)).build().unwrap();
    let error = nobody.producer::<Sayings>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    let error = nobody.check_connection(Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConnected, "{error}");
}
