use super::schema::Draft;

/// What a draft says of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asserted {
    /// It is asserted, and `validate()` knows it by this name.
    Known(&'static str),
    /// It is asserted, and not known here: the international names would bring tables of all letters.
    Unknown,
    /// It is a note.
    No,
}

/// The format that `validate()` checks: drafts from 2019-09 on take formats as notes, as do all those that do not list it.
#[must_use]
pub fn asserted(draft: Draft, name: &str) -> Asserted {
    let from = |first: Draft, known: &'static str| if draft >= first { Asserted::Known(known) } else { Asserted::No };
    if draft >= Draft::Draft2019 {
        return Asserted::No;
    }
    match name {
        "date" => Asserted::Known("date"),
        "date-time" => Asserted::Known("date-time"),
        "time" => Asserted::Known("time"),
        "email" => Asserted::Known("email"),
        "hostname" if draft < Draft::Draft7 => Asserted::Known("hostname-rfc1034"),
        "hostname" => Asserted::Known("hostname"),
        "ipv4" => Asserted::Known("ipv4"),
        "ipv6" => Asserted::Known("ipv6"),
        "uri" => Asserted::Known("uri"),
        "regex" => Asserted::Known("regex"),
        "uri-reference" => from(Draft::Draft6, "uri-reference"),
        "uri-template" => from(Draft::Draft6, "uri-template"),
        "json-pointer" => from(Draft::Draft6, "json-pointer"),
        "iri" => from(Draft::Draft7, "iri"),
        "iri-reference" => from(Draft::Draft7, "iri-reference"),
        "relative-json-pointer" => from(Draft::Draft7, "relative-json-pointer"),
        "idn-email" | "idn-hostname" if draft == Draft::Draft7 => Asserted::Unknown,
        _ => Asserted::No,
    }
}
