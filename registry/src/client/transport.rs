use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::auth::Signer;
use super::backoff::pause;
use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use super::exchange::{Exchange, Request, within};
use super::proxy::Proxies;
use super::refusal::{failed, not_the_protocol, refused, shown};
use super::request::Call;
use super::secret::{Secret, Secrets};
use super::servers::{Server, Servers};
use super::signature::Signature;
use crate::api;

/// How calls are carried.
pub(super) struct Limits {
    /// One try.
    pub(super) request: Duration,
    /// A call with everything.
    pub(super) total: Duration,
    /// Rounds over all servers after the first.
    pub(super) retries: u32,
}

/// The headers of every request, and what of them is secret.
pub(super) struct Headers {
    pub(super) map: HeaderMap,
    pub(super) secrets: Vec<Secret>,
}

/// Carries calls to one of several servers, with retries under one deadline.
pub(super) struct Transport {
    pub(super) exchange: Arc<dyn Exchange>,
    pub(super) servers: Servers,
    pub(super) signer: Signer,
    pub(super) proxies: Arc<Proxies>,
    pub(super) headers: Headers,
    pub(super) limits: Limits,
}

/// Why a call has no answer from one server.
enum Stop {
    /// Another server, or the same one later, may do better.
    Here(Error),
    /// No server will.
    Everywhere(Error),
}

impl Transport {
    /// The deadline of a call that begins now.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::after(self.limits.total)
    }

    /// Sends a call that begins now, and reads the answer.
    pub(super) async fn send<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        self.send_by(call, self.deadline()).await
    }

    pub(super) async fn send_by<T: DeserializeOwned>(&self, call: &Call, deadline: Deadline) -> Result<T, Error> {
        self.deliver(call, deadline, |body| serde_json::from_slice(body).map_err(|error| error.to_string())).await
    }

    /// Sends a call whose answer is bare text.
    pub(super) async fn text(&self, call: &Call) -> Result<String, Error> {
        let read = |body: &[u8]| std::str::from_utf8(body).map(str::to_owned).map_err(|error| error.to_string());
        self.deliver(call, self.deadline(), read).await
    }

    /// Sends a call whose answer is read in a way of its own.
    pub(super) async fn deliver<T>(
        &self,
        call: &Call,
        deadline: Deadline,
        read: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<T, Error> {
        let mut round = 0;
        loop {
            let mut failures = Vec::new();
            for server in self.servers.in_order() {
                match self.ask(call, server, deadline, &read).await {
                    Ok(answer) => {
                        server.answered();
                        return Ok(answer);
                    }
                    Err(Stop::Everywhere(error)) => return Err(error),
                    Err(Stop::Here(error)) => {
                        // A route that is not there says nothing against the server: it may have all others.
                        if error.status() != Some(404) {
                            server.failed(error.retry_after());
                        }
                        tracing::debug!(%error, "a registry does not answer");
                        failures.push((server, error));
                        if deadline.is_over() {
                            return Err(summary(failures));
                        }
                    }
                }
            }
            // A server that gives something else than the protocol will not give the protocol a moment later.
            let waits = failures.iter().filter(|(_, error)| error.is_retriable());
            let wait = waits.map(|(_, error)| error.retry_after().unwrap_or_else(|| pause(round))).min();
            match wait {
                Some(wait) if round < self.limits.retries && wait < deadline.remaining() => sleep(wait).await,
                _ => return Err(summary(failures)),
            }
            round += 1;
        }
    }

    async fn ask<T>(
        &self,
        call: &Call,
        server: &Server,
        deadline: Deadline,
        read: &impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<T, Stop> {
        let url = &server.url;
        let mut renewed = false;
        loop {
            let signature = self.signer.sign(server.auth.as_ref(), self.exchange.as_ref(), deadline).await;
            let signature = signature.map_err(Stop::Everywhere)?;
            let request = self.request(call, server, signature.as_ref());
            let answer = within(self.exchange.as_ref(), request, self.limits.request, deadline)
                .await
                .map_err(|failure| Stop::Here(failed(url, &failure, deadline.total(), &self.proxies)))?;
            if answer.status == 401 && !renewed && self.signer.refused(signature.as_ref()) {
                renewed = true;
                continue;
            }
            if (200..300).contains(&answer.status) {
                return read(&answer.body).map_err(|why| {
                    let secrets = self.secrets(signature.as_ref());
                    Stop::Here(not_the_protocol(url, &call.name(), &why, &answer.body, &secrets))
                });
            }
            let error = refused(url, &call.name(), &answer, &self.secrets(signature.as_ref()));
            // Something in the registry's place speaks for itself alone: another server may be one.
            if error.is_retriable() || (error.kind() == ErrorKind::Protocol && error.code().is_none()) {
                return Err(Stop::Here(error));
            }
            server.answered();
            return Err(Stop::Everywhere(error));
        }
    }

    fn request(&self, call: &Call, server: &Server, signature: Option<&Signature>) -> Request {
        let mut headers = self.headers.map.clone();
        headers.insert(ACCEPT, HeaderValue::from_static(api::CONTENT_TYPE));
        if call.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(api::CONTENT_TYPE));
        }
        if let Some(signature) = signature {
            headers.insert(AUTHORIZATION, signature.header.clone());
        }
        let url = call.url(&server.url);
        Request { method: call.method.clone(), url, headers, body: call.body.clone(), most: call.most }
    }

    /// What of a request no message may show.
    fn secrets(&self, signature: Option<&Signature>) -> Secrets {
        let signed = signature.map(|signature| signature.secrets.as_slice()).unwrap_or_default();
        Secrets::new(self.headers.secrets.iter().chain(signed))
    }
}

