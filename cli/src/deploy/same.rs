//! Versions that a look-up does not find, and that are there all the same.

use topika_contract::lock::{RegisteredId, compare_text};
use topika_contract::project::Format;
use topika_registry::api::{NewSchema, Reference, SchemaType, SubjectVersion, subject_within};
use topika_registry::client::{Client, Error};

use super::contracts::Ours;
use crate::registered::registered;

/// Whether a version there is the one that a request means, or that the last push or pull saw. Its data contract is not asked for: settings have a
/// part in that.
pub(super) fn is_same(remote: &str, request: &NewSchema, seen: Option<RegisteredId>, there: &SubjectVersion) -> bool {
    let is = registered(there);
    let is_seen = seen.is_some_and(|seen| (seen.id, seen.version) == (is.id, is.version));
    // A registry that normalises keeps another text; a GUID is made of the one that it keeps.
    let has_guid = is.guid.is_some() && seen.and_then(|seen| seen.guid) == is.guid;
    is_seen && has_guid || is_same_text(remote, request, there)
}

/// Whether a text there is the one of a request, whatever its spelling.
pub(super) fn is_text(request: &NewSchema, schema_type: &SchemaType, there: &str) -> bool {
    let text = |text: &str| match request.schema_type {
        SchemaType::Avro => compare_text(Format::Avro, text),
        SchemaType::Json => compare_text(Format::Json, text),
        SchemaType::Protobuf | SchemaType::Other(_) => text.trim().to_owned(),
    };
    request.schema_type == *schema_type && text(&request.schema) == text(there)
}

fn is_same_text(remote: &str, request: &NewSchema, there: &SubjectVersion) -> bool {
    let references = |all: &[Reference]| {
        let whole =
            |one: &Reference| (one.name.clone(), subject_within(&one.subject, remote).into_owned(), one.version);
        let mut all: Vec<_> = all.iter().map(whole).collect();
        all.sort();
        all
    };
    is_text(request, &there.schema_type, &there.schema)
        && references(&request.references) == references(&there.references)
}

/// What the last push or pull saw, where it is still there. A registry merges its settings into what it is asked for, and spells texts as they say: once they are
/// others, it no longer finds what it took before.
pub(super) async fn still_there(
    client: &Client,
    remote: &str,
    ours: Ours,
    (seen, is_changed): (RegisteredId, bool),
    request: &NewSchema,
) -> Result<Option<RegisteredId>, Error> {
    if !is_changed && !ours.is_merged(client, remote).await? {
        return Ok(None);
    }
    as_seen(client, remote, seen, request).await
}

/// What the last push or pull saw under its number, where it is the same still.
pub(super) async fn as_seen(
    client: &Client,
    remote: &str,
    seen: RegisteredId,
    request: &NewSchema,
) -> Result<Option<RegisteredId>, Error> {
    let there = client.version(remote, seen.version).await?;
    Ok((there.id == seen.id && is_same(remote, request, Some(seen), &there)).then(|| registered(&there)))
}
