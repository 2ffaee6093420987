use std::fmt;

/// Text that is not of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What was asked for, with an example.
    pub(crate) expected: &'static str,
    /// The text, cut after 64 characters.
    pub(crate) found: String,
}

impl ParseError {
    pub(crate) fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.chars().take(64).collect() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no {}", self.found, self.expected)
    }
}

impl std::error::Error for ParseError {}

/// serde as the text that Display writes and FromStr reads, and the JSON Schema of that text.
macro_rules! as_text {
    ([$($generics:tt)*] $name:ty, $expecting:literal, $schema:tt) => {
        impl<$($generics)*> serde::Serialize for $name {
            fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de, $($generics)*> serde::Deserialize<'de> for $name {
            fn deserialize<Z: serde::Deserializer<'de>>(deserializer: Z) -> Result<Self, Z::Error> {
                struct Visitor<T>(std::marker::PhantomData<T>);
                impl<T: std::str::FromStr<Err: std::fmt::Display>> serde::de::Visitor<'_> for Visitor<T> {
                    type Value = T;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor(std::marker::PhantomData))
            }
        }

        #[cfg(feature = "schemars")]
        impl<$($generics)*> schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(super) use as_text;