/// One error for all servers of a round. Where one of them may answer later, the whole may.
fn summary(mut failures: Vec<(&Server, Error)>) -> Error {
    let worst = failures.iter().rposition(|(_, error)| error.is_retriable()).or(failures.len().checked_sub(1));
    let Some(worst) = worst else {
        return Error::new(ErrorKind::Settings, "no registry is set, and none was wanted: it cannot be asked");
    };
    let (_, error) = failures.remove(worst);
    if failures.is_empty() {
        return error;
    }
    let others: Vec<String> = failures
        .iter()
        .map(|(server, error)| {
            let why =
                error.status().map_or_else(|| format!("{:?}", error.kind()).to_lowercase(), |s| format!("status {s}"));
            format!("\"{}\" ({why})", shown(&server.url))
        })
        .collect();
    error.reworded(format!("{}; the others failed too: {}", error.message(), others.join(", ")))
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("servers", &self.servers).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::NewSchema;
    use crate::client::script::{Script, Turn, down, good, say, wait};
    use crate::client::{Client, ClientBuilder, OAuth};

    fn one() -> ClientBuilder {
        Client::builder().url("http://a")
    }

    fn two() -> ClientBuilder {
        Client::builder().url("http://a,http://b")
    }

    fn host(request: &Request) -> &str {
        request.url.host_str().unwrap()
    }

    fn now() -> tokio::time::Instant {
        tokio::time::Instant::now()
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_url_is_asked_at_once_for_every_error_that_passes() {
        for status in [0, 408, 429, 500, 502, 503, 504] {
            let script = Script::new(move |request, _| match host(request) {
                "a" if status == 0 => down(),
                "a" => say(status, ""),
                _ => good(),
            });
            let client = script.client(two().retries(0));
            let begun = now();
            client.schema(1).await.unwrap();
            assert_eq!(script.asked(), ["GET http://a/schemas/ids/1", "GET http://b/schemas/ids/1"], "{status}");
            assert_eq!(begun.elapsed(), Duration::ZERO, "{status}: no pause between servers");
            client.schema(2).await.unwrap();
            assert_eq!(script.asked().last().unwrap(), "GET http://b/schemas/ids/2", "{status}: it is remembered");
            assert_eq!(script.count(), 3);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_well_again_is_asked_first_again() {
        let script = Script::new(|request, n| if host(request) == "a" && n == 0 { down() } else { good() });
        let client = script.client(two());
        for id in 1..=2 {
            client.schema(id).await.unwrap();
        }
        tokio::time::advance(Duration::from_secs(2)).await;
        client.schema(3).await.unwrap();
        let hosts: String = script.asked().iter().map(|asked| &asked[11..12]).collect();
        assert_eq!(hosts, "abba");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_hangs_holds_up_one_call_and_not_all() {
        let script = Script::new(|request, _| if host(request) == "a" { Turn::Hang } else { good() });
        let client = script.client(two());
        let begun = now();
        client.schema(0).await.unwrap();
        assert_eq!(begun.elapsed(), Duration::from_secs(10), "one try");
        let begun = now();
        let tasks: Vec<_> = (1..=50)
            .map(|id| {
                let client = client.clone();
                tokio::spawn(async move { client.schema(id).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert_eq!(script.asked().iter().filter(|asked| asked.contains("//a/")).count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn rounds_are_bounded_and_every_server_is_asked_in_each() {
        let script = Script::new(|_, _| down());
        let client = script.client(Client::builder().url("http://a,http://b,http://c").retries(2));
        let error = client.schema(1).await.unwrap_err();
        assert_eq!((error.kind(), script.count()), (ErrorKind::Unreachable, 9));
        let said = error.to_string();
        assert!(
            said.contains("\"http://a\"") && said.contains("\"http://b\"") && said.contains("\"http://c\""),
            "{said}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_with_jitter_and_stay_under_the_deadline() {
        let script = Script::new(|_, _| down());
        let begun = now();
        script.client(one().retries(4)).schema(1).await.unwrap_err();
        // 100, 200, 400 and 800 ms, each between half and whole.
        assert!(begun.elapsed() >= Duration::from_millis(750) && begun.elapsed() <= Duration::from_millis(1_504));

        let script = Script::new(|_, _| down());
        let begun = now();
        let client = script.client(one().retries(u32::MAX).total_timeout(Duration::from_secs(20)));
        let error = client.schema(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "the cause, not the clock: {error}");
        assert!(begun.elapsed() <= Duration::from_secs(20) && script.count() < 40, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn one_deadline_holds_for_all_tries_together() {
        let script = Script::new(|_, _| Turn::Hang);
        let client = script.client(two().total_timeout(Duration::from_secs(25)));
        let begun = now();
        let error = client.schema(1).await.unwrap_err();
        assert_eq!((error.kind(), begun.elapsed()), (ErrorKind::Timeout, Duration::from_secs(25)), "{error}");
        assert!(error.to_string().contains("25s"), "{error}");
        let slow = Script::new(|_, _| Turn::Hang);
        let client = slow.client(one().request_timeout(Duration::from_secs(1)).retries(1));
        assert_eq!(client.schema(1).await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(slow.count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_that_a_registry_asks_for_is_kept_within_the_deadline() {
        let script = Script::new(|_, n| if n == 0 { wait(429, 7) } else { good() });
        let begun = now();
        script.client(one()).schema(1).await.unwrap();
        assert_eq!((begun.elapsed(), script.count()), (Duration::from_secs(7), 2));
        // The last is more than any clock can say.
        for seconds in [30, 3_600, u64::MAX] {
            let script = Script::new(move |_, _| wait(503, seconds));
            let begun = now();
            let error = script.client(one()).schema(1).await.unwrap_err();
            assert_eq!((error.status(), begun.elapsed(), script.count()), (Some(503), Duration::ZERO, 1));
        }
        let script = Script::new(|_, _| good());
        script.client(one().total_timeout(Duration::MAX).request_timeout(Duration::MAX)).schema(1).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_registry_that_flaps_is_asked_until_it_answers() {
        let script = Script::new(|_, n| match n % 4 {
            0 => down(),
            1 => say(500, "<html>"),
            2 => say(503, r#"{"error_code":50004,"message":"no leader"}"#),
            _ => good(),
        });
        let client = script.client(one());
        for id in 0..20 {
            client.schema(id).await.unwrap();
        }
        assert_eq!(script.count(), 80);
    }

    #[tokio::test(start_paused = true)]
    async fn garbage_is_named_and_asked_for_again_elsewhere_but_not_later() {
        for garbage in ["<html>hello</html>", "", "{\"schema\":\"\\\"str", "[1]", "{\"schema\":7}"] {
            let script = Script::new(move |_, _| say(200, garbage));
            let error = script.client(one()).schema(1).await.unwrap_err();
            assert_eq!((error.kind(), script.count()), (ErrorKind::Protocol, 1), "{error}");
            let script = Script::new(move |request, _| if host(request) == "a" { say(200, garbage) } else { good() });
            script.client(two()).schema(1).await.unwrap();
            assert_eq!(script.count(), 2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_stands_in_the_place_of_one_server_does_not_speak_for_the_next() {
        for (status, body) in [(404, "<html>no such page</html>"), (404, ""), (302, "<html>please log in</html>")] {
            let script = Script::new(move |request, _| if host(request) == "a" { say(status, body) } else { good() });
            script.client(two()).schema(1).await.unwrap();
            assert_eq!(script.asked(), ["GET http://a/schemas/ids/1", "GET http://b/schemas/ids/1"], "{status}");
        }
        // A registry's own word holds for all of them.
        let script = Script::new(|_, _| say(404, r#"{"error_code":40403,"message":"Schema not found"}"#));
        script.client(two()).schema(1).await.unwrap_err();
        assert_eq!(script.count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_to_another_question_is_told() {
        let version = r#"{"subject":"s","id":1,"version":2,"schema":"\"int\""}"#;
        let script = Script::new(move |_, _| say(200, version));
        let error = script.client(one()).version("s", 1).await.unwrap_err();
        assert!(error.to_string().contains("version 2") && error.kind() == ErrorKind::Protocol, "{error}");
        let other = NewSchema { id: Some(7), ..NewSchema::avro("\"int\"") };
        let error = script.client(one()).register("s", &other).await.unwrap_err();
        assert!(error.to_string().contains("another id"), "{error}");
        let guid = api::Guid([1; 16]);
        let script = Script::new(move |_, _| say(200, format!(r#"{{"schema":"x","guid":"{}"}}"#, api::Guid([2; 16]))));
        assert_eq!(script.client(one()).schema_by_guid(guid).await.unwrap_err().kind(), ErrorKind::Protocol);
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_go_to_the_server_that_they_were_given_for() {
        let script = Script::new(|_, _| down());
        let urls = || Client::builder().url("http://me:hunter2@a,http://b").retries(0);
        script.client(urls()).schema(1).await.unwrap_err();
        script.client(urls().bearer_auth("tok3n")).schema(1).await.unwrap_err();
        let basic = "Basic bWU6aHVudGVyMg==";
        assert_eq!(script.headers("authorization"), [basic, "", "Bearer tok3n", "Bearer tok3n"]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_server_sends_back_of_our_secrets_is_not_shown() {
        for status in [200, 302, 401, 404, 422, 500] {
            for words in [
                "that is hunter2  too, {sent} and k3y!".to_owned(),
                // What is cut, laid out or in JSON was a secret before.
                format!("{} {{sent}}", "<p>".repeat(27)),
                format!("{}{{sent}} hunter2  too", " ".repeat(1_900)),
                r#"{"error_code":40401,"message":"hunter2  too {sent} k3y!"}"#.to_owned(),
                r#"{"message":"hunter2  too {sent} k3y!"}"#.to_owned(),
                r#"{"schema":{"hunter2  too":"{sent} k3y!"}}"#.to_owned(),
            ] {
                let script = Script::new(move |request, _| {
                    let sent = request.headers["authorization"].to_str().unwrap().to_owned();
                    say(status, words.replace("{sent}", &sent))
                });
                let client = one().basic_auth("me", "hunter2  too").header("x-api-key", "k3y!").retries(0);
                let error = script.client(client).schema(1).await.unwrap_err();
                let said = format!("{error} {error:?}");
                for secret in ["hunter2", "bWU6", "k3y!"] {
                    assert!((status == 302 || said.contains("***")) && !said.contains(secret), "{status}: {said}");
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_proxy_that_is_down_is_named_without_its_credentials() {
        let script = Script::new(|_, _| down());
        let proxied = || one().proxy("http://me:hunter2@proxy:3128").retries(0);
        let oauth = OAuth::client_credentials("http://t/token", "me", "hunter2");
        for (builder, whom) in [(proxied(), "registry \"http://a\""), (proxied().oauth(oauth), "\"http://t/token\"")] {
            let said = script.client(builder).schema(1).await.unwrap_err().to_string();
            assert!(said.contains(&format!("{whom} through the proxy \"http://proxy:3128\": ")), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_proxy_sends_back_of_its_credentials_is_not_shown() {
        let proxied = || one().proxy("http://pu:pr0xy%21pw@proxy:3128").retries(0);
        let oauth = OAuth::client_credentials("http://t/token", "me", "hunter2");
        for builder in [proxied(), proxied().oauth(oauth)] {
            // A refusal as proxies write it, and one as a token endpoint would.
            for words in ["auth Basic {} pr0xy!pw pr0xy%21pw", r#"{"error":"auth Basic {} pr0xy!pw pr0xy%21pw"}"#] {
                let script = Script::new(move |_, _| say(407, words.replace("{}", "cHU6cHIweHkhcHc=")));
                let error = script.client(builder.clone()).schema(1).await.unwrap_err();
                let said = format!("{error} {error:?}");
                assert!(said.contains("407") && !said.contains("cHU6") && !said.contains("pr0xy"), "{said}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn own_headers_go_with_every_request() {
        let script = Script::new(|_, _| good());
        let client =
            script.client(one().target_sr_cluster("lsrc-1").identity_pool("pool-1").header("X-Team", "orders"));
        client.schema(1).await.unwrap();
        for (name, value) in
            [("target-sr-cluster", "lsrc-1"), ("confluent-identity-pool-id", "pool-1"), ("x-team", "orders")]
        {
            assert_eq!(script.headers(name), [value]);
        }
        assert_eq!(script.headers("accept"), [api::CONTENT_TYPE]);
    }
}
