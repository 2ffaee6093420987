//! The proxies that may carry a request: their credentials, which no message may show, and the names they go by in messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Proxy, Url};

use super::address::{decode, is_loopback, read_url};
use super::error::{Error, ErrorKind};
use super::secret::Secret;
use super::signature::Basic;

/// The variables that may name a proxy, as [`reqwest`] reads them: the first of each line that is set.
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];

/// The proxies of a client.
#[derive(Default)]
pub(super) struct Proxies {
    /// The one that the builder was given.
    set: Option<Secret>,
    /// Those of the environment, by the names of their variables. They hold where none was given and a server is on another machine.
    variables: Vec<(&'static str, Secret)>,
}

impl Proxies {
    /// `variable` reads the environment.
    pub(super) fn new(set: Option<&Secret>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let names = HTTP.into_iter().chain(HTTPS).chain(ALL);
        let variables = names.filter_map(|name| Some((name, Secret::new(variable(name).filter(|v| !v.is_empty())?))));
        Self { set: set.cloned(), variables: variables.collect() }
    }

    /// Whatever a proxy may send back of its credentials: as they stand in its URL, decoded, and as its header has them. Also those of variables
    /// that count for nothing now: what is secret stays so.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let all = self.set.iter().chain(self.variables.iter().map(|(_, text)| text));
        all.flat_map(|text| credentials(text.reveal())).flat_map(|(user, password)| forms(user, password)).collect()
    }

    /// What a message says of the way to a server: nothing where no proxy is on it.
    pub(super) fn on_the_way_to(&self, url: &Url) -> String {
        if let Some(set) = &self.set {
            return format!(" through the proxy \"{}\"", bare(set.reveal()));
        }
        let own = if url.scheme() == "https" { HTTPS } else { HTTP };
        let named = own.into_iter().chain(ALL).find_map(|name| self.variables.iter().find(|(n, _)| *n == name));
        match named {
            Some((name, text)) if !is_loopback(url) => {
                format!(" through the proxy \"{}\" of {name} (unless NO_PROXY takes it out)", bare(text.reveal()))
            }
            _ => String::new(),
        }
    }
}

/// The proxy that was given, and whether it is spoken to by TLS.
pub(super) fn read_proxy(text: &Secret) -> Result<(Proxy, bool), Error> {
    // The text is not said: it may hold a password.
    let bad = |why: &dyn std::fmt::Display| {
        let message = format!("the proxy cannot be used: {why}; it should look like http://proxy:3128");
        Error::new(ErrorKind::Settings, message)
    };
    let (url, basic) = read_url(text.reveal()).map_err(|_| bad(&"its URL is no HTTP one"))?;
    let secure = url.scheme() == "https";
    let mut proxy = Proxy::all(url).map_err(|_| bad(&"its URL is no HTTP one"))?;
    if let Some(Basic { user, password }) = basic {
        proxy = proxy.basic_auth(&user, password.reveal());
    }
    Ok((proxy, secure))
}

/// Splits `http://user:password@host:1/path`, which may lack its scheme and is no URL that every parser takes: a password with a slash or an `@`
/// in it may be meant in two ways, and both are secret.
fn credentials(text: &str) -> Vec<(&str, &str)> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let infos = [authority(text), rest].into_iter().filter_map(|part| part.rsplit_once('@'));
    infos.map(|(info, _)| info.split_once(':').unwrap_or((info, ""))).collect()
}

/// `user:password@host:1`.
fn authority(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The proxy without its credentials. Of what is no URL, nothing that might be one of them.
fn bare(text: &str) -> String {
    let scheme = text.split_once("://").map_or("http", |(scheme, _)| scheme);
    let host = authority(text).rsplit('@').next().unwrap_or_default();
    let cut_within = text.contains('@') && !authority(text).contains('@');
    if cut_within { format!("{scheme}://...") } else { format!("{scheme}://{host}") }
}

fn forms(user: &str, password: &str) -> Vec<Secret> {
    let mut forms = Vec::new();
    for (user, password) in [(user.to_owned(), password.to_owned()), (decode(user), decode(password))] {
        let coded = STANDARD.encode(format!("{user}:{password}"));
        // With and without its padding.
        forms.push(Secret::new(coded.trim_end_matches('=')));
        forms.push(Secret::new(coded));
        // A user without a password is a key.
        let secret = if password.is_empty() { user } else { password };
        forms.extend(in_url(&secret).map(Secret::new));
        forms.push(Secret::new(secret));
    }
    forms
}

/// The text as URLs hold a password: not all of what may be encoded is.
fn in_url(text: &str) -> Option<String> {
    let mut url = Url::parse("http://proxy").ok()?;
    url.set_password(Some(text)).ok()?;
    url.password().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::secret::Secrets;

    fn of(name: &'static str, text: &'static str) -> Proxies {
        Proxies::new(None, move |asked| (asked == name).then(|| text.to_owned()))
    }

    #[test]
    fn credentials_are_known_in_every_form_and_from_every_place() {
        let coded = STANDARD.encode("pu:pr0xy!/w");
        let said =
            format!("Basic {coded} {} pr0xy!/w pr0xy%21%2Fw pr0xy%21%2fw pr0xy!%2Fw", coded.trim_end_matches('='));
        for text in
            ["http://pu:pr0xy%21%2Fw@proxy:3128/", "pu:pr0xy%21%2Fw@proxy:3128", "http://pu:pr0xy!/w@proxy:3128"]
        {
            let set = Proxies::new(Some(&Secret::new(text)), |_| None);
            let names = HTTP.into_iter().chain(HTTPS).chain(ALL);
            for proxies in names.map(|name| of(name, text)).chain([set]) {
                let clean = Secrets::new(&proxies.secrets()).scrub(&said);
                assert!(!clean.contains(&coded[..8]) && !clean.contains("pr0xy"), "{text}: {clean}");
            }
        }
        let key = Secrets::new(&of("HTTP_PROXY", "http://k3y-k3y@proxy").secrets());
        assert_eq!(key.scrub("k3y-k3y"), "***", "a user alone");
        assert!(of("HTTP_PROXY", "http://proxy:3128").secrets().is_empty());
    }

    #[test]
    fn a_proxy_is_named_without_its_credentials_where_it_is_on_the_way() {
        let (plain, tls) = (Url::parse("http://r:1").unwrap(), Url::parse("https://r:1").unwrap());
        let secure = of("https_proxy", "me:hunter2@proxy:1");
        assert_eq!(secure.on_the_way_to(&plain), "");
        assert!(secure.on_the_way_to(&tls).contains("\"http://proxy:1\" of https_proxy"));
        assert!(
            of("ALL_PROXY", "socks5://proxy:1").on_the_way_to(&plain).contains("\"socks5://proxy:1\" of ALL_PROXY")
        );
        assert_eq!(of("ALL_PROXY", "http://proxy").on_the_way_to(&Url::parse("http://localhost:1").unwrap()), "");
        for (text, shown) in [
            ("http://me:hunter2@proxy:3128/x", "http://proxy:3128"),
            ("https://proxy", "https://proxy"),
            ("http://me:hun/ter2@proxy:3128", "http://..."),
        ] {
            assert_eq!(bare(text), shown);
            let set = Proxies::new(Some(&Secret::new(text)), |_| None);
            assert_eq!(set.on_the_way_to(&plain), format!(" through the proxy \"{shown}\""));
        }
    }
}
