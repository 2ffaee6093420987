//! What properties mean to each other.

use std::collections::BTreeMap;

use super::canonical;
use crate::error::{Error, ErrorKind};

/// Each property under one name, and no two names of one property with different values: which of them librdkafka would believe is chance.
pub(crate) fn merged(properties: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let mut merged: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (name, value) in properties {
        let of = canonical(&name).to_owned();
        match merged.get(&of) {
            Some((other, there)) if *there != value => {
                let message =
                    format!("\"{other}\" and \"{name}\" are two names of one Kafka property, and both are set");
                return Err(Error::new(ErrorKind::Config, message).help("set one of them"));
            }
            _ => merged.insert(of, (name, value)),
        };
    }
    Ok(merged.into_iter().map(|(name, (_, value))| (name, value)).collect())
}

/// That what says who the client is, and whom it trusts, is whole and comes into use.
pub(in crate::kafka) fn security(properties: &BTreeMap<String, String>) -> Result<(), Error> {
    let value = |name: &str| properties.get(name).map(String::as_str).unwrap_or_default();
    let protocol = value("security.protocol").to_ascii_lowercase();
    let (sasl, tls) = (protocol.starts_with("sasl"), protocol.ends_with("ssl"));
    let shown = if protocol.is_empty() { "plaintext" } else { &protocol };
    let of = |prefix: &str| properties.keys().find(|name| name.starts_with(prefix));
    if let Some(name) = of("sasl.").filter(|_| !sasl) {
        let message =
            format!("{name} is set, and security.protocol is {shown}: nobody would be told who the client is");
        return Err(Error::new(ErrorKind::Config, message)
            .help("set security.protocol to sasl_ssl, or to sasl_plaintext within a network that you trust"));
    }
    if let Some(name) = of("ssl.").filter(|_| !tls) {
        let message = format!("{name} is set, and security.protocol is {shown}: nothing would be encrypted");
        return Err(Error::new(ErrorKind::Config, message).help("set security.protocol to ssl or sasl_ssl"));
    }
    if !sasl {
        return Ok(());
    }
    let mechanism = value("sasl.mechanism").to_ascii_uppercase();
    let missing = |name: &str, help: &str| {
        let with = if mechanism.is_empty() { String::new() } else { format!(" with sasl.mechanism={mechanism}") };
        let message = format!("security.protocol={protocol}{with} needs {name}, which is not set");
        Err(Error::new(ErrorKind::Config, message).help(help.to_owned()))
    };
    if mechanism.is_empty() {
        return missing("sasl.mechanism", "set it to PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER");
    }
    if mechanism == "OAUTHBEARER" {
        return Ok(());
    }
    for name in ["sasl.username", "sasl.password"] {
        if value(name).is_empty() {
            return missing(name, "set both sasl.username and sasl.password");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(properties: &[(&str, &str)]) -> BTreeMap<String, String> {
        properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn two_names_of_one_property_are_one() {
        let merged_of = |properties| merged(of(properties));
        assert_eq!(merged_of(&[("compression.codec", "none")]).unwrap(), of(&[("compression.type", "none")]));
        assert_eq!(
            merged_of(&[("linger.ms", "1"), ("queue.buffering.max.ms", "1")]).unwrap(),
            of(&[("linger.ms", "1")])
        );
        let error = merged_of(&[("linger.ms", "1"), ("queue.buffering.max.ms", "2")]).unwrap_err();
        assert!(error.to_string().contains("\"linger.ms\" and \"queue.buffering.max.ms\""), "{error}");
    }

    #[test]
    fn credentials_that_would_never_be_used_are_an_error() {
        for (properties, says) in [
            (&[("sasl.password", "hunter2")][..], "sasl.password is set, and security.protocol is plaintext"),
            (&[("sasl.mechanism", "PLAIN"), ("security.protocol", "SSL")], "sasl.mechanism is set, and"),
            (&[("ssl.ca.location", "a"), ("security.protocol", "sasl_plaintext")], "nothing would be encrypted"),
        ] {
            let error = security(&of(properties)).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn half_of_a_login_is_an_error_that_names_the_other_half() {
        let error = security(&of(&[("security.protocol", "SASL_PLAINTEXT")])).unwrap_err();
        assert!(error.to_string().contains("needs sasl.mechanism, which is not set"), "{error}");
        let mut login = of(&[("security.protocol", "sasl_ssl"), ("sasl.mechanism", "plain")]);
        for (name, value) in [("sasl.username", "ada"), ("sasl.password", "hunter2")] {
            let error = security(&login).unwrap_err();
            assert!(error.to_string().contains(&format!("sasl.mechanism=PLAIN needs {name}")), "{error}");
            login.insert(name.to_owned(), value.to_owned());
        }
        security(&login).unwrap();
        security(&of(&[("security.protocol", "sasl_ssl"), ("sasl.mechanism", "OAUTHBEARER")])).unwrap();
        security(&of(&[("security.protocol", "ssl"), ("ssl.ca.location", "ca.pem")])).unwrap();
    }
}
