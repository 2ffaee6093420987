//! What answers that are none, or no success, mean.

use std::time::Duration;

use reqwest::Url;

use super::error::{Error, ErrorKind};
use super::exchange::{Answer, Failure};
use super::proxy::Proxies;
use super::secret::{Secrets, one_line};
use crate::api::{ErrorBody, ErrorCode};

/// How much of an answer that is none of the protocol's a message shows.
const SHOWN: usize = 120;

/// An answer that is no success. `name` is the call, such as `GET /subjects`; what the server sends back of our secrets is left out.
pub(super) fn refused(url: &Url, name: &str, answer: &Answer, secrets: &Secrets) -> Error {
    let (status, url) = (answer.status, shown(url));
    let said = serde_json::from_slice::<ErrorBody>(&answer.body).ok();
    let code = said.as_ref().map(|said| said.error_code).filter(|code| *code != 0).map(ErrorCode::from);
    let words = match (said, code) {
        (Some(said), Some(_)) => {
            format!("{} (error code {})", one_line(&secrets.scrub(&said.message)), said.error_code)
        }
        (Some(said), None) if !said.message.is_empty() => one_line(&secrets.scrub(&said.message)),
        _ => excerpt(&answer.body, secrets),
    };
    let (kind, message) = match (status, code) {
        (408 | 429 | 500 | 502 | 503 | 504, _) => (
            ErrorKind::Unavailable,
            format!("registry \"{url}\" cannot answer {name} now (status {status}): {words}; try again later"),
        ),
        (401 | 403, _) => (
            ErrorKind::Unauthorized,
            format!(
                "registry \"{url}\" refuses {name} (status {status}): {words}; check the user and password or the token"
            ),
        ),
        (300..=399, _) => {
            let location = one_line(&secrets.scrub(answer.location.as_deref().unwrap_or("nowhere")));
            (ErrorKind::Protocol, format!("registry \"{url}\" sends {name} on to {location}; use that URL"))
        }
        (_, Some(ErrorCode::Incompatible)) => {
            (ErrorKind::Incompatible, format!("registry \"{url}\" finds the schema incompatible: {words}"))
        }
        (_, Some(ErrorCode::InvalidSchema)) => {
            (ErrorKind::InvalidSchema, format!("registry \"{url}\" finds the schema invalid: {words}"))
        }
        // Gateways, and other makes, change the status and leave the code.
        (400..=499, Some(code)) if code != ErrorCode::NotFound && code.status() == 404 => {
            (ErrorKind::NotFound, format!("registry \"{url}\" does not have it: {words}"))
        }
        (404, _) => (
            ErrorKind::Protocol,
            format!(
                "registry \"{url}\" has no route {name}: {words}; is it a Schema Registry, and its path in the URL complete?"
            ),
        ),
        _ => (ErrorKind::Refused, format!("registry \"{url}\" refuses {name} (status {status}): {words}")),
    };
    Error::answered(kind, message, status, code, answer.retry_after)
}

/// A success whose body is nothing of the protocol.
pub(super) fn not_the_protocol(url: &Url, name: &str, why: &str, body: &[u8], secrets: &Secrets) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!(
            "registry \"{}\" answers {name} with something else than the protocol says ({}): {}; is it a Schema Registry?",
            shown(url),
            one_line(&secrets.scrub(why)),
            excerpt(body, secrets)
        ),
    )
}

/// No answer. `total` is how long the call may take with all its tries.
pub(super) fn failed(url: &Url, failure: &Failure, total: Duration, proxies: &Proxies) -> Error {
    let way = proxies.on_the_way_to(url);
    let url = shown(url);
    let (kind, message) = match failure {
        Failure::Unreached(why) => (
            ErrorKind::Unreachable,
            format!(
                "cannot reach registry \"{url}\"{way}: {why}; is it running? set SCHEMA_REGISTRY_URL or the builder's url to where it listens"
            ),
        ),
        Failure::Broken(why) => (
            ErrorKind::Unreachable,
            format!(
                "the answer of registry \"{url}\"{way} broke off: {why}; it may be starting anew, or something on the way cuts its answers; try again later"
            ),
        ),
        Failure::Late => (
            ErrorKind::Timeout,
            format!("registry \"{url}\" did not answer in time{way}; is it overloaded, or the URL another service's?"),
        ),
        Failure::Over => (
            ErrorKind::Timeout,
            format!("registry \"{url}\" did not answer within {total:?}, all tries together; is it overloaded?"),
        ),
        Failure::TooLarge(most) => (
            ErrorKind::TooLarge,
            format!("registry \"{url}\" answers with more than {most} bytes; is it a Schema Registry?"),
        ),
    };
    Error::new(kind, message)
}

/// The URL without the slash that every parser adds.
pub(super) fn shown(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// The beginning of a body, in one line.
pub(super) fn excerpt(body: &[u8], secrets: &Secrets) -> String {
    // Far more than is shown, so that white space counts for nothing, and far less than a hostile body may have.
    let begin = body.get(..SHOWN * 16);
    let clean = match begin {
        Some(begin) => secrets.scrub_cut(&String::from_utf8_lossy(begin)),
        None => secrets.scrub(&String::from_utf8_lossy(body)),
    };
    let line = one_line(&clean);
    match line.char_indices().nth(SHOWN) {
        None if line.is_empty() => "(nothing)".to_owned(),
        None => line,
        Some((at, _)) => format!("{}...", line.get(..at).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after: None, location: None, body: body.as_bytes().to_vec() }
    }

    fn none() -> Secrets {
        Secrets::new([])
    }

    fn url() -> Url {
        Url::parse("http://registry:8081/").unwrap()
    }

    #[test]
    fn both_numbers_for_incompatible_and_every_retriable_status_have_their_kind() {
        for body in [r#"{"error_code":409,"message":"why"}"#, r#"{"error_code":40901,"message":"why"}"#] {
            let error = refused(&url(), "POST /x", &answer(409, body), &none());
            assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Incompatible, false), "{error}");
            let number: String = body.chars().filter(char::is_ascii_digit).collect();
            assert!(error.to_string().ends_with(&format!("why (error code {number})")), "{error}");
        }
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(refused(&url(), "GET /x", &answer(status, ""), &none()).is_retriable(), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 413, 422, 501] {
            assert!(!refused(&url(), "GET /x", &answer(status, ""), &none()).is_retriable(), "{status}");
        }
    }

    #[test]
    fn words_of_others_are_one_short_line() {
        let long = format!("a\u{1b}[31m\r\n{}", "b ".repeat(1_000_000));
        let shown = excerpt(long.as_bytes(), &none());
        assert!(shown.starts_with("a [31m b b") && shown.len() <= SHOWN + 3, "{shown}");
        let error = refused(&url(), "GET /x", &answer(500, "{\"error_code\":50001,\"message\":\"a\\nb\"}"), &none());
        assert!(error.to_string().contains("a b (error code 50001)"), "{error}");
        let error = refused(&url(), "GET /x", &answer(422, r#"{"message":"why","error_code":0}"#), &none());
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, None));
        assert!(error.to_string().ends_with("(status 422): why"), "{error}");
        assert_eq!(excerpt(b"", &none()), "(nothing)");
    }
}
