use axum::extract::State;

use super::answer::{Answer, Answered};
use super::body::Body;
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::store::{Deleted, StoreError, VersionSpec, qualify};

/// As many subjects, and versions of one, as an answer lists at most; the rest is asked for by `offset`.
const MOST: usize = 20_000;

pub(super) async fn all(State(store): State<StoreHandle>, query: Query) -> Answered {
    let page = query.page(MOST)?;
    let prefix = query.get("subjectPrefix").unwrap_or(":*:");
    Answer::ok(&page.of(store.read(|s| s.subjects(prefix, query.deleted()))))
}

pub(super) async fn look_up(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    body: Body,
) -> Answered {
    let schema = body.schema()?;
    let (normalize, deleted, format) = (query.flag("normalize"), query.flag("deleted"), query.format());
    Answer::ok(&store.ponder(move |s| s.lookup(&subject, &schema, normalize, deleted, format)).await??)
}

pub(super) async fn register(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    body: Body,
) -> Answered {
    let schema = body.schema()?;
    let normalize = query.flag("normalize");
    Answer::ok(&store.register(subject, schema, normalize).await?)
}

pub(super) async fn delete(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    let permanent = query.flag("permanent");
    Answer::ok(&store.commit(move |s| s.delete_subject(&subject, permanent)).await??)
}

pub(super) async fn with_metadata(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
) -> Answered {
    let properties: Vec<(&str, &str)> = query.all("key").zip(query.all("value")).collect();
    let (deleted, format) = (query.flag("deleted"), query.format());
    Answer::ok(&store.read(|s| s.latest_with_metadata(&subject, &properties, deleted, format))?)
}

pub(super) async fn versions(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    let page = query.page(MOST)?;
    if !query.flag("deletedAsNegative") {
        return Answer::ok(&page.of(store.read(|s| s.versions(&subject, query.deleted()))?));
    }
    let wanted = if query.flag("deletedOnly") { Deleted::Only } else { Deleted::Shown };
    let (all, deleted) = store.read(|s| {
        let deleted = s.versions(&subject, Deleted::Only)?;
        Ok::<_, StoreError>((s.versions(&subject, wanted)?, deleted))
    })?;
    let signed = all.into_iter().map(|number| {
        let signed = i64::from(number);
        if deleted.binary_search(&number).is_ok() { -signed } else { signed }
    });
    Answer::ok(&page.of(signed))
}

pub(super) async fn version(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    let mut found = store.read(|s| s.version_as(&subject, spec, query.flag("deleted"), query.format()))?;
    if query.qualified() {
        qualify(&mut found.references, &found.subject);
    }
    Answer::ok(&found)
}

pub(super) async fn text(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    Answer::text(store.read(|s| s.version_as(&subject, spec, query.flag("deleted"), query.format()))?.schema)
}

pub(super) async fn referenced_by(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    let page = query.page(MOST)?;
    let ids = store.read(|s| {
        let found = s.version(&subject, spec, true)?;
        Ok::<_, StoreError>(s.referenced_by(&found.subject, found.version))
    })?;
    Answer::ok(&page.of(ids))
}

pub(super) async fn delete_version(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    let permanent = query.flag("permanent");
    Answer::ok(&store.commit(move |s| s.delete_version(&subject, spec, permanent)).await??)
}
