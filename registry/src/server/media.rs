//! What media type an answer has, by what the request accepts.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::Answer;
use crate::api::{CONTENT_TYPE, ErrorCode};

/// The types of answers, the preferred one first.
const PRODUCED: [&str; 3] = [CONTENT_TYPE, "application/vnd.schemaregistry+json", "application/json"];

/// Runs around every route that is there: 406 where the request accepts none of the types.
pub(super) async fn acceptable(request: Request, next: Next) -> Response {
    if chosen(&accepted(&request)).is_none() {
        return Answer::error(ErrorCode::Other(406), "HTTP 406 Not Acceptable").into_response();
    }
    next.run(request).await
}

/// Runs around everything: what has a body is of the type that the request likes best.
pub(super) async fn typed(request: Request, next: Next) -> Response {
    let chosen = chosen(&accepted(&request)).unwrap_or(CONTENT_TYPE);
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NO_CONTENT {
        // What is not there is of no type.
        response.headers_mut().remove(header::CONTENT_TYPE);
    } else {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(chosen));
    }
    response
}

fn accepted(request: &Request) -> String {
    let all = request.headers().get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    all.collect::<Vec<_>>().join(",")
}

/// The produced type of the highest quality; of equal ones the most preferred. Nothing said means anything.
fn chosen(accept: &str) -> Option<&'static str> {
    if accept.trim().is_empty() {
        return PRODUCED.first().copied();
    }
    let mut best: Option<(u32, &'static str)> = None;
    for produced in PRODUCED {
        let quality = accept.split(',').filter_map(|range| quality(range, produced)).max();
        if let Some(quality) = quality.filter(|quality| *quality > best.map_or(0, |(best, _)| best)) {
            best = Some((quality, produced));
        }
    }
    best.map(|(_, produced)| produced)
}

/// How much a media range likes a type, in thousandths, where it matches.
fn quality(range: &str, produced: &str) -> Option<u32> {
    let mut parts = range.split(';').map(str::trim);
    let wanted = parts.next()?;
    let matches =
        wanted == "*/*" || wanted.eq_ignore_ascii_case(produced) || wanted.eq_ignore_ascii_case("application/*");
    let said = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), thousandths);
    matches.then_some(said.unwrap_or(0))
}

fn thousandths(quality: &str) -> Option<u32> {
    let (whole, rest) = quality.split_once('.').unwrap_or((quality, ""));
    let rest = format!("{rest:0<3}").get(..3)?.parse::<u32>().ok()?;
    Some(whole.parse::<u32>().ok()?.min(1) * 1000 + rest).map(|all| all.min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_what_is_accepted_is_chosen() {
        for (accept, media) in [
            ("", Some(CONTENT_TYPE)),
            ("*/*", Some(CONTENT_TYPE)),
            ("application/json", Some("application/json")),
            ("application/json, */*;q=0.1", Some("application/json")),
            (
                "application/vnd.schemaregistry+json; q=0.9, application/json; q=0.5",
                Some("application/vnd.schemaregistry+json"),
            ),
            ("application/vnd.schemaregistry.v1+json,application/json; q=0.5", Some(CONTENT_TYPE)),
            ("text/html", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(chosen(accept), media, "{accept}");
        }
    }
}
