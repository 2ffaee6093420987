//! What librdkafka says of all settings together (`linger.ms` beside `delivery.timeout.ms`), said when the client is made and not when its first
//! producer starts.

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, DeliveryResult, ProducerContext};
use rdkafka::{ClientConfig, ClientContext};

use super::config::Settings;
use super::fault;
use crate::error::Error;

/// Makes a producer and a consumer that know no broker, and drops them. Where nothing was set there is nothing to be said.
pub(super) fn holds(settings: &Settings) -> Result<(), Error> {
    if settings.is_as_it_comes() {
        return Ok(());
    }
    let producer = without_brokers(settings.producer()).create_with_context::<_, BaseProducer<Silent>>(Silent);
    producer.map(drop).map_err(|error| fault::error("make producers with these settings", &error))?;
    let consumer = without_brokers(settings.consumer("")).create_with_context::<_, BaseConsumer<Silent>>(Silent);
    consumer.map(drop).map_err(|error| fault::error("make consumers with these settings", &error))
}

/// Nor a login: that was looked at with the client for questions.
fn without_brokers(mut config: ClientConfig) -> ClientConfig {
    let of_brokers = |name: &str| {
        ["bootstrap.servers", "security.protocol", "group.id"].contains(&name)
            || ["ssl.", "sasl.", "enable.ssl."].iter().any(|begin| name.starts_with(begin))
    };
    let names: Vec<String> =
        config.config_map().into_keys().filter(|name| of_brokers(name)).map(str::to_owned).collect();
    for name in names {
        config.remove(&name);
    }
    config
}

/// It is told that there are no brokers, which is no news.
struct Silent;

impl ClientContext for Silent {
    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _text: &str) {}

    fn error(&self, _error: KafkaError, _reason: &str) {}

    fn stats_raw(&self, _statistics: &[u8]) {}
}

impl ConsumerContext for Silent {}

impl ProducerContext for Silent {
    type DeliveryOpaque = ();

    fn delivery(&self, _result: &DeliveryResult<'_>, (): ()) {}
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn settings_that_do_not_go_together_are_an_error_with_their_names() {
        for (name, value, says) in [
            ("linger.ms", "200000", "with these settings: `delivery.timeout.ms` must be greater than `linger.ms`"),
            ("session.timeout.ms", "3600000", "`max.poll.interval.ms`"),
            ("acks", "1", "`acks` must be set to `all`"),
            ("client.rack", "eu-1", ""),
        ] {
            let properties = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            match Settings::new("127.0.0.1:1".to_owned(), properties) {
                Ok(_) => assert!(says.is_empty(), "{name}={value} is taken"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Config);
                    assert!(!says.is_empty() && error.message().contains(says), "{error}");
                }
            }
        }
    }
}
