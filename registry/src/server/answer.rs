use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::api::{CONTENT_TYPE, ErrorBody, ErrorCode};
use crate::store::StoreError;

/// An answer of the protocol: JSON of its media type, or an error body.
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

    /// An error.
    pub(super) fn error(code: ErrorCode, message: impl Into<String>) -> Self {
        let body = ErrorBody { error_code: code.number(), message: message.into() };
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(status, serde_json::to_vec(&body).unwrap_or_default())
    }
}

impl From<StoreError> for Answer {
    fn from(error: StoreError) -> Self {
        Self::error(error.code(), error.message())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.0, [(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE))], self.1).into_response()
    }
}
