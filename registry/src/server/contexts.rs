use axum::extract::State;

use super::answer::{Answer, Answered};
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;

/// As many contexts as an answer lists at most; the rest is asked for by `offset`.
const MOST: usize = 20_000;

pub(super) async fn all(State(store): State<StoreHandle>, query: Query) -> Answered {
    let page = query.page(MOST)?;
    Answer::ok(&page.of(store.read(crate::store::Store::contexts)))
}

pub(super) async fn delete(State(store): State<StoreHandle>, Path(context): Path<String>) -> Answered {
    store.commit(move |s| s.delete_context(&context)).await??;
    Answer::nothing()
}
