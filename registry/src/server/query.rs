use std::collections::HashMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::extract::Query as AxumQuery;
use axum::http::request::Parts;

use crate::store::Page;

/// The query of a request. As in other registries, a parameter that is not understood counts as absent.
#[derive(Default)]
pub(super) struct Query(HashMap<String, String>);

impl Query {
    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn page(&self) -> Page {
        // A negative limit means no limit.
        Page {
            offset: self.text("offset").parse().unwrap_or(0),
            limit: self.text("limit").parse().unwrap_or(usize::MAX),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let read = AxumQuery::<HashMap<String, String>>::from_request_parts(parts, state).await;
        Ok(Self(read.map(|AxumQuery(query)| query).unwrap_or_default()))
    }
}
