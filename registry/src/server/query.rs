use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::answer::Answer;
use super::uri::pairs;
use crate::store::{Deleted, Format, Page};

/// The query of a request. As in other registries, a flag that is not `true` counts as false.
#[derive(Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(said, _)| said == name).map(|(_, value)| value.as_str())
    }

    /// The subject that an id is asked for under.
    pub(super) fn subject(&self) -> Option<&str> {
        self.get("subject")
    }

    pub(super) fn format(&self) -> Format {
        Format::parse(self.get("format").unwrap_or_default())
    }

    /// Whether references are asked for with their contexts.
    pub(super) fn qualified(&self) -> bool {
        self.get("referenceFormat").is_some_and(|format| format.trim().eq_ignore_ascii_case("qualified"))
    }

    pub(super) fn deleted(&self) -> Deleted {
        if self.flag("deletedOnly") {
            Deleted::Only
        } else if self.flag("deleted") {
            Deleted::Shown
        } else {
            Deleted::Hidden
        }
    }

    /// The part of a list that is asked for, at most `most`. What is no number leads nowhere.
    pub(super) fn page(&self, most: usize) -> Result<Page, Answer> {
        let number = |name, default: i32| match self.get(name) {
            None | Some("") => Ok(default),
            Some(said) => said.parse::<i32>().map_err(|_| Answer::not_found()),
        };
        let (offset, limit) = (number("offset", 0)?, number("limit", -1)?);
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=most).contains(limit));
        Ok(Page { offset: usize::try_from(offset).unwrap_or(0), limit: limit.unwrap_or(most) })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(pairs(parts.uri.query().unwrap_or_default())))
    }
}
