//! Settings as they were written, and where.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};
use crate::kafka;

/// The brokers' variable; files call it as all of Kafka's tools do.
pub(super) const BOOTSTRAP: &str = "KAFKA_BOOTSTRAP_SERVERS";
/// Every variable of this prefix is a Kafka property: `TOPIKA_KAFKA_CLIENT_RACK=eu-1` is `client.rack`.
pub(super) const PROPERTY: &str = "TOPIKA_KAFKA_";

/// What one source says: the environment, or a file.
#[derive(Default)]
pub(super) struct Said {
    /// By the names that the environment has for them.
    pub(super) variables: BTreeMap<String, Text>,
    /// By librdkafka's names, of which each property has one here.
    pub(super) properties: BTreeMap<String, Text>,
}

/// A value and its place: a variable's name, or a line of a file.
pub(super) struct Text {
    pub(super) value: String,
    pub(super) place: String,
}

impl Said {
    /// A variable of the environment. Those of other programs are kept too, and never looked at.
    pub(super) fn variable(&mut self, name: String, value: String) -> Result<(), Error> {
        let text = Text { value, place: name.clone() };
        match name.strip_prefix(PROPERTY) {
            None => {
                self.variables.insert(name, text);
                Ok(())
            }
            Some(letters) => {
                let property = kafka::named_by_variable(&letters.to_ascii_lowercase()).map_err(|e| e.at(&name))?;
                self.property(property, text)
            }
        }
    }

    /// A line of a file: a property of librdkafka, or a variable's name.
    pub(super) fn line(&mut self, name: &str, value: String, place: String) -> Result<(), Error> {
        let text = Text { value, place };
        let name = if name == "bootstrap.servers" { BOOTSTRAP } else { name };
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return self.property(name, text);
        }
        if let Some(letters) = name.strip_prefix(PROPERTY) {
            let property = kafka::named_by_variable(&letters.to_ascii_lowercase()).map_err(|e| e.at(&text.place))?;
            let error = Error::new(ErrorKind::Config, format!("{}: \"{name}\" is a variable's name", text.place));
            return Err(error.help(format!("write {property}")));
        }
        match self.variables.get(name) {
            Some(there) => Err(twice(name, &text.place, name, &there.place)),
            None => {
                self.variables.insert(name.to_owned(), text);
                Ok(())
            }
        }
    }

    fn property(&mut self, name: &str, mut text: Text) -> Result<(), Error> {
        text.value = kafka::trimmed(name, &text.value).to_owned();
        kafka::check(name, &text.value).map_err(|error| error.at(&text.place))?;
        let one_name = kafka::canonical(name);
        match self.properties.get(one_name) {
            Some(there) => Err(twice(name, &text.place, one_name, &there.place)),
            None => {
                self.properties.insert(one_name.to_owned(), text);
                Ok(())
            }
        }
    }

    /// With what `other` says, which stands over this.
    pub(super) fn under(mut self, other: Self) -> Self {
        self.variables.extend(other.variables);
        self.properties.extend(other.properties);
        self
    }
}

fn twice(name: &str, place: &str, other: &str, there: &str) -> Error {
    let said = if name == other { format!("\"{name}\"") } else { format!("\"{name}\", which is \"{other}\" too,") };
    Error::new(ErrorKind::Config, format!("{place}: {said} is set already, by {there}"))
        .help("leave out one of the two")
}
