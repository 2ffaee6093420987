use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use crate::api::ErrorCode;

/// Why a path is refused.
pub(super) const NO_TEXT: &str = "a name in the path is no UTF-8 when its %-signs are decoded; encode names as UTF-8";

/// The names in a request's path, decoded. What is no UTF-8 then is refused with an error of the protocol.
pub(super) struct Path<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Answer> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(names)| Self(names)).map_err(|_| Answer::error(ErrorCode::BadRequest, NO_TEXT))
    }
}
