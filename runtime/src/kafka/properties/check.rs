//! Whether a property may be set, and so.

use topika_contract::text::closest;

use super::property::{Values, find};
use super::refused;
use super::secret::is_secret;
use super::table::PROPERTIES;
use crate::error::{Error, ErrorKind};

/// That librdkafka knows the property, takes the value, and that it is the user's to set.
pub(crate) fn check(name: &str, value: &str) -> Result<(), Error> {
    let Some(property) = find(name) else { return Err(unknown(name)) };
    let meant = property.meant();
    refused::of_code(property)?;
    refused::ours(meant)?;
    if !meant.values.take(value) {
        let shown = if is_secret(name) { "[redacted]" } else { value };
        let message = format!("{name}={shown} is not a value of the Kafka property \"{name}\"");
        return Err(Error::new(ErrorKind::Config, message).help(format!("it takes {}", meant.values.describe())));
    }
    refused::promised(meant, value)?;
    refused::missing_features(meant, value)
}

/// The name under which the property is kept, whichever of its names was written.
pub(crate) fn canonical(name: &str) -> &str {
    find(name).map_or(name, |property| property.meant().name)
}

/// The value without the blanks around it, where they mean nothing: a password or a path may have some.
pub(crate) fn trimmed<'a>(name: &str, value: &'a str) -> &'a str {
    match find(name).map(|property| &property.meant().values) {
        None | Some(Values::Text) => value,
        Some(_) => value.trim(),
    }
}

/// The property that a variable names by its letters: `ssl_ca_location` is `ssl.ca.location`, `log_level` is `log_level`.
pub(crate) fn named_by_variable(letters: &str) -> Result<&'static str, Error> {
    let of = |name: &str| name.replace('.', "_");
    match PROPERTIES.iter().find(|property| of(property.name) == letters) {
        Some(property) => Ok(property.name),
        None => Err(unknown(&letters.replace('_', "."))),
    }
}

/// Its value is not shown: it may be the password of somebody who wrote `sasl.pasword`.
fn unknown(name: &str) -> Error {
    let error = Error::new(ErrorKind::Config, format!("\"{name}\" is no property of librdkafka"));
    match refused::elsewhere(name) {
        Some(instead) => error.help(instead),
        None => match closest(name, PROPERTIES.iter().map(|property| property.name)) {
            Some(meant) => error.help(format!("did you mean \"{meant}\"?")),
            None => {
                error.help("https://github.com/confluentinc/librdkafka/blob/v2.12.1/CONFIGURATION.md has all of them")
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, value: &str) -> String {
        check(name, value).unwrap_err().to_string()
    }

    #[test]
    fn a_name_that_is_not_known_is_an_error_with_the_one_that_was_meant() {
        assert!(said("linger.mss", "5").contains("did you mean \"linger.ms\"?"));
        assert!(said("frobnicate", "5").contains("CONFIGURATION.md"));
        let shown = said("sasl.pasword", "hunter2");
        assert!(shown.contains("\"sasl.password\"") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_value_that_is_not_taken_is_an_error_with_key_value_and_what_is_taken() {
        for (name, value, takes) in [
            ("linger.ms", "soon", "a number from 0 to 900000"),
            ("batch.size", "0", "a whole number from 1 to 2147483647"),
            ("batch.size", "1.5", "a whole number"),
            ("acks", "some", "all, or a whole number from -1 to 1000"),
            ("request.required.acks", "some", "all, or a whole number from -1 to 1000"),
            ("socket.keepalive.enable", "maybe", "true or false"),
            ("compression.type", "brotli", "one of none, gzip, snappy, lz4, zstd"),
            ("compression.codec", "inherit", "one of none, gzip, snappy, lz4, zstd"),
            ("debug", "broker,nothing", "one or several of generic, broker,"),
        ] {
            let said = said(name, value);
            assert!(said.contains(&format!("{name}={value}")) && said.contains(takes), "{said}");
        }
        for (name, value) in [("linger.ms", "0.5"), ("acks", "ALL"), ("debug", "broker, msg"), ("client.id", "")] {
            check(name, value).unwrap();
        }
    }

    #[test]
    fn blanks_around_a_value_count_where_it_is_a_text() {
        for (name, value, meant) in [
            ("linger.ms", " 5 ", "5"),
            ("sasl.mechanisms", "PLAIN ", "PLAIN"),
            ("sasl.password", " x ", " x "),
            ("no.such", " ", " "),
        ] {
            assert_eq!(trimmed(name, value), meant);
        }
    }

    #[test]
    fn a_variable_names_every_property_and_no_two() {
        for property in PROPERTIES {
            assert_eq!(named_by_variable(&property.name.replace('.', "_")).unwrap(), property.name);
        }
        assert_eq!(named_by_variable("log_level").unwrap(), "log_level");
        let error = named_by_variable("ssl_ca_locaton").unwrap_err();
        assert!(error.to_string().contains("did you mean \"ssl.ca.location\"?"), "{error}");
    }
}
