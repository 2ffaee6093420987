//! What cannot be set here, with the reason and what to write instead.

use super::property::{Property, Values};
use crate::error::{Error, ErrorKind};

/// Whether librdkafka is built with OpenSSL, which SCRAM and OAUTHBEARER need too.
pub(in crate::kafka) const TLS: bool = cfg!(any(feature = "tls", feature = "tls-system"));

/// Properties that the runtime's promises stand on; setting one of them otherwise is an error, not a surprise.
const OURS: &[(&str, &str)] = &[
    ("auto.commit.enable", "only acknowledged messages are committed"),
    ("auto.commit.interval.ms", "nothing is committed by librdkafka; the consumer's `commit_interval` says how often"),
    ("bootstrap.servers", "it is set with `Client::builder().bootstrap(..)` or KAFKA_BOOTSTRAP_SERVERS"),
    ("consume.callback.max.messages", "only a callback of C reads it"),
    ("delivery.report.only.error", "every delivery is answered, the good ones too"),
    ("enable.auto.commit", "only acknowledged messages are committed"),
    ("enable.auto.offset.store", "only acknowledged messages are committed"),
    ("enable.partition.eof", "the end of a partition is not an event of a stream"),
    ("enabled_events", "the client chooses the events that it handles"),
    ("group.id", "the group is named with `client.consumer(group)` or `App::new(group)`"),
    (
        "group.instance.id",
        "it is given with `client.consumer(group).instance(name)` or `App::instance(name)`, to each member its own",
    ),
    ("log.queue", "logs go to `tracing`"),
    ("offset.store.method", "offsets are committed to the brokers"),
    ("offset.store.path", "offsets are committed to the brokers"),
    ("offset.store.sync.interval.ms", "offsets are committed to the brokers"),
    ("queue.buffering.max.kbytes", "the producer bounds what is queued itself: `Client::builder().queue(..)`"),
    ("queue.buffering.max.messages", "the producer bounds what is queued itself: `Client::builder().queue(..)`"),
    ("queuing.strategy", "messages with one key arrive in the order in which they were sent"),
    ("transaction.timeout.ms", "it is given with `client.transactions(id).timeout(..)`"),
    ("transactional.id", "it is given with `client.transactions(id)`"),
];

/// Names that only code can give a value to, and that have a sibling for a text.
const AS_TEXT: &[(&str, &str)] =
    &[("ssl_ca", "ssl.ca.pem"), ("ssl_certificate", "ssl.certificate.pem"), ("ssl_key", "ssl.key.pem")];

/// Names of Java's client, and of Confluent's tools, with what stands for them here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("basic.auth.credentials.source", "leave it out: SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD say it"),
    ("basic.auth.user.info", "write SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD"),
    ("bearer.auth.token", "write SCHEMA_REGISTRY_TOKEN"),
    ("buffer.memory", "call `Client::builder().queue(messages, bytes)`"),
    ("default.api.timeout.ms", "call `Client::builder().connect_deadline(..)`"),
    ("fetch.max.wait.ms", "write \"fetch.wait.max.ms\""),
    ("key.deserializer", "leave it out: the type of the topic says how keys are read"),
    ("key.serializer", "leave it out: the type of the topic says how keys are written"),
    ("max.poll.records", "leave it out: messages come one by one, and what is read ahead has bounds of its own"),
    ("max.request.size", "write \"message.max.bytes\""),
    ("partitioner.class", "leave it out: partitions are Java's; or write \"partitioner\""),
    ("receive.buffer.bytes", "write \"socket.receive.buffer.bytes\""),
    ("sasl.client.callback.handler.class", "leave it out: `sasl.mechanism` is enough"),
    ("sasl.jaas.config", "write \"sasl.username\" and \"sasl.password\", with \"sasl.mechanism\""),
    ("sasl.login.callback.handler.class", "leave it out: `sasl.mechanism` is enough"),
    ("schema.registry.url", "write SCHEMA_REGISTRY_URL"),
    ("send.buffer.bytes", "write \"socket.send.buffer.bytes\""),
    ("ssl.enabled.protocols", "leave it out: OpenSSL takes TLS 1.2 and 1.3"),
    ("ssl.keystore.certificate.chain", "write \"ssl.certificate.pem\", or \"ssl.certificate.location\" for a file"),
    ("ssl.keystore.key", "write \"ssl.key.pem\", or \"ssl.key.location\" for a file"),
    (
        "ssl.keystore.type",
        "leave it out: \"ssl.keystore.location\" reads PKCS#12; PEM goes to \"ssl.key.location\" and \"ssl.certificate.location\"",
    ),
    ("ssl.protocol", "leave it out: OpenSSL takes TLS 1.2 and 1.3"),
    ("ssl.truststore.certificates", "write \"ssl.ca.pem\", or \"ssl.ca.location\" for a file"),
    (
        "ssl.truststore.location",
        "write \"ssl.ca.location\" with a PEM file: `keytool -exportcert -rfc -alias ca -keystore FILE` makes one of a truststore",
    ),
    ("ssl.truststore.password", "leave it out: certificates in PEM, for \"ssl.ca.location\", are not encrypted"),
    ("ssl.truststore.type", "leave it out: \"ssl.ca.location\" reads PEM"),
    ("value.deserializer", "leave it out: the type of the topic says how values are read"),
    ("value.serializer", "leave it out: the type of the topic says how values are written"),
];

