//! Requests in the name of a context (`/contexts/.a/subjects/s`), and of subjects that go by another name, as requests for the real ones.

use axum::extract::{Request, State};
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::Answer;
use super::path::NO_TEXT;
use super::state::StoreHandle;
use super::uri::{decoded, encoded, pairs, query};
use crate::api::ErrorCode;

/// Runs before the routes: they see the path with full names.
pub(super) async fn rewritten(State(store): State<StoreHandle>, mut request: Request, next: Next) -> Response {
    let (path, asked) = (request.uri().path(), request.uri().query().unwrap_or_default());
    match rewrite(path, asked, |subject| store.read(|s| s.alias(subject))) {
        Ok(None) => {}
        Ok(Some(target)) => match target.parse::<Uri>() {
            Ok(uri) => *request.uri_mut() = uri,
            Err(error) => {
                return Answer::error(ErrorCode::BadRequest, format!("the path cannot be read: {error}"))
                    .into_response();
            }
        },
        Err(message) => return Answer::error(ErrorCode::BadRequest, message).into_response(),
    }
    next.run(request).await
}

/// Where a request leads, if elsewhere than it says.
fn rewrite(path: &str, asked: &str, alias: impl Fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    let mut segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
    // A slash at the end means nothing.
    if segments.len() > 1 && segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    let mut wanted = pairs(asked);
    if let [first, context, rest @ ..] = segments.as_slice()
        && first == "contexts"
    {
        let prefix = prefix_of(&decoded(context).ok_or(NO_TEXT)?)?;
        let rest = rest.to_vec();
        segments = within(&prefix, rest, context);
        put_in_query(&prefix, &segments, &mut wanted);
    }
    for at in 1..segments.len() {
        if segments.get(at - 1).is_some_and(|before| before == "subjects")
            && let Some(segment) = segments.get_mut(at)
            && let Some(subject) = decoded(segment).and_then(|name| alias(&name))
        {
            *segment = encoded(&subject);
        }
    }
    if segments.first().is_some_and(|first| first == "schemas") {
        for (_, value) in wanted.iter_mut().filter(|(name, _)| name == "subject") {
            if let Some(subject) = alias(value) {
                *value = subject;
            }
        }
    }
    let target = format!("/{}", segments.join("/"));
    let target = if wanted.is_empty() { target } else { format!("{target}?{}", query(&wanted)) };
    let unchanged = target.split('?').next() == Some(path) && wanted == pairs(asked);
    Ok((!unchanged).then_some(target))
}

/// The path behind a context, its subjects with the context before them.
fn within(prefix: &str, rest: Vec<String>, context: &str) -> Vec<String> {
    if rest.is_empty() {
        return vec!["contexts".to_owned(), if prefix.is_empty() { context.to_owned() } else { encoded(prefix) }];
    }
    let mut segments: Vec<String> = Vec::with_capacity(rest.len() + 1);
    let settings = matches!(rest.first().map(String::as_str), Some("config" | "mode"));
    let alone = settings && rest.len() == 1;
    for (at, segment) in rest.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| rest.get(before)).map(String::as_str);
        let names = before == Some("subjects") || (at == 1 && settings);
        let full = decoded(segment).is_some_and(|name| names_a_context(&name));
        segments.push(if names && !full { encoded(prefix) + segment } else { segment.clone() });
    }
    if alone && !prefix.is_empty() {
        segments.push(encoded(prefix));
    }
    segments
}

/// Lists and look-ups by id take the context from their query.
fn put_in_query(prefix: &str, segments: &[String], wanted: &mut Vec<(String, String)>) {
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let name = match path.as_slice() {
        ["schemas", "ids", ..] => "subject",
        ["schemas" | "subjects"] => "subjectPrefix",
        _ => return,
    };
    if !wanted.iter().any(|(said, _)| said == name) {
        wanted.push((name.to_owned(), String::new()));
    }
    for (_, value) in wanted.iter_mut().filter(|(said, value)| said == name && !names_a_context(value)) {
        value.insert_str(0, prefix);
    }
}

fn names_a_context(name: &str) -> bool {
    name.starts_with(":.") || name.starts_with(":*:")
}

/// `a`, `.a` and `:.a:` are the same context, `.` is the default one, whose names have no prefix.
fn prefix_of(context: &str) -> Result<String, String> {
    let bare = context.strip_prefix(':').unwrap_or(context);
    let bare = bare.strip_suffix(':').unwrap_or(bare);
    if bare.contains(':') {
        return Err("Context name cannot contain a colon".to_owned());
    }
    let bare = bare.strip_prefix('.').unwrap_or(bare);
    Ok(if bare.is_empty() { String::new() } else { format!(":.{bare}:") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(path: &str) -> String {
        let (path, asked) = path.split_once('?').unwrap_or((path, ""));
        let alias = |subject: &str| (subject == "short").then(|| "long/name".to_owned());
        rewrite(path, asked, alias).unwrap().unwrap_or_else(|| "as it is".to_owned())
    }

    #[test]
    fn a_context_in_the_path_goes_before_the_subjects() {
        assert_eq!(led("/contexts/.a/subjects/s/versions"), "/subjects/:.a:s/versions");
        assert_eq!(led("/contexts/:.a:/subjects/a%2Fb"), "/subjects/:.a:a%2Fb");
        assert_eq!(led("/contexts/a/compatibility/subjects/s/versions/1"), "/compatibility/subjects/:.a:s/versions/1");
        assert_eq!(led("/contexts/.a/subjects/:.b:s"), "/subjects/:.b:s");
        assert_eq!(led("/contexts/.a/config/s"), "/config/:.a:s");
        assert_eq!(led("/contexts/.a/mode"), "/mode/:.a:");
        assert_eq!(led("/contexts/./config"), "/config");
        assert_eq!(led("/contexts/./subjects"), "/subjects?subjectPrefix=");
        assert_eq!(led("/contexts/.a"), "/contexts/:.a:");
        assert_eq!(led("/contexts/.a/subjects?deleted=true"), "/subjects?deleted=true&subjectPrefix=:.a:");
        assert_eq!(led("/contexts/.a/schemas?subjectPrefix=o"), "/schemas?subjectPrefix=:.a:o");
        assert_eq!(led("/contexts/.a/schemas/ids/1"), "/schemas/ids/1?subject=:.a:");
        assert_eq!(led("/contexts/.a/schemas/types"), "/schemas/types");
        assert!(rewrite("/contexts/a%3Ab/subjects", "", |_| None).is_err());
    }

    #[test]
    fn an_alias_is_replaced_by_its_subject() {
        assert_eq!(led("/subjects/short/versions/1"), "/subjects/long%2Fname/versions/1");
        assert_eq!(led("/schemas/ids/1?subject=short"), "/schemas/ids/1?subject=long%2Fname");
        assert_eq!(led("/config/short"), "as it is");
    }

    #[test]
    fn other_requests_stay_as_they_are_but_for_a_slash_at_the_end() {
        for path in ["/", "/contexts", "/subjects", "/subjects/a%20b?x=1+2", "/config/s"] {
            assert_eq!(led(path), "as it is", "{path}");
        }
        assert_eq!(led("/subjects/"), "/subjects");
    }
}
