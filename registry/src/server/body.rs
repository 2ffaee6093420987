use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use crate::api::{ErrorCode, accepts_body};

/// Larger bodies are refused; the largest schema seen in the field has 2 MB.
pub(super) const MOST_BYTES: usize = 16 * 1024 * 1024;

/// A request's body, read as JSON whichever of the protocol's media types it has (clients that say none are taken at their word).
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Answer;

    async fn from_request(request: Request, state: &S) -> Result<Self, Answer> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if let Some(content_type) = content_type.filter(|content_type| !accepts_body(content_type)) {
            return Err(Answer::error(
                ErrorCode::UnsupportedMediaType,
                format!("a body of type \"{content_type}\" is not read; send application/vnd.schemaregistry.v1+json"),
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| unread(&rejection))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Answer::error(ErrorCode::BadRequest, format!("the body is no request of this route: {error}"))
        })
    }
}

fn unread(rejection: &BytesRejection) -> Answer {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        let message = format!("the body is larger than the {MOST_BYTES} bytes that this registry takes");
        return Answer::error(ErrorCode::BodyTooLarge, message);
    }
    Answer::error(ErrorCode::BadRequest, format!("the body cannot be read: {rejection}"))
}
