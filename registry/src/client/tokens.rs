use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::backoff::pause;
use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use super::exchange::{Answer, Exchange, Failure, Request, within};
use super::flight::SingleFlight;
use super::oauth::OAuth;
use super::proxy::Proxies;
use super::refusal::excerpt;
use super::request::encode;
use super::secret::{Secret, Secrets};
use super::signature::{Basic, Token};

/// A token answer is short.
const MOST_BYTES: usize = 1024 * 1024;
/// How long the endpoint is waited for while the old token still serves, and after how long it is asked again then.
const PATIENCE: Duration = Duration::from_secs(5);

/// The token of a client, and how the next one is had.
pub(super) struct Tokens {
    settings: OAuth,
    proxies: Arc<Proxies>,
    url: Url,
    kept: Mutex<Option<Kept>>,
    flight: SingleFlight<(), Token>,
    request_timeout: Duration,
    retries: u32,
}

struct Kept {
    token: Token,
    /// `None`: the endpoint said nothing of an end.
    life: Option<Life>,
}

#[derive(Clone, Copy)]
struct Life {
    renew_at: Instant,
    ends_at: Instant,
}

enum Look {
    Good(Token),
    /// It still serves, and whoever got this answer is the one to renew it.
    Due(Token),
    None,
}

impl Tokens {
    pub(super) fn new(
        settings: OAuth,
        proxies: Arc<Proxies>,
        request_timeout: Duration,
        retries: u32,
    ) -> Result<Self, Error> {
        let bad = |why: &dyn std::fmt::Display| {
            let message =
                format!("the token endpoint cannot be used: {why}; it should look like https://host/oauth2/token");
            Error::new(ErrorKind::Settings, message)
        };
        let url = Url::parse(&settings.token_url).map_err(|error| bad(&error))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(bad(&format_args!("its scheme is \"{}\"", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(&"its URL holds a user; give the client id and secret instead"));
        }
        Ok(Self {
            settings,
            proxies,
            url,
            kept: Mutex::default(),
            flight: SingleFlight::new(),
            request_timeout,
            retries,
        })
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// A token that is good now.
    pub(super) async fn token(&self, exchange: &dyn Exchange, deadline: Deadline) -> Result<Token, Error> {
        match self.look(true) {
            Look::Good(token) => return Ok(token),
            Look::Due(token) => {
                return match self.fetch(exchange, deadline.at_most(PATIENCE)).await {
                    Ok(fresh) => Ok(fresh),
                    Err(error) => {
                        tracing::warn!(%error, "the token cannot be renewed yet; the one there is serves on");
                        Ok(token)
                    }
                };
            }
            Look::None => {}
        }
        self.flight
            .run(&(), deadline, async || match self.look(false) {
                Look::Good(token) | Look::Due(token) => Ok(token),
                Look::None => self.fetch(exchange, deadline).await,
            })
            .await
    }

    /// A server did not take this token.
    pub(super) fn refused(&self, token: &Token) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Who refuses an older one tells nothing about the one there is.
        if kept.as_ref().is_some_and(|kept| kept.token == *token) {
            *kept = None;
        }
    }

    /// How long the token that is kept is good from now on; `None` where the endpoint said nothing of an end.
    pub(super) fn left(&self) -> Option<Duration> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Some(kept.as_ref()?.life?.ends_at.saturating_duration_since(Instant::now()))
    }

