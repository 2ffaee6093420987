//! Basic authentication.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::Answer;
use crate::api::ErrorCode;

/// The realm that Confluent's documentation sets up.
const CHALLENGE: &str = "Basic realm=\"SchemaRegistry-Props\"";

/// Who may use a server, and by which password. Passwords are never printed.
///
/// ```
/// use topika_registry::server::Users;
///
/// let users = Users::parse("ann:secret\n# a comment\nbob: with spaces ")?;
/// assert_eq!(format!("{users:?}"), r#"Users(["ann", "bob"])"#);
/// assert!(Users::parse("ann").is_err());
/// # Ok::<(), topika_registry::server::UsersError>(())
/// ```
#[derive(Clone, Default)]
pub struct Users(BTreeMap<String, String>);

impl Users {
    /// One user.
    pub fn one(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self::default().and(name, password)
    }

    /// One user more; a name that is there gets the new password.
    #[must_use]
    pub fn and(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.0.insert(name.into(), password.into());
        self
    }

    /// Reads lines of `name:password`; empty lines, those that begin with `#`, and a byte order mark say nothing.
    ///
    /// # Errors
    /// When a line has no colon or no name, or no line says anything. The error names the line, never what stands in it.
    pub fn parse(text: &str) -> Result<Self, UsersError> {
        let mut users = Self::default();
        // Editors of Windows begin a file with it; it is of nobody's name.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            match line.split_once(':') {
                Some((name, password)) if !name.is_empty() => users = users.and(name, password),
                _ => return Err(UsersError(Some(at + 1))),
            }
        }
        if users.0.is_empty() { Err(UsersError(None)) } else { Ok(users) }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn know(&self, name: &str, password: &str) -> bool {
        // Everyone is compared with, and every byte, so that the time says nothing about a name or a password.
        self.0.iter().fold(false, |known, (user, secret)| known | (same(user, name) & same(secret, password)))
    }
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Users({:?})", self.0.keys().collect::<Vec<_>>())
    }
}

/// Why a list of users cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersError(Option<usize>);

impl fmt::Display for UsersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, "line {line} of the users is no `name:password`"),
            None => write!(f, "the list of users is empty; write a line of `name:password` for each"),
        }
    }
}

impl std::error::Error for UsersError {}

pub(super) async fn authenticated(State(users): State<Arc<Users>>, request: Request, next: Next) -> Response {
    if credentials(request.headers()).is_some_and(|(name, password)| users.know(&name, &password)) {
        return next.run(request).await;
    }
    let mut response = Answer::error(ErrorCode::Other(401), "Unauthorized").into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
    response
}

fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let said = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = said.split_once(' ')?;
    let token = scheme.eq_ignore_ascii_case("basic").then_some(token.trim())?;
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let differing = (0..one.len().max(other.len())).fold(0_u8, |seen, at| {
        let byte = |text: &[u8]| text.get(at).copied().unwrap_or_default();
        seen | (byte(one) ^ byte(other))
    });
    (differing == 0) & (one.len() == other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_as_clients_send_them() {
        let read = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            credentials(&headers)
        };
        let ann = Some(("ann".to_owned(), "s:cret".to_owned()));
        assert_eq!(read("Basic YW5uOnM6Y3JldA=="), ann);
        assert_eq!(read("basic YW5uOnM6Y3JldA=="), ann);
        assert_eq!(read("Bearer YW5uOnM6Y3JldA=="), None);
        assert_eq!(read("Basic !"), None);
        assert_eq!(credentials(&HeaderMap::new()), None);
    }

    #[test]
    fn a_name_goes_with_its_own_password_only() {
        let users = Users::one("ann", "a").and("bob", "b");
        assert!(users.know("ann", "a") && users.know("bob", "b"));
        assert!(!users.know("ann", "b") && !users.know("ann", "") && !users.know("", ""));
        assert_eq!(users.len(), 2);
    }

    #[test]
    fn a_bad_line_is_named_and_not_shown() {
        let said = Users::parse("ann:a\nsecret").unwrap_err().to_string();
        assert!(said.contains("line 2") && !said.contains("secret"), "{said}");
        assert!(Users::parse("# nobody\n").unwrap_err().to_string().contains("empty"));
    }
}
