//! Versions with a data contract. Metadata and rules are part of what a version is, so a look-up without them finds such a version only while the
//! newest one of the subject has the same: an older service, which writes an older text, would not start any more.

use std::sync::Arc;

use topika_registry::api::{NewSchema, SubjectVersion};
use topika_registry::client::{Client, Error, ErrorKind};

/// So many data contracts are tried, newest first.
const MOST: usize = 20;

/// The newest version whose text and references are those of the request, with whatever data contract it has; the registry itself compares.
pub(super) async fn with_any_contract(
    client: &Client,
    subject: &str,
    request: &NewSchema,
) -> Result<Option<Arc<SubjectVersion>>, Error> {
    let Some(mut numbers) = there(client.versions(subject).await)? else { return Ok(None) };
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    let mut tried = Vec::new();
    for number in numbers {
        let Some(version) = there(client.version(subject, number).await)? else { continue };
        let contract = (version.metadata.clone(), version.rule_set.clone());
        if contract == (None, None) || tried.contains(&contract) {
            continue;
        }
        let (metadata, rule_set) = contract.clone();
        let asked = NewSchema { metadata, rule_set, ..request.clone() };
        if let Some(found) = there(client.lookup(subject, &asked).await)? {
            return Ok(Some(found));
        }
        tried.push(contract);
        if tried.len() == MOST {
            break;
        }
    }
    Ok(None)
}

fn there<T>(asked: Result<T, Error>) -> Result<Option<T>, Error> {
    match asked {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
