//! How a row `[env.NAME]` reaches its registry, against a server that notes what it is asked.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use support::{Project, Run};

/// A registry without a subject, which also gives tokens; and the heads of the requests that it got.
fn server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    // It ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut request, mut buffer) = (stream.unwrap(), String::new(), [0; 4096]);
            while !request.contains("\r\n\r\n") {
                let read = stream.read(&mut buffer).unwrap();
                if read == 0 {
                    break;
                }
                request.push_str(&String::from_utf8_lossy(buffer.get(..read).unwrap()));
            }
            let body = match request.split(' ').nth(1).unwrap_or_default() {
                path if path.starts_with("/token") => {
                    r#"{"access_token":"tok-1","token_type":"Bearer","expires_in":300}"#
                }
                path if path.starts_with("/config") => r#"{"compatibilityLevel":"BACKWARD"}"#,
                _ => "[]",
            };
            notes.lock().unwrap().push(request);
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            stream.write_all(format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes()).unwrap();
        }
    });
    (url, seen)
}

/// Pulls from the environment whose row has these lines.
fn pulled(url: &str, lines: &str) -> Run {
    let project = Project::new();
    let env = format!("\n[env.test]\nregistry = \"{url}\"\n{}\n", lines.replace("URL", url));
    project.write("topika.toml", &(project.read("topika.toml") + &env));
    project.run_with(
        &["pull", "--env", "test"],
        &[("SR_SECRET", "s3cret"), ("SR_ID", "orders"), ("NO_PROXY", "127.0.0.1")],
    )
}

#[test]
fn a_token_is_fetched_with_the_clients_credentials_and_sent_with_what_the_cloud_asks_for() {
    let (url, seen) = server();
    let run = pulled(
        &url,
        "oauth = { url = \"URL/token\", client-id = { env = \"SR_ID\" }, client-secret = { env = \"SR_SECRET\" }, scope = \"registry\" }\n\
         target-cluster = \"lsrc-1\"\nidentity-pool = \"pool-1\"\ncontext = \"staging\"",
    );
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!run.out.contains("s3cret") && !run.err.contains("s3cret"), "{}{}", run.out, run.err);
    let seen = seen.lock().unwrap();
    let token = seen.iter().find(|request| request.starts_with("POST /token")).unwrap();
    // `orders:s3cret` as basic authentication has it.
    assert!(token.contains("Basic b3JkZXJzOnMzY3JldA=="), "{token}");
    let subjects = seen.iter().find(|request| request.starts_with("GET /subjects")).unwrap().to_lowercase();
    for part in
        ["authorization: bearer tok-1", "target-sr-cluster: lsrc-1", "confluent-identity-pool-id: pool-1", ".staging"]
    {
        assert!(subjects.contains(part), "{part}\n{subjects}");
    }
}

#[test]
fn a_token_of_the_environment_is_sent_as_it_is() {
    let (url, seen) = server();
    let run = pulled(&url, "token = { env = \"SR_SECRET\" }");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|request| request.to_lowercase().contains("authorization: bearer s3cret")), "{seen:?}");
    let run = pulled(&url, "token = { env = \"SR_NOBODY_SET_IT\" }");
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(run.err.contains("the variable SR_NOBODY_SET_IT is not set"), "{}", run.err);
}

#[test]
fn files_of_certificates_are_meant_from_the_projects_root_on() {
    let (url, _seen) = server();
    let project = Project::new();
    for (lines, file) in [
        ("ca-file = \"certs/ca.pem\"", "certs/ca.pem"),
        ("certificate-file = \"certs/me.pem\"\nkey-file = \"certs/me.key\"", "certs/me.pem"),
    ] {
        let env = format!("[env.test]\nregistry = \"{url}\"\n{lines}\n");
        project.write("topika.toml", &env);
        let folder = project.path().join("schemas");
        let run = support::run_in(&folder, &["pull", "--env", "test"], &[]);
        assert_eq!(run.code, 101, "{}{}", run.out, run.err);
        let whole = std::fs::canonicalize(project.path()).unwrap().join(file);
        assert!(run.err.contains(&whole.display().to_string()), "{}\n{}", whole.display(), run.err);
    }
}
