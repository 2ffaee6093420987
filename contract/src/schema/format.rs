use crate::{avro, json_schema};

/// How an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Apache Avro.
    Avro,
    /// JSON, described by JSON Schema.
    Json,
}

/// The schema of an event or of a shared type.
#[derive(Clone, Debug)]
pub enum EventSchema {
    /// An Avro schema.
    Avro(avro::Schema),
    /// A JSON Schema.
    Json(json_schema::Schema),
}

impl EventSchema {
    /// The CRC-64-AVRO fingerprint of an Avro schema as the lock writes it, in hex; JSON Schema has none.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        match self {
            Self::Avro(schema) => Some(format!("{:016x}", schema.rabin())),
            Self::Json(_) => None,
        }
    }
}

impl Format {
    /// How the file of a data contract ends; it is no schema.
    pub const CONTRACT: &str = ".contract.json";

    /// The format of a file, by its ending: `.avsc` is Avro, `.json` is JSON Schema; `None` for any other.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.ends_with(".avsc") {
            Some(Self::Avro)
        } else if name.ends_with(Self::CONTRACT) {
            None
        } else if name.ends_with(".json") {
            Some(Self::Json)
        } else {
            None
        }
    }

    /// Whether a project reads a file: a schema, its data contract, or Avro IDL (`.avdl`, and `.avpr`, which it may import).
    #[must_use]
    pub fn is_read(path: &str) -> bool {
        let more = [".avdl", ".avpr", Self::CONTRACT];
        Self::of_path(path).is_some() || more.iter().any(|ending| path.ends_with(ending))
    }

    /// The word of the lock and of reports: `avro` or `json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "avro",
            Self::Json => "json",
        }
    }

    /// The ending of a frozen text.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Avro => "avsc",
            Self::Json => "schema.json",
        }
    }

    /// The name of a file without its folder and ending: `order-placed` for `orders/order-placed.avsc`.
    #[must_use]
    pub fn stem(path: &str) -> &str {
        let name = path.rsplit('/').next().unwrap_or(path);
        [".avsc", ".schema.json", ".json"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
    }
}

impl EventSchema {
    /// The format.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Avro(_) => Format::Avro,
            Self::Json(_) => Format::Json,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format() {
        assert_eq!(Format::of_path("orders/order-placed.avsc"), Some(Format::Avro));
        assert_eq!(Format::of_path("kitchen/ticket-ready.schema.json"), Some(Format::Json));
        assert_eq!(Format::of_path("README.md"), None);
        assert_eq!(Format::stem("kitchen/ticket-ready.schema.json"), "ticket-ready");
        assert_eq!(Format::stem("a/b.json"), "b");
    }
}
