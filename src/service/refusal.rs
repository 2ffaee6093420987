use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use topika::Error;

/// Why a request got nothing.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The order as it stands cannot be placed.
    #[error("{0}")]
    Wrong(String),
    /// Another order has that id.
    #[error("another order has the id {0}")]
    Taken(String),
    /// Nobody knows that.
    #[error("there is no order {0}")]
    Unknown(String),
    /// The database or the outbox.
    #[error("the service cannot do that now: {0}")]
    NotNow(Error),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::NotNow(Error::wrap(error))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::NotNow(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Taken(_) => StatusCode::CONFLICT,
            Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::NotNow(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}
