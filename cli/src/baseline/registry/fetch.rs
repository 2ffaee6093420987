use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use topika_contract::project::{Contract, Format};
use topika_registry::api::SubjectVersion;
use topika_registry::client::{Client, Error, ErrorKind, Referenced};

use crate::environment::Registry;
use crate::settings::{hidden, own};

/// How many subjects are asked for at once.
const AT_ONCE: usize = 16;

/// A subject of ours with what the registry holds of it.
pub(super) struct Fetched {
    /// The name without the environment's prefix.
    pub(super) name: String,
    /// The path of the working file below the schema folder.
    pub(super) path: String,
    pub(super) format: Format,
    pub(super) versions: Vec<Version>,
}

/// A version with the texts that it refers to, a text before what refers to it.
pub(super) struct Version {
    pub(super) own: Arc<SubjectVersion>,
    pub(super) referenced: Vec<Referenced>,
}

/// All versions of every subject of a contract, sorted by name; a subject that the registry does not have is left out. Subjects of
/// topics have the prefix there; shared types, which belong to no topic, have not. What a registry holds under the name of a topic whose messages
/// name no schema is read by nobody, and left out.
pub(super) async fn subjects(registry: &Registry, contract: &Contract) -> Result<Vec<Fetched>, Error> {
    let unread = contract.topics.iter().filter(|topic| topic.framing.is_without_registry());
    let unread: HashSet<&str> = unread.map(|topic| topic.name.as_str()).collect();
    let events = contract.events.iter();
    let events = events.filter(|event| event.frozen.is_none() && !unread.contains(event.topic.as_str()));
    let events = events.map(|event| (&event.subject.name, &event.path, event.format, registry.prefix.as_str()));
    let shared = contract.shared.iter().map(|shared| (&shared.subject.name, &shared.path, shared.format, ""));
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut asked = JoinSet::new();
    for (name, path, format, prefix) in events.chain(shared) {
        let (client, permits) = (registry.client.clone(), Arc::clone(&permits));
        let (remote, name, path) = (format!("{prefix}{name}"), name.clone(), path.clone());
        asked.spawn(async move {
            // The semaphore is never closed; without a permit the subject is asked for all the same.
            let _permit = permits.acquire().await;
            let versions = versions(&client, &remote).await?;
            Ok(Fetched { name, path, format, versions })
        });
    }
    let mut fetched = Vec::new();
    while let Some(answer) = asked.join_next().await {
        // A task that panicked has said why; what it was to fetch is missing, and nobody may take that for "nothing there".
        match answer {
            Ok(answer) => fetched.push(answer?),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    fetched.retain(|subject: &Fetched| !subject.versions.is_empty());
    fetched.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(fetched)
}

async fn versions(client: &Client, subject: &str) -> Result<Vec<Version>, Error> {
    let all = all(client, subject).await?;
    let mut versions = Vec::with_capacity(all.len());
    for own in all {
        let referenced = client.referenced_of(&own).await?;
        versions.push(Version { own, referenced });
    }
    versions.sort_by_key(|version| version.own.version);
    Ok(versions)
}

async fn all(client: &Client, subject: &str) -> Result<Vec<Arc<SubjectVersion>>, Error> {
    // Whoever asks for a subject that has become another name is answered with the versions of a second one.
    if own(client, Some(subject)).await?.alias.is_some_and(|of| !of.is_empty()) {
        return Ok(hidden(client, subject).await?.into_iter().map(Arc::new).collect());
    }
    let numbers = match client.versions(subject).await {
        Ok(numbers) => numbers,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut all = Vec::with_capacity(numbers.len());
    for number in numbers {
        all.push(client.version(subject, number).await?);
    }
    Ok(all)
}
