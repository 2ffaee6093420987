use std::net::IpAddr;

use reqwest::Url;

use super::error::{Error, ErrorKind};
use super::secret::Secret;
use super::signature::Basic;

/// The URL of a server without credentials, and the credentials that stood in it.
pub(super) fn read_url(text: &str) -> Result<(Url, Option<Basic>), Error> {
    // The text is not said: it may hold a password.
    let bad = |why: &dyn std::fmt::Display| {
        let message = format!("a registry URL cannot be used: {why}; it should look like http://localhost:8081");
        Error::new(ErrorKind::Settings, message)
    };
    let mut url = Url::parse(text).map_err(|error| bad(&error))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad(&format_args!("its scheme is \"{}\"", url.scheme())));
    }
    let (user, password) = (decode(url.username()), url.password().map(decode));
    // A user without a password is one whose password is empty.
    let is_there = !user.is_empty() || password.is_some();
    let basic = is_there.then(|| Basic { user, password: Secret::new(password.unwrap_or_default()) });
    // Cannot fail for a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Ok((url, basic))
}

/// Undoes percent-encoding; what is no UTF-8 then stays as it was.
pub(super) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(decoded) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(decoded);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether a URL leads to this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_out_of_a_url_and_decoded() {
        let (url, basic) = read_url("http://me:hunter%322@localhost:1/base?x=1#y").unwrap();
        let basic = basic.unwrap();
        assert_eq!(url.as_str(), "http://localhost:1/base");
        assert_eq!((basic.user.as_str(), basic.password.reveal()), ("me", "hunter22"));
        assert_eq!(decode("%zz%"), "%zz%");
        let alone = read_url("http://key@localhost").unwrap().1.unwrap();
        assert_eq!((alone.user.as_str(), alone.password.reveal()), ("key", ""));
        assert!(read_url("http://localhost:1").unwrap().1.is_none());
    }

    #[test]
    fn loopback_is_known_in_all_its_spellings() {
        for url in ["http://localhost:1", "http://127.0.0.2", "http://[::1]:8081"] {
            assert!(is_loopback(&Url::parse(url).unwrap()), "{url}");
        }
        assert!(!is_loopback(&Url::parse("http://registry.internal").unwrap()));
    }
}
