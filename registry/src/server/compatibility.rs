use axum::extract::State;
use serde_json::json;

use super::answer::{Answer, Answered};
use super::body::Body;
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::{Compatibility, ErrorCode};
use crate::store::{StoreError, VersionSpec};

pub(super) async fn with_one(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
    body: Body,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    let (schema, normalize) = (body.schema()?, query.flag("normalize"));
    said(store.ponder(move |s| s.check(&subject, spec, &schema, normalize)).await?, &query)
}

pub(super) async fn with_all(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    body: Body,
) -> Answered {
    let (schema, normalize) = (body.schema()?, query.flag("normalize"));
    said(store.ponder(move |s| s.check_all(&subject, &schema, normalize)).await?, &query)
}

/// The reasons are said only to who asks for them; to whom they are, an invalid schema is one of them.
fn said(checked: Result<Compatibility, StoreError>, query: &Query) -> Answered {
    if !query.flag("verbose") {
        return Answer::ok(&json!({ "is_compatible": checked?.is_compatible }));
    }
    let (is_compatible, messages) = match checked {
        Ok(verdict) => (verdict.is_compatible, verdict.messages),
        Err(error) if error.code() == ErrorCode::InvalidSchema => (false, vec![error.message().to_owned()]),
        Err(error) => return Err(error.into()),
    };
    Answer::ok(&json!({ "is_compatible": is_compatible, "messages": messages }))
}
