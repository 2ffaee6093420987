//! What `cargo topika plan` and `push` do where a registry refuses one version: all that does not stand on it is done.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};
use support::{PLAN, PUSH, Project};
use topika_contract::compat::Level;
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

const CONTRACT: &str = "schemas/a/x.contract.json";
const X: &str = "a.x-value";

fn record(namespace: &str, name: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<Value> = fields.iter().map(|(name, of)| json!({ "name": name, "type": of })).collect();
    json!({ "type": "record", "name": name, "namespace": namespace, "fields": fields }).to_string()
}

/// A rule set that is one where its mode is a mode of rules.
fn rules(mode: &str) -> String {
    json!({ "ruleSet": { "domainRules": [{ "name": "mask", "kind": "TRANSFORM", "mode": mode, "type": "CEL" }] } })
        .to_string()
}

/// A project of two events that have nothing to do with each other, and its registry.
async fn project() -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    // As if it was locked before rules were looked at.
    let row = format!(
        "[project]\nlevel = \"BACKWARD\"\n[rules]\n\"event/rule-set\" = \"allow\"\n[env.test]\nregistry = \"{}\"\n",
        server.url()
    );
    project.write("topika.toml", &row);
    project.write("schemas/a/x.avsc", &record("a", "X", &[("id", "string")]));
    project.write("schemas/b/y.avsc", &record("b", "Y", &[("id", "string")]));
    (project, server, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_the_registry_refuses_is_told_and_hinders_nothing_else() {
    let (project, _server, client) = project().await;
    project.clean(&["lock"]);
    project.clean(PUSH);
    project.write(CONTRACT, &rules("ALWAYS"));
    project.write("schemas/b/y.avsc", &record("b", "Y", &[]));
    project.clean(&["lock"]);

    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = format!("drift     version 2 of {X} cannot be registered: ");
    assert!(run.out.contains(&told) && run.out.contains("ALWAYS"), "what the registry says: {}", run.out);
    assert!(run.out.contains("register  b.y-value  version 2\n"), "{}", run.out);
    assert!(!run.out.contains(&format!("register  {X}")), "{}", run.out);
    let document = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&document.out).unwrap();
    let schema: Value = serde_json::from_str(&project.clean(&["schema", "plan"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    assert_eq!(document.pointer("/drift/0/kind"), Some(&Value::from("refused")));
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "a version of ours is not there: {}{}", run.out, run.err);
    assert!(run.err.contains("error: 1 version not registered: "), "{}", run.err);
    assert!(run.err.contains(&told[10..]) && run.out.contains("but for 1 difference"), "{}{}", run.out, run.err);
    assert_eq!(client.versions("b.y-value").await.unwrap(), [1, 2]);

    // A further version takes its place, and nothing has to be done any more.
    project.write(CONTRACT, &rules("READ"));
    project.clean(&["lock"]);
    let run = project.clean(PUSH);
    assert!(run.out.contains(&format!("register  {X}  version 3  id ")), "{}", run.out);
    let run = project.clean(PLAN);
    assert!(run.out.contains(&told) && run.out.contains("; version 3 takes its place"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_version_that_the_registry_refuses_is_left_out_once_there_is_a_second_one() {
    let (project, _server, client) = project().await;
    project.write(CONTRACT, &rules("ALWAYS"));
    project.clean(&["lock"]);
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.err.contains(&format!("error: version 1 of {X} was not registered: ")), "{}", run.err);
    assert!(run.err.contains("error: 1 step not done: 1 refused\n"), "{}", run.err);
    assert_eq!(client.subjects().await.unwrap(), ["b.y-value"], "the other one has nothing to do with it");

    project.write(CONTRACT, &rules("READ"));
    project.clean(&["lock"]);
    let run = project.clean(PUSH);
    assert!(run.out.contains(&format!("register  {X}  version 2  id 2")), "{}", run.out);
    assert!(run.err.contains(&format!("note: version 1 of {X} was not registered: ")), "{}", run.err);
    assert!(run.out.contains("but for 1 difference"), "{}", run.out);
    let run = project.clean(PLAN);
    assert!(run.out.contains("; version 2 takes its place"), "{}", run.out);
    assert_eq!(client.versions(X).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_a_refused_version_waits_and_everything_else_is_done() {
    let (project, _server, client) = project().await;
    project.write("schemas/types/money.avsc", &record("types", "Money", &[("cents", "long")]));
    project.write("schemas/b/z.avsc", &record("b", "Z", &[("price", "types.Money")]));
    project.clean(&["lock"]);
    // The second version of the first event, the shared type and what refers to it.
    project.write("schemas/a/x.avsc", &record("a", "X", &[]));
    project.clean(&["lock"]);
    for (subject, namespace, name) in [(X, "a", "X"), ("types.Money", "types", "Money")] {
        client.set_level(Some(subject), Level::Backward).await.unwrap();
        client.register(subject, &NewSchema::avro(record(namespace, name, &[("q", "int")]))).await.unwrap();
    }
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    for refused in [X, "types.Money"] {
        assert!(run.err.contains(&format!("error: version 1 of {refused} was not registered: ")), "{}", run.err);
    }
    for waits in [&format!("version 2 of {X} was not registered"), "version 1 of b.z-value was not registered"] {
        assert!(!run.err.contains(waits), "it is not asked for: {}", run.err);
    }
    assert!(run.err.contains("error: 4 steps not done: 2 refused, 2 behind\n"), "{}", run.err);
    assert!(
        run.out.contains("register  b.y-value  version 1  id ") && !run.out.contains("as topika.lock says"),
        "{}",
        run.out
    );
    assert_eq!(client.versions("b.y-value").await.unwrap(), [1]);
    assert!(project.read("schemas/.history/ids.test.toml").contains("b.y-value"), "what was done is kept");
    assert!(client.versions("b.z-value").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_prune_deletes_is_deleted_before_it_hinders_a_version_of_ours() {
    let (project, _server, client) = project().await;
    project.clean(&["lock"]);
    client.set_level(Some(X), Level::Backward).await.unwrap();
    client.register(X, &NewSchema::avro(record("a", "X", &[("id", "int")]))).await.unwrap();
    assert_eq!(project.run(PUSH).code, 100, "one refuses the other");
    let run = project.clean(&["push", "--env", "test", "--prune", "--yes"]);
    assert!(run.out.starts_with(&format!("delete    {X}  version 1\nDeleted 1 version")), "{}", run.out);
    assert!(run.out.contains(&format!("register  {X}  version 1  id ")), "{}", run.out);
    assert!(run.out.contains(" is as topika.lock says\n"), "{}", run.out);
    let there = client.latest(X).await.unwrap();
    assert_eq!((there.version, &there.schema), (2, &record("a", "X", &[("id", "string")])));
    project.clean(PLAN);
}

/// Stands before a registry and forbids the registration of one subject. The address; it listens as long as the test runs.
fn forbidding(server: &Server, subject: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, to) = (format!("http://{}", listener.local_addr().unwrap()), server.url().replace("http://", ""));
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let (mut connection, to) = (connection.unwrap(), to.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(connection.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                        break;
                    }
                    let (name, value) = line.split_once(':').unwrap_or_default();
                    if name.eq_ignore_ascii_case("content-length") {
                        length = value.trim().parse().unwrap();
                    }
                    head += &line;
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                if head.starts_with(&format!("POST /subjects/{subject}/versions")) {
                    let answer = "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
                    connection.write_all(answer.as_bytes()).unwrap();
                    return;
                }
                let mut there = TcpStream::connect(to).unwrap();
                write!(there, "{head}connection: close\r\n\r\n").unwrap();
                there.write_all(&body).unwrap();
                std::io::copy(&mut there, &mut connection).ok();
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_does_not_let_us_in_ends_the_push_and_what_was_refused_before_is_told() {
    let (project, server, client) = project().await;
    project.write("schemas/c/z.avsc", &record("c", "Z", &[]));
    project.clean(&["lock"]);
    client.set_level(Some(X), Level::Backward).await.unwrap();
    client.register(X, &NewSchema::avro(record("a", "X", &[("id", "int")]))).await.unwrap();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &manifest.replace(&server.url(), &forbidding(&server, "b.y-value")));
    let run = project.run(PUSH);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(run.err.contains(&format!("error: version 1 of {X} was not registered: ")), "{}", run.err);
    assert!(run.err.contains("error: version 1 of b.y-value was not registered: "), "{}", run.err);
    assert!(run.err.contains("; 3 steps not done\n  help: say who asks in [env.test]"), "{}", run.err);
    assert_eq!(client.subjects().await.unwrap(), [X], "nothing is asked of it any more");
}
