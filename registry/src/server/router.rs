use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};

use super::answer::Answer;
use super::auth::{Users, authenticated};
use super::media::{acceptable, typed};
use super::rewrite::rewritten;
use super::room::Room;
use super::state::StoreHandle;
use super::{about, compatibility, config, contexts, schemas, subjects};
use crate::api::ErrorCode;

/// What the routes work with.
#[derive(Clone)]
pub(super) struct Served {
    store: StoreHandle,
    room: Room,
}

impl FromRef<Served> for StoreHandle {
    fn from_ref(served: &Served) -> Self {
        served.store.clone()
    }
}

impl FromRef<Served> for Room {
    fn from_ref(served: &Served) -> Self {
        served.room.clone()
    }
}

/// Every route of the protocol that this registry speaks.
pub(super) fn router(store: StoreHandle, users: Option<Users>, room: Room) -> Router {
    let routes = Router::new()
        .route("/", get(about::root).post(about::root))
        .route("/v1/metadata/id", get(about::cluster))
        .route("/v1/metadata/version", get(about::version))
        .route("/contexts", get(contexts::all))
        .route("/contexts/{context}", delete(contexts::delete))
        .route("/schemas", get(schemas::all))
        .route("/schemas/types", get(schemas::types))
        .route("/schemas/ids/{id}", get(schemas::by_id))
        .route("/schemas/ids/{id}/schema", get(schemas::text_by_id))
        .route("/schemas/ids/{id}/subjects", get(schemas::subjects_of_id))
        .route("/schemas/ids/{id}/versions", get(schemas::versions_of_id))
        .route("/schemas/guids/{guid}", get(schemas::by_guid))
        .route("/schemas/guids/{guid}/ids", get(schemas::ids_of_guid))
        .route("/subjects", get(subjects::all))
        .route("/subjects/{subject}", post(subjects::look_up).delete(subjects::delete))
        .route("/subjects/{subject}/metadata", get(subjects::with_metadata))
        .route("/subjects/{subject}/versions", get(subjects::versions).post(subjects::register))
        .route("/subjects/{subject}/versions/{version}", get(subjects::version).delete(subjects::delete_version))
        .route("/subjects/{subject}/versions/{version}/schema", get(subjects::text))
        .route("/subjects/{subject}/versions/{version}/referencedby", get(subjects::referenced_by))
        .route("/compatibility/subjects/{subject}/versions", post(compatibility::with_all))
        .route("/compatibility/subjects/{subject}/versions/{version}", post(compatibility::with_one))
        .route("/config", get(config::get).put(config::put).delete(config::reset))
        .route("/config/{subject}", get(config::get_own).put(config::put_own).delete(config::reset_own))
        .route("/mode", get(config::mode).put(config::put_mode).delete(config::reset_mode))
        .route("/mode/{subject}", get(config::own_mode).put(config::put_own_mode).delete(config::reset_own_mode))
        .route_layer(from_fn(acceptable))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(Served { store: store.clone(), room });
    // A path is rewritten before it is routed, so it passes through a router that has no routes. The layer that is put last runs first.
    let mut outer = Router::new().fallback_service(routes).layer(from_fn_with_state(store, rewritten));
    if let Some(users) = users {
        outer = outer.layer(from_fn_with_state(Arc::new(users), authenticated));
    }
    outer.layer(from_fn(typed))
}

async fn no_route() -> Answer {
    Answer::not_found()
}

async fn no_method() -> Answer {
    Answer::error(ErrorCode::MethodNotAllowed, "HTTP 405 Method Not Allowed")
}
