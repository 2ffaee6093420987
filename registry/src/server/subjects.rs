use axum::extract::State;

use super::answer::{Answer, Answered};
use super::body::Body;
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::NewSchema;
use crate::store::{Page, VersionSpec};

pub(super) async fn all(State(store): State<StoreHandle>, query: Query) -> Answered {
    let prefix = query.text("subjectPrefix");
    let mut subjects = store.read(|s| {
        let visible = s.subjects(prefix, false);
        if query.flag("deletedOnly") {
            s.subjects(prefix, true).into_iter().filter(|name| !visible.contains(name)).collect()
        } else if query.flag("deleted") {
            s.subjects(prefix, true)
        } else {
            visible
        }
    });
    let Page { offset, limit } = query.page();
    subjects = subjects.into_iter().skip(offset).take(limit).collect();
    Answer::ok(&subjects)
}

pub(super) async fn look_up(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    Body(schema): Body<NewSchema>,
) -> Answered {
    let (normalize, deleted) = (query.flag("normalize"), query.flag("deleted"));
    Answer::ok(&store.read(|s| s.lookup(&subject, &schema, normalize, deleted))?)
}

pub(super) async fn register(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    Body(schema): Body<NewSchema>,
) -> Answered {
    Answer::ok(&store.write(|s| s.register(&subject, &schema, query.flag("normalize")))?)
}

pub(super) async fn delete(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    Answer::ok(&store.write(|s| s.delete_subject(&subject, query.flag("permanent")))?)
}

pub(super) async fn versions(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    let (deleted, only) = (query.flag("deleted"), query.flag("deletedOnly"));
    let mut versions = store.read(|s| s.versions(&subject, deleted || only))?;
    if only {
        let visible = store.read(|s| s.versions(&subject, false)).unwrap_or_default();
        versions.retain(|version| !visible.contains(version));
    }
    let Page { offset, limit } = query.page();
    versions = versions.into_iter().skip(offset).take(limit).collect();
    Answer::ok(&versions)
}

pub(super) async fn version(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    Answer::ok(&store.read(|s| s.version(&subject, spec, query.flag("deleted")))?)
}

pub(super) async fn text(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    Answer::text(store.read(|s| s.version(&subject, spec, query.flag("deleted")))?.schema)
}

pub(super) async fn referenced_by(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    let ids = store.read(|s| {
        let found = s.version(&subject, spec, true)?;
        Ok::<_, crate::store::StoreError>(s.referenced_by(&subject, found.version))
    })?;
    Answer::ok(&ids)
}

pub(super) async fn delete_version(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    Answer::ok(&store.write(|s| s.delete_version(&subject, spec, query.flag("permanent")))?)
}
