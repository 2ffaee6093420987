//! The names of the formats, as types: each marks a [`Text`](super::Text).

/// A format of JSON Schema's strings.
pub trait Format: 'static {
    /// Its name in a schema.
    const NAME: &'static str;
}

macro_rules! formats {
    ($($name:ident = $text:literal,)+) => {
        $(
            #[doc = concat!("Marks a text of the format `", $text, "`.")]
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $name {}

            impl Format for $name {
                const NAME: &'static str = $text;
            }
        )+
    };
}

formats! {
    DateTime = "date-time",
    Date = "date",
    Time = "time",
    Duration = "duration",
    Email = "email",
    IdnEmail = "idn-email",
    Hostname = "hostname",
    IdnHostname = "idn-hostname",
    Ipv4 = "ipv4",
    Ipv6 = "ipv6",
    Uri = "uri",
    UriReference = "uri-reference",
    Iri = "iri",
    IriReference = "iri-reference",
    UriTemplate = "uri-template",
    Uuid = "uuid",
    JsonPointer = "json-pointer",
    RelativeJsonPointer = "relative-json-pointer",
    Regex = "regex",
}