    fn look(&self, renews: bool) -> Look {
        let now = Instant::now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Kept { token, life }) = kept.as_mut() else { return Look::None };
        match life {
            Some(life) if now >= life.ends_at => Look::None,
            Some(life) if now >= life.renew_at && renews => {
                // Meanwhile the others go on with the old one.
                life.renew_at = now.checked_add(PATIENCE).unwrap_or(life.ends_at);
                Look::Due(token.clone())
            }
            _ => Look::Good(token.clone()),
        }
    }

    /// Asks the endpoint until it answers or the deadline is near, and keeps the token.
    async fn fetch(&self, exchange: &dyn Exchange, deadline: Deadline) -> Result<Token, Error> {
        let mut retry = 0;
        loop {
            let asked_at = Instant::now();
            let error = match self.ask(exchange, deadline).await {
                Ok(granted) => {
                    let token = Token { value: Secret::new(granted.access_token) };
                    let life = granted.expires_in.and_then(|life| Life::of(asked_at, life));
                    let kept = Kept { token: token.clone(), life };
                    *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
                    return Ok(token);
                }
                Err(error) => error,
            };
            let pause = error.retry_after().unwrap_or_else(|| pause(retry));
            if !error.is_retriable() || retry >= self.retries || pause >= deadline.remaining() {
                return Err(error);
            }
            tracing::debug!(%error, ?pause, "the token endpoint is asked again");
            sleep(pause).await;
            retry += 1;
        }
    }

    async fn ask(&self, exchange: &dyn Exchange, deadline: Deadline) -> Result<Granted, Error> {
        let answer = within(exchange, self.request()?, self.request_timeout, deadline)
            .await
            .map_err(|failure| self.failed(&failure, deadline))?;
        if !(200..300).contains(&answer.status) {
            return Err(self.refusal(&answer));
        }
        // The body of a success is never shown: it may hold a token that this client does not understand.
        let granted: Granted = serde_json::from_slice(&answer.body)
            .map_err(|_| self.not_understood("its answer holds no \"access_token\""))?;
        match &granted.token_type {
            Some(kind) if !kind.eq_ignore_ascii_case("bearer") => {
                Err(self.not_understood("its token is of another type than \"bearer\""))
            }
            _ => Ok(granted),
        }
    }

    fn request(&self) -> Result<Request, Error> {
        let OAuth { client_id, secret, scopes, parameters, in_body, .. } = &self.settings;
        let mut form = vec![("grant_type", "client_credentials")];
        let scope = scopes.join(" ");
        if !scope.is_empty() {
            form.push(("scope", &scope));
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if *in_body {
            form.push(("client_id", client_id));
            form.push(("client_secret", secret.reveal()));
        } else {
            headers.insert(AUTHORIZATION, self.basic().sign()?.header);
        }
        form.extend(parameters.iter().map(|(name, value)| (name.as_str(), value.reveal())));
        let pairs: Vec<String> =
            form.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let body = Some(pairs.join("&").into_bytes());
        Ok(Request { method: Method::POST, url: self.url.clone(), headers, body, most: MOST_BYTES })
    }

    /// The client's id and secret as the header has them.
    fn basic(&self) -> Basic {
        let OAuth { client_id, secret, .. } = &self.settings;
        Basic { user: encoded(client_id), password: Secret::new(encoded(secret.reveal())) }
    }

    /// What of a request no message may show.
    fn secrets(&self) -> Secrets {
        let header = self.basic().sign().map(|signature| signature.secrets).unwrap_or_default();
        let parameters = self.settings.parameters.iter().map(|(_, value)| value);
        Secrets::new(header.iter().chain(parameters).chain(&self.proxies.secrets()).chain([&self.settings.secret]))
    }

    fn failed(&self, failure: &Failure, deadline: Deadline) -> Error {
        let shown = self.shown();
        match failure {
            Failure::Unreached(why) => Error::new(
                ErrorKind::Unreachable,
                format!(
                    "cannot reach the token endpoint \"{shown}\"{}: {why}; is its URL right?",
                    self.proxies.on_the_way_to(&self.url)
                ),
            ),
            Failure::Broken(why) => Error::new(
                ErrorKind::Unreachable,
                format!(
                    "the answer of the token endpoint \"{shown}\"{} broke off: {why}; try again later",
                    self.proxies.on_the_way_to(&self.url)
                ),
            ),
            Failure::Late => {
                Error::new(ErrorKind::Timeout, format!("the token endpoint \"{shown}\" did not answer in time"))
            }
            Failure::Over => {
                let total = deadline.total();
                let message =
                    format!("the token endpoint \"{shown}\" did not answer within {total:?}, all tries together");
                Error::new(ErrorKind::Timeout, message)
            }
            Failure::TooLarge(most) => self.not_understood(&format!("it answers with more than {most} bytes")),
        }
    }

    fn refusal(&self, answer: &Answer) -> Error {
        #[derive(Default, Deserialize)]
        struct Said {
            #[serde(default)]
            error: String,
            #[serde(default)]
            error_description: String,
        }
        let (status, shown) = (answer.status, self.shown());
        let Said { error, error_description } = serde_json::from_slice(&answer.body).unwrap_or_default();
        let words: Vec<_> = [error, error_description].into_iter().filter(|words| !words.is_empty()).collect();
        let words = excerpt(words.join(": ").as_bytes(), &self.secrets());
        let (kind, message) = if matches!(status, 408 | 429 | 500..=599) {
            let message = format!("the token endpoint \"{shown}\" cannot answer now (status {status}): {words}");
            (ErrorKind::Unavailable, message)
        } else {
            let message = format!(
                "the token endpoint \"{shown}\" gives no token (status {status}): {words}; check the client's id, secret and scope"
            );
            (ErrorKind::Unauthorized, message)
        };
        Error::answered(kind, message, status, None, answer.retry_after)
    }

    fn not_understood(&self, why: &str) -> Error {
        let message = format!("\"{}\" is no token endpoint that can be used: {why}", self.shown());
        Error::new(ErrorKind::Protocol, message)
    }

    /// The endpoint without its query, which may hold a key.
    fn shown(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.to_string()
    }
}

/// RFC 6749, section 5.1.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    token_type: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
}

