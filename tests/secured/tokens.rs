//! Logins with tokens: of the application's own function, and of an OAuth endpoint.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::mpsc;
use topika::client::{Sasl, Token};
use topika::topika_registry::client::OAuth;
use topika::{Client, ErrorKind};

use crate::broker::{PATIENCE, Sayings, Secured, writes_and_reads};

/// A token that nobody signed, as the broker takes it for tests.
pub(crate) fn unsigned(life: Duration) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = format!(r#"{{"sub":"ada","iat":{now},"exp":{}}}"#, now + life.as_secs());
    let coded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", coded(r#"{"alg":"none"}"#), coded(&claims))
}

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_function_gives_one_token_for_all_that_a_client_does() {
    let Some(kafka) = Secured::start("a_function_gives_one_token_for_all") else { return };
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let sasl = Sasl::token(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, std::io::Error>(Token::new(unsigned(HOUR), HOUR).principal("ada")) }
    });
    let client = kafka.client("token", sasl).build().unwrap();
    writes_and_reads(&client).await;
    // And on the thread of transactions.
    let mut transactions = client.transactions("tokens").await.unwrap();
    transactions.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_by_clients_that_do_nothing() {
    let Some(kafka) = Secured::start("a_token_is_renewed_before_it_ends") else { return };
    let life = Duration::from_secs(4);
    let (fetched, mut fetches) = mpsc::unbounded_channel();
    let sasl = Sasl::token(move || {
        fetched.send(()).ok();
        async move { Ok::<_, std::io::Error>(Token::new(unsigned(HOUR), life)) }
    });
    let client = kafka.client("renewed", sasl).build().unwrap();
    let _producer = client.producer::<Sayings>().await.unwrap();
    for _ in 0..4 {
        tokio::time::timeout(PATIENCE, fetches.recv()).await.unwrap().unwrap();
    }
    writes_and_reads(&client).await;
}

/// An endpoint that gives a token to whoever has the secret; the answers go on until the test ends.
fn endpoint() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut socket in listener.incoming().map_while(Result::ok) {
            let mut request = Vec::new();
            let mut part = [0; 4096];
            // The form is the last of it, and short.
            while !String::from_utf8_lossy(&request).contains("grant_type=client_credentials") {
                match socket.read(&mut part) {
                    Ok(read) if read > 0 => request.extend_from_slice(&part[..read]),
                    _ => break,
                }
            }
            let request = String::from_utf8_lossy(&request).into_owned();
            let good = request.contains(&base64::engine::general_purpose::STANDARD.encode("ada:secret-of-ada"));
            keep.lock().unwrap().push(request);
            let (status, body) = match good {
                true => (
                    "200 OK",
                    format!(r#"{{"access_token":"{}","token_type":"Bearer","expires_in":3600}}"#, unsigned(HOUR)),
                ),
                false => ("401 Unauthorized", r#"{"error":"invalid_client"}"#.to_owned()),
            };
            write!(
                socket,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
            .ok();
        }
    });
    (url, asked)
}

#[tokio::test]
async fn an_oauth_endpoint_gives_the_token_and_may_stand_in_properties() {
    let Some(kafka) = Secured::start("an_oauth_endpoint_gives_the_token") else { return };
    let (url, asked) = endpoint();
    let oauth = OAuth::client_credentials(&url, "ada", "secret-of-ada").scope("kafka");
    let client = kafka.client("oauth", Sasl::oauth(oauth)).build().unwrap();
    writes_and_reads(&client).await;
    let requests = asked.lock().unwrap().clone();
    assert!(requests.len() == 1 && requests[0].contains("scope=kafka"), "{requests:?}");
    let told = crate::broker::at(kafka.login(), "oidc")
        .kafka_tls(topika::client::Tls::ca_pem(&kafka.ca))
        .kafka_property("security.protocol", "sasl_ssl")
        .kafka_property("sasl.mechanism", "OAUTHBEARER")
        .kafka_property("sasl.oauthbearer.method", "oidc")
        .kafka_property("sasl.oauthbearer.token.endpoint.url", &url)
        .kafka_property("sasl.oauthbearer.client.id", "ada")
        .kafka_property("sasl.oauthbearer.client.secret", "secret-of-ada");
    writes_and_reads(&told.build().unwrap()).await;
}

async fn denied(client: &Client) -> String {
    let error = client.producer::<Sayings>().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Denied, false), "{error}");
    error.to_string()
}

#[tokio::test]
async fn a_token_that_is_not_had_or_not_taken_is_denied_with_the_reason() {
    let Some(kafka) = Secured::start("a_token_that_is_not_had_or_not_taken") else { return };
    let (url, _asked) = endpoint();
    let wrong = Sasl::oauth(OAuth::client_credentials(&url, "ada", "hunter2-wrong"));
    let said = denied(&kafka.client("denied", wrong).build().unwrap()).await;
    assert!(said.contains("invalid_client") && !said.contains("hunter2"), "{said}");
    let sealed = Sasl::token(|| async { Err::<Token, _>(std::io::Error::other("the vault is sealed")) });
    let said = denied(&kafka.client("denied", sealed).build().unwrap()).await;
    assert!(said.contains("the vault is sealed"), "{said}");
    let nonsense = Sasl::token(|| async { Ok::<_, std::io::Error>(Token::new("a.b.", HOUR)) });
    let said = denied(&kafka.client("denied", nonsense).build().unwrap()).await;
    assert!(said.contains("does not let this client in"), "{said}");
}
