use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::api::{ErrorBody, ErrorCode};
use crate::store::StoreError;

/// An answer of the protocol: JSON, or an error body. Its media type is put to it on the way out.
pub(super) struct Answer(StatusCode, Vec<u8>);

/// What a handler gives.
pub(super) type Answered = Result<Answer, Answer>;

impl Answer {
    /// A success that says `value`.
    pub(super) fn ok(value: &impl Serialize) -> Answered {
        match serde_json::to_vec(value) {
            Ok(body) => Ok(Self(StatusCode::OK, body)),
            Err(error) => Err(Self::error(ErrorCode::Store, format!("the answer cannot be written: {error}"))),
        }
    }

    /// A success that is the text of a schema, as it is kept.
    pub(super) fn text(text: String) -> Answered {
        Ok(Self(StatusCode::OK, text.into_bytes()))
    }

    /// A success with nothing to say.
    pub(super) fn nothing() -> Answered {
        Ok(Self(StatusCode::NO_CONTENT, Vec::new()))
    }

    /// An error.
    pub(super) fn error(code: ErrorCode, message: impl Into<String>) -> Self {
        let body = ErrorBody { error_code: code.number(), message: message.into() };
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(status, serde_json::to_vec(&body).unwrap_or_default())
    }

    /// No such path, in the words of the reference implementation's HTTP layer.
    pub(super) fn not_found() -> Self {
        Self::error(ErrorCode::NotFound, "HTTP 404 Not Found")
    }
}

impl From<StoreError> for Answer {
    fn from(error: StoreError) -> Self {
        Self::error(error.code(), error.message())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}
