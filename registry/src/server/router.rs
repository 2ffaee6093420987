use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::routing::{get, post};

use super::answer::{Answer, Answered};
use super::body::MOST_BYTES;
use super::state::StoreHandle;
use super::{compatibility, config, schemas, subjects};
use crate::api::ErrorCode;

/// Every route of the protocol that this registry speaks.
pub(super) fn router(store: StoreHandle) -> Router {
    Router::new()
        .route("/", get(root).post(root))
        .route("/v1/metadata/id", get(cluster))
        .route("/v1/metadata/version", get(version))
        .route("/contexts", get(contexts))
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
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(store)
}

async fn root() -> Answered {
    Answer::text("{}".to_owned())
}

async fn cluster() -> Answered {
    Answer::text(
        r#"{"scope":{"path":[],"clusters":{"kafka-cluster":"topika","schema-registry-cluster":"topika"}}}"#.to_owned(),
    )
}

async fn version() -> Answered {
    Answer::ok(&serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "commitId": ""}))
}

async fn contexts() -> Answered {
    Answer::text(r#"["."]"#.to_owned())
}

async fn no_route(method: Method, uri: Uri) -> Answer {
    Answer::error(ErrorCode::NotFound, format!("this registry has no route {method} {}", uri.path()))
}

async fn no_method(method: Method, uri: Uri) -> Answer {
    Answer::error(ErrorCode::MethodNotAllowed, format!("the route {} does not take the method {method}", uri.path()))
}
