use std::fmt::Write as _;

use reqwest::{Method, Url};
use serde::Serialize;

use super::error::{Error, ErrorKind};

/// A call before it has a server: the path as segments, so that a subject may hold any character.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    pub(super) body: Option<Vec<u8>>,
    /// A longer answer is not read.
    pub(super) most: usize,
}

/// The longest answer with one schema: what registries take is far shorter.
const MOST_OF_ONE: usize = 16 * 1024 * 1024;
/// The longest answer that is a list.
const MOST_OF_MANY: usize = 256 * 1024 * 1024;

impl Call {
    pub(super) fn new(method: Method, segments: &[&str]) -> Result<Self, Error> {
        let mut path = String::new();
        for segment in segments {
            // A URL cannot hold such a segment in any spelling: it means another path.
            if segment.is_empty() || *segment == "." || *segment == ".." {
                return Err(Error::new(
                    ErrorKind::Settings,
                    format!("\"{segment}\" cannot be a subject: no URL can name it"),
                ));
            }
            path.push('/');
            encode(segment, &mut path);
        }
        Ok(Self { method, path, query: Vec::new(), body: None, most: MOST_OF_ONE })
    }

    pub(super) fn get(segments: &[&str]) -> Result<Self, Error> {
        Self::new(Method::GET, segments)
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// A flag that is only said where it is set.
    pub(super) fn flag(self, name: &'static str, set: bool) -> Self {
        if set { self.query(name, "true") } else { self }
    }

    /// The answer is a list, of which there may be much.
    pub(super) fn many(mut self) -> Self {
        self.most = MOST_OF_MANY;
        self
    }

    pub(super) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let bytes = serde_json::to_vec(body)
            .map_err(|error| Error::new(ErrorKind::Protocol, format!("the request cannot be written: {error}")))?;
        self.body = Some(bytes);
        Ok(self)
    }

    pub(super) fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        url.set_path(&format!("{}{}", base.path().trim_end_matches('/'), self.path));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    /// `GET /subjects/a`, for messages.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, section 2.3.
pub(super) fn encode(segment: &str, out: &mut String) {
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_may_hold_any_character() {
        let call =
            Call::get(&["subjects", "a/b c?%ü", "versions"]).unwrap().flag("deleted", true).flag("normalize", false);
        let url = call.url(&Url::parse("http://h/apis/ccompat/v7/").unwrap());
        assert_eq!(url.as_str(), "http://h/apis/ccompat/v7/subjects/a%2Fb%20c%3F%25%C3%BC/versions?deleted=true");
        assert_eq!(call.name(), "GET /subjects/a%2Fb%20c%3F%25%C3%BC/versions");
    }

    #[test]
    fn a_subject_that_no_url_can_name_is_refused() {
        for subject in ["", ".", ".."] {
            assert_eq!(Call::get(&["subjects", subject]).unwrap_err().kind(), ErrorKind::Settings);
        }
    }
}
