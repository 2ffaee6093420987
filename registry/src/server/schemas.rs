use axum::extract::State;

use super::answer::{Answer, Answered};
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::{ErrorCode, Guid, SchemaType};
use crate::store::{Listed, qualify};

/// As many schemas as an answer lists at most; the rest is asked for by `offset`.
const MOST: usize = 1_000;

pub(super) async fn types() -> Answered {
    Answer::ok(&SchemaType::ALL)
}

pub(super) async fn all(State(store): State<StoreHandle>, query: Query) -> Answered {
    let page = query.page(MOST)?;
    let listed = Listed {
        // Unlike the list of subjects, which is of every context where no prefix is asked for.
        prefix: query.get("subjectPrefix").unwrap_or_default(),
        deleted: query.flag("deleted"),
        latest_only: query.flag("latestOnly"),
        aliases: query.flag("aliases"),
        rule_type: query.get("ruleType").filter(|rule_type| !rule_type.is_empty()),
    };
    Answer::ok(&store.read(|s| s.schemas(&listed, page)))
}

pub(super) async fn by_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    let mut schema = store.read(|s| {
        let schema = s.schema_under(id, query.subject(), query.format());
        schema.map(|schema| (schema, s.max_id(query.subject())))
    })?;
    if let Some(subject) = schema.0.subject.as_deref().filter(|_| query.qualified()) {
        qualify(&mut schema.0.references, subject);
    }
    schema.0.max_id = query.flag("fetchMaxId").then_some(schema.1);
    Answer::ok(&schema.0)
}

pub(super) async fn text_by_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    Answer::text(store.read(|s| s.schema_under(id, query.subject(), query.format()))?.schema)
}

pub(super) async fn subjects_of_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    let page = query.page(MOST)?;
    let versions = store.read(|s| s.versions_of_id(id, query.subject(), query.flag("deleted")))?;
    let mut subjects: Vec<String> = versions.into_iter().map(|v| v.subject).collect();
    subjects.dedup();
    Answer::ok(&page.of(subjects))
}

pub(super) async fn versions_of_id(State(store): State<StoreHandle>, Path(id): Path<String>, query: Query) -> Answered {
    let id = number(&id)?;
    let page = query.page(MOST)?;
    Answer::ok(&page.of(store.read(|s| s.versions_of_id(id, query.subject(), query.flag("deleted")))?))
}

pub(super) async fn by_guid(State(store): State<StoreHandle>, Path(guid): Path<String>, query: Query) -> Answered {
    let known = parse_guid(&guid)?;
    Answer::ok(&store.read(|s| s.schema_of_guid(known, query.format()))?)
}

pub(super) async fn ids_of_guid(State(store): State<StoreHandle>, Path(guid): Path<String>) -> Answered {
    let known = parse_guid(&guid)?;
    Answer::ok(&store.read(|s| s.ids_of_guid(known))?)
}

/// What is no number leads nowhere, as in other registries; what no id can be is not found.
fn number(id: &str) -> Result<u32, Answer> {
    let number = id.parse::<i32>().map_err(|_| Answer::not_found())?;
    u32::try_from(number).map_err(|_| Answer::error(ErrorCode::SchemaNotFound, format!("Schema {id} not found")))
}

fn parse_guid(guid: &str) -> Result<Guid, Answer> {
    Guid::parse(guid).ok_or_else(|| Answer::error(ErrorCode::SchemaNotFound, format!("Schema {guid} not found")))
}
