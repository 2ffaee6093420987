//! The formats of strings, to the verdict of the crate jsonschema.

mod host;
mod mail;
mod moment;
mod pointer;
mod template;
mod uri;

use std::net::{Ipv4Addr, Ipv6Addr};

macro_rules! formats {
    ($($name:ident = $text:literal => $accepts:expr,)+) => {
        /// A format that `validate()` knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format {
            $(
                #[doc = concat!("`", $text, "`")]
                $name,
            )+
        }

        impl Format {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name, as a schema and `#[validate(format = "...")]` have it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// Whether the text has the format.
            ///
            /// ```
            /// use topika::validate::Format;
            /// assert!(Format::Date.accepts("2024-02-29"));
            /// assert!(!Format::Date.accepts("2023-02-29"));
            /// ```
            #[must_use]
            pub fn accepts(self, text: &str) -> bool {
                match self {
                    $(Self::$name => ($accepts)(text),)+
                }
            }
        }
    };
}

formats! {
    Date = "date" => moment::is_date,
    DateTime = "date-time" => moment::is_date_time,
    Duration = "duration" => moment::is_duration,
    Email = "email" => mail::is_email,
    Hostname = "hostname" => host::is_hostname,
    // Drafts 4 and 6 know no international names.
    HostnameRfc1034 = "hostname-rfc1034" => host::is_ascii_hostname,
    Ipv4 = "ipv4" => |text: &str| text.parse::<Ipv4Addr>().is_ok(),
    Ipv6 = "ipv6" => |text: &str| text.parse::<Ipv6Addr>().is_ok(),
    Iri = "iri" => uri::is_iri,
    IriReference = "iri-reference" => uri::is_iri_reference,
    JsonPointer = "json-pointer" => pointer::is_pointer,
    Regex = "regex" => jsonschema_regex::is_valid_ecma_regex,
    RelativeJsonPointer = "relative-json-pointer" => pointer::is_relative,
    Time = "time" => moment::is_time,
    Uri = "uri" => uri::is_uri,
    UriReference = "uri-reference" => uri::is_uri_reference,
    UriTemplate = "uri-template" => template::is_template,
    Uuid = "uuid" => |text: &str| text.parse::<crate::types::Uuid>().is_ok(),
}
