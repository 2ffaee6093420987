//! What a list of all schemas says of subjects that go by several names.

use topika_registry::api::SubjectVersion;
use topika_registry::client::{Client, Error, ErrorKind, SchemaQuery};

/// How many are asked for at once.
const PAGE: u16 = 500;

/// The versions of a subject that has become another name of a second one, oldest first, without deleted ones: whoever asks for it is answered with
/// those of the second one, and lists alone go by the names that versions have.
pub(crate) async fn hidden(client: &Client, subject: &str) -> Result<Vec<SubjectVersion>, Error> {
    let mut own = listed(client, SchemaQuery { prefix: subject.to_owned(), ..SchemaQuery::default() }).await?;
    own.retain(|version| version.subject == subject);
    own.sort_by_key(|version| version.version);
    Ok(own)
}

/// Every other name that a subject with versions has, and the subject.
pub(crate) async fn aliases(client: &Client) -> Result<Vec<(String, String)>, Error> {
    let query = SchemaQuery { aliases: true, latest_only: true, ..SchemaQuery::default() };
    let all = match listed(client, query).await {
        // A registry without a list of schemas (Apicurio) knows no other names.
        Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Unsupported | ErrorKind::NotFound) => {
            return Ok(Vec::new());
        }
        all => all?,
    };
    Ok(all.into_iter().flat_map(|one| one.aliases.into_iter().map(move |alias| (alias, one.subject.clone()))).collect())
}

async fn listed(client: &Client, mut query: SchemaQuery) -> Result<Vec<SubjectVersion>, Error> {
    query.limit = Some(u32::from(PAGE));
    let mut all = Vec::new();
    loop {
        let page = client.schemas(&query).await?;
        let is_last = page.len() < usize::from(PAGE);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
        query.offset = query.offset.saturating_add(u32::from(PAGE));
    }
}
