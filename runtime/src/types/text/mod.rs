//! The formats of JSON Schema's strings as types: `"format": "date-time"` is a [`DateTime`].
//!
//! Each is a [`Text`]: it keeps the spelling that came over the wire and takes any, since a message that is a little wrong should
//! still arrive. Whether the text really has its format is said by `validate()`; what it means is said
//! by [`Text::parse`].

pub mod format;
mod newtype;
mod view;

pub use format::Format;
pub use newtype::Text;
pub use view::View;

/// `date-time`: a moment as RFC 3339 writes it. A view of it is [`TimestampMicros`](super::TimestampMicros), among others.
pub type DateTime = Text<format::DateTime>;
/// `date`: a day, `2026-11-21`. A view of it is [`Date`](super::Date).
pub type Date = Text<format::Date>;
/// `time`: a time of day with its offset, `12:30:00Z`.
pub type Time = Text<format::Time>;
/// `duration`: a span of time as ISO 8601 writes it, `P3DT12H`.
pub type Duration = Text<format::Duration>;
/// `email`: an address of a mailbox.
pub type Email = Text<format::Email>;
/// `idn-email`: an address of a mailbox in any script.
pub type IdnEmail = Text<format::IdnEmail>;
/// `hostname`: the name of a host.
pub type Hostname = Text<format::Hostname>;
/// `idn-hostname`: the name of a host in any script.
pub type IdnHostname = Text<format::IdnHostname>;
/// `ipv4`: an address of IP version 4. A view of it is [`Ipv4Addr`](std::net::Ipv4Addr).
pub type Ipv4 = Text<format::Ipv4>;
/// `ipv6`: an address of IP version 6. A view of it is [`Ipv6Addr`](std::net::Ipv6Addr).
pub type Ipv6 = Text<format::Ipv6>;
/// `uri`: a URI with a scheme (RFC 3986).
pub type Uri = Text<format::Uri>;
/// `uri-reference`: a URI, or what stands for one within another.
pub type UriReference = Text<format::UriReference>;
/// `iri`: a URI in any script (RFC 3987).
pub type Iri = Text<format::Iri>;
/// `iri-reference`: an IRI, or what stands for one within another.
pub type IriReference = Text<format::IriReference>;
/// `uri-template`: a URI with places to fill (RFC 6570).
pub type UriTemplate = Text<format::UriTemplate>;
/// `uuid`: a uuid with hyphens. A view of it is [`Uuid`](super::Uuid).
pub type Uuid = Text<format::Uuid>;
/// `json-pointer`: a place in a JSON document (RFC 6901).
pub type JsonPointer = Text<format::JsonPointer>;
/// `relative-json-pointer`: a place in a JSON document, seen from another.
pub type RelativeJsonPointer = Text<format::RelativeJsonPointer>;
/// `regex`: a regular expression of ECMA-262.
pub type Regex = Text<format::Regex>;
