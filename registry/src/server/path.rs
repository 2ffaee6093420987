use axum::extract::{FromRequestParts, Path as AxumPath};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use crate::api::ErrorCode;

/// The parameters of a request's path, percent-decoded; what is no UTF-8 then is answered in the protocol's form.
pub(super) struct Path<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Answer> {
        let read = AxumPath::<T>::from_request_parts(parts, state).await;
        read.map(|AxumPath(path)| Self(path)).map_err(|rejection| {
            Answer::error(ErrorCode::BadRequest, format!("the path cannot be read: {}", rejection.body_text()))
        })
    }
}