/// What to write for a name that is another client's.
pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(theirs, _)| *theirs == name).map(|(_, instead)| *instead)
}

pub(super) fn of_code(property: &Property) -> Result<(), Error> {
    if !matches!(property.values, Values::Code) {
        return Ok(());
    }
    let name = property.name;
    let message = format!("the Kafka property \"{name}\" cannot be set: it is a function or an object of a program");
    let error = Error::new(ErrorKind::Config, message);
    Err(match AS_TEXT.iter().find(|(code, _)| *code == name) {
        Some((_, text)) => error.help(format!("write \"{text}\"")),
        None => error,
    })
}

/// A value that a promise does not stand with; others say aloud what holds anyway.
pub(super) fn promised(property: &Property, value: &str) -> Result<(), Error> {
    if property.name == "enable.idempotence" && ["false", "f", "0"].iter().any(|no| no.eq_ignore_ascii_case(value)) {
        let message = "the Kafka property \"enable.idempotence\" cannot be switched off: a retry is no second message, and none overtakes another";
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(())
}

pub(super) fn ours(property: &Property) -> Result<(), Error> {
    match OURS.iter().find(|(name, _)| *name == property.name) {
        None => Ok(()),
        Some((name, why)) => {
            Err(Error::new(ErrorKind::Config, format!("the Kafka property \"{name}\" cannot be set: {why}")))
        }
    }
}

/// Tokens that nobody signed.
const UNSECURED: &str = "enable.sasl.oauthbearer.unsecure.jwt";

/// What librdkafka would refuse in words about its own build.
pub(super) fn missing_features(property: &Property, value: &str) -> Result<(), Error> {
    let name = property.name;
    let value = value.to_ascii_uppercase();
    if name == "sasl.mechanism" && value == "GSSAPI" {
        let message = "sasl.mechanism=GSSAPI (Kerberos) is in no build of topika";
        return Err(Error::new(ErrorKind::Config, message).help(
            "use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, or certificates with security.protocol=ssl",
        ));
    }
    if name.starts_with("sasl.kerberos.") {
        return Err(Error::new(ErrorKind::Config, format!("{name}: Kerberos is in no build of topika")));
    }
    const ENDPOINT: &[&str] = &["client.id", "client.secret", "grant.type", "method", "scope", "token.endpoint.url"];
    let of_oauth = name.strip_prefix("sasl.oauthbearer.");
    let unknown_grant = of_oauth == Some("grant.type") && value != "CLIENT_CREDENTIALS";
    if unknown_grant || of_oauth.is_some_and(|rest| !ENDPOINT.contains(&rest)) || name == UNSECURED {
        let message = format!("{name} is for librdkafka's own ways to get tokens, which are in no build of topika");
        return Err(Error::new(ErrorKind::Config, message).help(
            "sasl.oauthbearer.method=oidc asks an endpoint with a client's id and secret; for anything else call \
             `Client::builder().kafka_sasl(Sasl::token(..))`",
        ));
    }
    let needs_tls = name.starts_with("ssl.")
        || name.starts_with("enable.ssl.")
        || name.contains(".oauthbearer.")
        || (name == "security.protocol" && value.ends_with("SSL"))
        || (name == "sasl.mechanism" && value != "PLAIN");
    if TLS || !needs_tls {
        return Ok(());
    }
    let shown = match name {
        "security.protocol" | "sasl.mechanism" => format!("{name}={}", value.to_ascii_lowercase()),
        _ => name.to_owned(),
    };
    let shown = if name == "sasl.mechanism" { format!("{name}={value}") } else { shown };
    Err(Error::new(ErrorKind::Config, format!("{shown} needs OpenSSL, which this build of topika has no part of"))
        .help("switch on the feature `tls` of topika (OpenSSL is compiled along), or `tls-system` (the system's)"))
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::super::property::find;
    use super::*;

    #[test]
    fn a_property_that_the_promises_stand_on_is_refused_with_the_reason() {
        for (name, why) in OURS {
            let property = find(name).unwrap_or_else(|| panic!("{name} is no property"));
            let error = ours(property).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(why), "{error}");
        }
        let error = check("metadata.broker.list", "a:1").unwrap_err();
        assert!(error.to_string().contains("KAFKA_BOOTSTRAP_SERVERS"), "the other name is refused too: {error}");
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_name_that_takes_one() {
        let error = check("ssl_key", "x").unwrap_err();
        assert!(error.to_string().contains("write \"ssl.key.pem\""), "{error}");
        assert!(check("error_cb", "x").unwrap_err().to_string().contains("\"error_cb\" cannot be set"));
        assert!(AS_TEXT.iter().all(|(code, text)| find(code).is_some() && find(text).is_some()));
    }

    #[test]
    fn a_name_of_java_s_is_refused_with_what_to_write() {
        for (name, instead) in ELSEWHERE {
            assert!(find(name).is_none(), "{name} is librdkafka's too");
            assert!(check(name, "hunter2").unwrap_err().to_string().ends_with(instead), "{name}");
        }
        let error = check("ssl.truststore.location", "a.jks").unwrap_err();
        assert!(error.to_string().contains("ssl.ca.location"), "{error}");
    }

    #[test]
    fn ways_to_tokens_that_only_librdkafka_knows_are_refused_with_one_that_goes() {
        for (name, value) in [
            ("sasl.oauthbearer.config", "principal=x"),
            ("sasl.oauthbearer.extensions", "logicalCluster=x"),
            ("sasl.oauthbearer.grant.type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("enable.sasl.oauthbearer.unsecure.jwt", "true"),
        ] {
            let said = check(name, value).unwrap_err().to_string();
            assert!(said.contains(name) && said.contains("Sasl::token") && !said.contains(value), "{said}");
        }
    }

    #[test]
    fn what_needs_openssl_is_refused_by_naming_the_feature_where_it_is_off() {
        for (name, value) in [
            ("security.protocol", "sasl_ssl"),
            ("security.protocol", "SSL"),
            ("sasl.mechanism", "SCRAM-SHA-256"),
            ("sasl.mechanisms", "OAUTHBEARER"),
            ("ssl.ca.location", "ca.pem"),
            ("enable.ssl.certificate.verification", "false"),
        ] {
            let said = check(name, value).map_err(|error| error.to_string());
            match said {
                Ok(()) if TLS => {}
                Ok(()) => panic!("{name}={value} is taken"),
                Err(said) => assert!(!TLS && said.contains("the feature `tls` of topika"), "{said}"),
            }
        }
        check("security.protocol", "sasl_plaintext").unwrap();
        check("sasl.mechanism", "PLAIN").unwrap();
        assert!(check("sasl.mechanism", "GSSAPI").is_err());
    }
}
