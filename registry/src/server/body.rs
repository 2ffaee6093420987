use axum::extract::{FromRef as _, FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Answer;
use super::coerced::{Members, SCHEMA, coerced};
use super::room::Room;
use super::router::Served;
use crate::api::{ErrorCode, NewSchema, SchemaType, accepts_body};

/// A request's body, read as JSON whichever of the protocol's media types it has (clients that say none are taken at their word).
pub(super) struct Body(Value);

impl Body {
    /// The body with its members as what they are.
    pub(super) fn value(self, members: Members) -> Result<Value, Answer> {
        coerced(self.0, members).map_err(|fault| Answer::error(ErrorCode::BadRequest, fault))
    }

    /// The body as a schema; a type that nobody knows is an invalid schema and no unreadable body.
    pub(super) fn schema(self) -> Result<NewSchema, Answer> {
        let value = self.value(SCHEMA)?;
        // Before all else that may be wrong with it.
        if let Some(Value::String(name)) = value.get("schemaType")
            && let other @ SchemaType::Other(_) = SchemaType::of_name(name)
        {
            return Err(Answer::error(ErrorCode::InvalidSchema, format!("Invalid schema type {}", other.name())));
        }
        read(value)
    }
}

impl FromRequest<Served> for Body {
    type Rejection = Answer;

    async fn from_request(request: Request, state: &Served) -> Result<Self, Answer> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|content_type| !accepts_body(content_type)) {
            return Err(Answer::error(ErrorCode::UnsupportedMediaType, "HTTP 415 Unsupported Media Type"));
        }
        if let Some(coding) = request.headers().get(header::CONTENT_ENCODING).filter(|coding| *coding != "identity") {
            let message = format!(
                "the body has the Content-Encoding {}, and this registry reads none; send it as it is",
                String::from_utf8_lossy(coding.as_bytes())
            );
            return Err(Answer::error(ErrorCode::UnsupportedMediaType, message));
        }
        let whole = Room::from_ref(state).read(request.into_body()).await?;
        if whole.bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(missing());
        }
        match serde_json::from_slice(&whole.bytes).map_err(unreadable)? {
            Value::Null => Err(missing()),
            value => Ok(Self(value)),
        }
    }
}

/// JSON as what a route takes.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Answer> {
    serde_json::from_value(value).map_err(unreadable)
}

fn missing() -> Answer {
    Answer::error(ErrorCode::Other(422), "the request's body must not be null (was null)")
}

fn unreadable(error: serde_json::Error) -> Answer {
    Answer::error(ErrorCode::BadRequest, error.to_string())
}