/// Some endpoints write the number as text.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    let number = value.and_then(|value| match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    });
    Ok(number.and_then(whole))
}

/// A part of a second is left out; what is over already is a life of nothing. More than any clock can say is no end.
fn whole(seconds: f64) -> Option<Duration> {
    if seconds <= 0.0 { Some(Duration::ZERO) } else { Duration::try_from_secs_f64(seconds.floor()).ok() }
}

impl Life {
    fn of(begin: Instant, life: Duration) -> Option<Self> {
        let renew_at = begin.checked_add(life.saturating_mul(4) / 5)?;
        Some(Self { renew_at, ends_at: begin.checked_add(life)? })
    }
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::script::{Script, Turn, down, good, say};
    use crate::client::{Client, ClientBuilder};

    const HOUR: Duration = Duration::from_secs(3_600);

    fn builder() -> ClientBuilder {
        oauth(OAuth::client_credentials("https://idp/token", "me", "hunter2").scope("a b").parameter("audience", "x&y"))
    }

    fn oauth(oauth: OAuth) -> ClientBuilder {
        Client::builder().url("http://a").oauth(oauth)
    }

    fn asks_token(request: &Request) -> bool {
        request.url.host_str() == Some("idp")
    }

    /// Token number `n`, which lives an hour.
    fn token(n: usize) -> Turn {
        say(200, format!(r#"{{"access_token":"tok3n{n}","token_type":"Bearer","expires_in":3600}}"#))
    }

    /// How often the token endpoint was asked.
    fn fetches(script: &Script) -> usize {
        script.asked().iter().filter(|asked| asked.contains("//idp/")).count()
    }

    /// Each token has the number of the request that brought it.
    fn idp() -> std::sync::Arc<Script> {
        Script::new(|request, n| if asks_token(request) { token(n) } else { good() })
    }

    #[tokio::test(start_paused = true)]
    async fn the_token_request_is_that_of_the_rfc() {
        let script = idp();
        script.client(builder()).schema(1).await.unwrap();
        assert_eq!(script.asked(), ["POST https://idp/token", "GET http://a/schemas/ids/1"]);
        assert_eq!(script.headers("authorization"), ["Basic bWU6aHVudGVyMg==", "Bearer tok3n0"]);
        assert_eq!(script.bodies()[0], "grant_type=client_credentials&scope=a%20b&audience=x%26y");
        let script = idp();
        let in_body = OAuth::client_credentials("https://idp/token", "m&e", "hunter2").credentials_in_body();
        script.client(oauth(in_body)).schema(1).await.unwrap();
        assert_eq!(script.headers("authorization")[0], "");
        assert_eq!(script.bodies()[0], "grant_type=client_credentials&client_id=m%26e&client_secret=hunter2");
    }

    #[tokio::test(start_paused = true)]
    async fn however_many_calls_begin_at_once_one_token_is_fetched() {
        let script = Script::new(|request, n| match asks_token(request) {
            true => Turn::After(Duration::from_secs(1), Box::new(token(n))),
            false => good(),
        });
        let client = script.client(builder());
        let tasks: Vec<_> = (0..50)
            .map(|id| {
                let client = client.clone();
                tokio::spawn(async move { client.schema(id).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!((fetches(&script), script.count()), (1, 51));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_it_ends_and_serves_on_while_that_fails() {
        let script = Script::new(|request, n| match asks_token(request) {
            true if n == 2 => down(),
            true => token(n),
            false => good(),
        });
        let client = script.client(builder().retries(0));
        client.schema(1).await.unwrap();
        tokio::time::advance(HOUR * 4 / 5).await;
        client.schema(2).await.unwrap();
        client.schema(3).await.unwrap();
        assert_eq!(fetches(&script), 2, "a renewal that fails is not tried again with each call");
        tokio::time::advance(PATIENCE).await;
        client.schema(4).await.unwrap();
        let sent: Vec<_> =
            script.headers("authorization").into_iter().filter(|sent| sent.starts_with("Bearer")).collect();
        assert_eq!(sent, ["Bearer tok3n0", "Bearer tok3n0", "Bearer tok3n0", "Bearer tok3n5"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_has_ended_is_never_sent() {
        let script = Script::new(|request, n| match asks_token(request) {
            true if n == 0 => token(n),
            true => down(),
            false => good(),
        });
        let client = script.client(builder());
        client.schema(1).await.unwrap();
        tokio::time::advance(HOUR).await;
        let error = client.schema(2).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
        assert!(error.to_string().contains("https://idp/token"), "{error}");
        assert_eq!(script.asked().iter().filter(|asked| asked.contains("//a/")).count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_the_registry_refuses_is_fetched_anew_once_for_all_calls() {
        let script = Script::new(|request, n| match request.headers["authorization"].to_str().unwrap() {
            _ if asks_token(request) => Turn::After(Duration::from_secs(1), Box::new(token(n))),
            "Bearer tok3n0" => say(401, ""),
            _ => good(),
        });
        let client = script.client(builder());
        let tasks: Vec<_> = (0..20)
            .map(|id| {
                let client = client.clone();
                tokio::spawn(async move { client.schema(id).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!((fetches(&script), script.count()), (2, 42));
        let script = Script::new(|request, n| if asks_token(request) { token(n) } else { say(401, "no") });
        let error = script.client(builder()).schema(1).await.unwrap_err();
        assert_eq!((error.kind(), fetches(&script), script.count()), (ErrorKind::Unauthorized, 2, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_that_comes_late_costs_no_token_that_came_meanwhile() {
        let script = Script::new(|request, n| match request.headers["authorization"].to_str().unwrap() {
            _ if asks_token(request) => token(n),
            "Bearer tok3n0" => {
                let late = Duration::from_secs(if request.url.path().ends_with("/1") { 0 } else { 5 });
                Turn::After(late, Box::new(say(401, "")))
            }
            _ => good(),
        });
        let client = script.client(builder());
        let late = tokio::spawn({
            let client = client.clone();
            async move { client.schema(2).await }
        });
        tokio::task::yield_now().await;
        client.schema(1).await.unwrap();
        late.await.unwrap().unwrap();
        assert_eq!((fetches(&script), script.count()), (2, 6));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_endpoint_that_is_away_is_asked_again_under_the_deadline_of_the_call() {
        let flaps = Script::new(|request, n| match asks_token(request) {
            true if n < 2 => say(503, ""),
            true => token(n),
            false => good(),
        });
        flaps.client(builder()).schema(1).await.unwrap();
        let hangs = Script::new(|_, _| Turn::Hang);
        let begun = Instant::now();
        let error = hangs.client(builder().total_timeout(Duration::from_secs(15))).schema(1).await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed()), (ErrorKind::Timeout, Duration::from_secs(15)), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_endpoint_refuses_is_told_without_secrets() {
        for (turn, kind, word) in [
            (
                r#"401 {"error":"invalid_client","error_description":"no client with hunter2"}"#,
                ErrorKind::Unauthorized,
                "invalid_client: no client with ***",
            ),
            (
                r#"400 {"error":"you sent Basic bWU6aHVudGVyMg== and client_secret=hunter2&audience=x%26y"}"#,
                ErrorKind::Unauthorized,
                "you sent Basic *** and client_secret=***&audience=***",
            ),
            ("400 tok3n", ErrorKind::Unauthorized, "(nothing)"),
            (r#"200 {"token":"tok3n"}"#, ErrorKind::Protocol, "access_token"),
            (r#"200 {"access_token":"tok3n","token_type":"mac"}"#, ErrorKind::Protocol, "bearer"),
            ("200 tok3n", ErrorKind::Protocol, "access_token"),
        ] {
            let script = Script::new(move |_, _| say(turn[..3].parse().unwrap(), &turn[4..]));
            let error = script.client(builder()).schema(1).await.unwrap_err();
            let said = format!("{error:?}");
            assert_eq!((error.kind(), script.count()), (kind, 1), "{said}");
            assert!(said.contains(word) && !said.contains("hunter2") && !said.contains("tok3n"), "{said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_that_was_encoded_on_the_way_is_not_shown_either() {
        for in_body in [false, true] {
            let oauth_of = OAuth::client_credentials("https://idp/token", "me", "hunter2&\"t w o\"");
            let oauth_of = if in_body { oauth_of.credentials_in_body() } else { oauth_of };
            let script = Script::new(|request, _| {
                let header = request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
                let body = String::from_utf8(request.body.clone().unwrap()).unwrap();
                say(400, serde_json::json!({ "error_description": format!("{body} {header:?}") }).to_string())
            });
            let said = script.client(oauth(oauth_of)).schema(1).await.unwrap_err().to_string();
            assert!(said.contains("***") && !said.contains("hunter2") && !said.contains("bWU6"), "{said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_life_may_be_text_and_may_be_missing() {
        for (life, fetched) in [
            (r#","expires_in":"3600""#, 2),
            (r#","expires_in":2.5"#, 2),
            (r#","expires_in":"2.5""#, 2),
            (r#","expires_in":0"#, 2),
            (r#","expires_in":-1"#, 2),
            ("", 1),
            (r#","expires_in":null"#, 1),
        ] {
            let script = Script::new(move |request, _| match asks_token(request) {
                true => say(200, format!(r#"{{"access_token":"tok3n"{life}}}"#)),
                false => good(),
            });
            let client = script.client(builder());
            client.schema(1).await.unwrap();
            tokio::time::advance(HOUR).await;
            client.schema(2).await.unwrap();
            assert_eq!(fetches(&script), fetched, "{life}");
        }
    }
}
