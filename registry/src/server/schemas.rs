use axum::extract::State;

use super::answer::{Answer, Answered};
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::{ErrorCode, Guid, SchemaType};
use crate::store::{Page, StoreError};

pub(super) async fn types() -> Answered {
    Answer::ok(&SchemaType::ALL)
}

pub(super) async fn all(State(store): State<StoreHandle>, query: Query) -> Answered {
    let (deleted, latest) = (query.flag("deleted"), query.flag("latestOnly"));
    let Page { offset, limit } = query.page();
    Answer::ok(&store.read(|s| s.schemas(query.text("subjectPrefix"), deleted, latest, Page { offset, limit })))
}

pub(super) async fn by_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    let resolved = query.text("format") == "resolved";
    let (mut schema, max) = store.read(|s| {
        let schema = if resolved { s.resolved(id) } else { s.schema(id) };
        schema.map(|schema| (schema, s.max_id()))
    })?;
    schema.max_id = query.flag("fetchMaxId").then_some(max);
    Answer::ok(&schema)
}

pub(super) async fn text_by_id(State(store): State<StoreHandle>, Path(id): Path<String>) -> Answered {
    let id = number(&id)?;
    Answer::text(store.read(|s| s.schema(id))?.schema)
}

pub(super) async fn subjects_of_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    let versions = store.read(|s| s.versions_of_id(id, query.flag("deleted")))?;
    let mut subjects: Vec<String> = versions.into_iter().map(|v| v.subject).collect();
    subjects.dedup();
    Answer::ok(&subjects)
}

pub(super) async fn versions_of_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    Answer::ok(&store.read(|s| s.versions_of_id(id, query.flag("deleted")))?)
}

pub(super) async fn by_guid(State(store): State<StoreHandle>, Path(guid): Path<String>) -> Answered {
    let guid = parse_guid(&guid)?;
    Answer::ok(&store.read(|s| s.schema_of_guid(guid))?.1)
}

pub(super) async fn ids_of_guid(State(store): State<StoreHandle>, Path(guid): Path<String>) -> Answered {
    let guid = parse_guid(&guid)?;
    let (id, _) = store.read(|s| s.schema_of_guid(guid))?;
    Answer::ok(&serde_json::json!([{"context": ".", "id": id}]))
}

fn number(id: &str) -> Result<u32, StoreError> {
    id.parse().map_err(|_| {
        StoreError::new(ErrorCode::SchemaNotFound, format!("\"{id}\" is no schema id; ids are numbers from 1 on"))
    })
}

fn parse_guid(guid: &str) -> Result<Guid, StoreError> {
    Guid::parse(guid).ok_or_else(|| {
        StoreError::new(ErrorCode::SchemaNotFound, format!("\"{guid}\" is no GUID of 32 hexadecimal digits"))
    })
}
