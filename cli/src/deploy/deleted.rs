//! What had an id and is not there: it may be softly deleted, and comes back with that id.

use topika_contract::lock::{Ids, RegisteredId};
use topika_registry::api::NewSchema;
use topika_registry::client::{Client, Error, ErrorKind};

use super::contracts::refusal;
use super::wanted::Wanted;
use crate::asked::in_parallel;

/// Of each wanted version that was not found and had an id, in their order: the id that it has there, softly deleted.
pub(super) async fn softly_deleted(
    client: &Client,
    wanted: &Wanted,
    ids: &Ids,
    found: &[Option<RegisteredId>],
) -> Result<Vec<Option<u32>>, Error> {
    // What is deleted refers to what is deleted.
    let mut numbers: Vec<Option<u32>> = found.iter().map(|found| found.map(|found| found.version)).collect();
    let mut deleted: Vec<Option<u32>> = vec![None; wanted.versions.len()];
    let depths = wanted.depths();
    for depth in 0..=depths.iter().copied().max().unwrap_or_default() {
        let there = |at: usize| numbers.get(at).copied().flatten();
        let of_depth = wanted.versions.iter().zip(found).zip(&depths).enumerate().filter(|(_, (_, of))| **of == depth);
        let questions = of_depth.filter_map(|(at, ((version, found), _))| {
            let is_asked = found.is_none() && ids.get(&version.subject, version.number).is_some();
            let request = if is_asked { wanted.request(version, there) } else { None }?;
            let (client, remote) = (client.clone(), wanted.remote(version));
            Some(async move {
                // With whatever data contract: a message that names it is read by its text.
                let bare = NewSchema { metadata: None, rule_set: None, ..request.clone() };
                for request in [request, bare] {
                    match client.lookup_deleted(&remote, &request).await {
                        Ok(there) => return Ok(Some((at, there.id, there.version))),
                        Err(error) if error.kind() == ErrorKind::NotFound || refusal(&error).is_some() => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(None)
            })
        });
        for (at, id, number) in in_parallel(questions.collect::<Vec<_>>()).await?.into_iter().flatten() {
            if let (Some(place), Some(of)) = (deleted.get_mut(at), numbers.get_mut(at)) {
                (*place, *of) = (Some(id), Some(number));
            }
        }
    }
    Ok(deleted)
}
