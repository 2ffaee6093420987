use axum::extract::State;

use super::answer::{Answer, Answered};
use super::body::Body;
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::{Compatibility, NewSchema};
use crate::store::VersionSpec;

pub(super) async fn with_one(
    State(store): State<StoreHandle>,
    Path((subject, version)): Path<(String, String)>,
    query: Query,
    Body(schema): Body<NewSchema>,
) -> Answered {
    let spec = VersionSpec::parse(&version)?;
    said(store.read(|s| s.check(&subject, spec, &schema, query.flag("normalize")))?, &query)
}

pub(super) async fn with_all(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    Body(schema): Body<NewSchema>,
) -> Answered {
    said(store.read(|s| s.check_all(&subject, &schema, query.flag("normalize")))?, &query)
}

/// The reasons are said only to who asks for them.
fn said(mut verdict: Compatibility, query: &Query) -> Answered {
    if !query.flag("verbose") {
        verdict.messages.clear();
    }
    Answer::ok(&verdict)
}
