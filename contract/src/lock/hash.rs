use std::borrow::Cow;

use crate::data_contract::DataContract;
use crate::schema::Format;
use crate::text::json::{Comments, compact, read};

/// SHA-256 of a text, in lower-case hex.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    hex(&sha256([text]))
}

/// SHA-256 of the parts as if they were one text.
#[cfg(not(feature = "fast-hash"))]
fn sha256<'t>(parts: impl IntoIterator<Item = &'t str>) -> [u8; 32] {
    let mut hash = hmac_sha256::Hash::new();
    parts.into_iter().for_each(|part| hash.update(part));
    hash.finalize()
}

/// SHA-256 of the parts as if they were one text.
#[cfg(feature = "fast-hash")]
fn sha256<'t>(parts: impl IntoIterator<Item = &'t str>) -> [u8; 32] {
    use sha2::Digest as _;

    let mut hash = sha2::Sha256::new();
    parts.into_iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A schema text without white space and comments, as registries compare it. A text that is no JSON stays as it is.
#[must_use]
pub fn compare_text(format: Format, text: &str) -> String {
    let comments = match format {
        Format::Avro => Comments::Allowed,
        Format::Json => Comments::Refused,
    };
    read(text, comments).0.map_or_else(|| text.to_owned(), |json| compact(&json))
}

/// SHA-256 of a text as registries compare it, with its data contract and with what it refers to: `(reference name, text)` in dependency
/// order. A new version of a reference makes a new version of what refers to it.
#[must_use]
pub fn compare_hash<'a>(
    format: Format,
    text: &str,
    contract: Option<&DataContract>,
    references: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let references = references.into_iter().map(|(name, text)| (name, Cow::Owned(compare_text(format, text))));
    hash_of_compact(&compare_text(format, text), contract, references)
}

/// The same of texts that are in that form already.
pub(crate) fn hash_of_compact<'a>(
    text: &str,
    contract: Option<&DataContract>,
    references: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>,
) -> String {
    // No reference is without a name.
    let contract = contract.map(|contract| ("", Cow::Owned(contract.canonical())));
    let references: Vec<(&str, Cow<'_, str>)> = references.into_iter().chain(contract).collect();
    // JSON text has no line break outside strings once it is printed compactly, so the parts cannot run together.
    let parts = references.iter().flat_map(|(name, text)| ["\n", name, "\n", text]);
    hex(&sha256(std::iter::once(text).chain(parts)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn white_space_and_comments_make_no_new_version() {
        let plain = compare_hash(Format::Avro, r#"{"type":"string"}"#, None, []);
        assert_eq!(plain, compare_hash(Format::Avro, "{ // why\n  \"type\": \"string\" }\n", None, []));
        assert_ne!(plain, compare_hash(Format::Avro, r#"{"type":"bytes"}"#, None, []));
    }

    #[test]
    fn a_changed_reference_makes_a_new_version() {
        let one = compare_hash(Format::Avro, r#""types.A""#, None, [("types.A", r#"{"a":1}"#)]);
        let two = compare_hash(Format::Avro, r#""types.A""#, None, [("types.A", r#"{"a":2}"#)]);
        assert_ne!(one, two);
    }

    #[test]
    fn a_changed_data_contract_makes_a_new_version_and_its_spelling_none() {
        let of = |metadata: &str| DataContract::of("a.contract.json", Some(metadata), None);
        let hash = |contract: Option<DataContract>| compare_hash(Format::Avro, r#""int""#, contract.as_ref(), []);
        assert_ne!(hash(None), hash(of(r#"{"a":1,"b":2}"#)));
        assert_ne!(hash(of(r#"{"a":1,"b":3}"#)), hash(of(r#"{"a":1,"b":2}"#)));
        assert_eq!(hash(of(r#"{ "b": 2, "a": 1 }"#)), hash(of(r#"{"a":1,"b":2}"#)));
    }
}
