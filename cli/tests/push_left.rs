//! What `cargo topika plan` and `push` leave behind, and say so: closed subjects and registries, and what no push mends.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use serde_json::Value;
use support::{Project, order};
use topika_contract::compat::Level;
use topika_registry::api::{Mode, NewSchema};
use topika_registry::client::Client;
use topika_registry::server::Server;

const MONEY: &str = r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"}]}"#;
const PLAN: &[&str] = &["plan", "--env", "test"];
const PUSH: &[&str] = &["push", "--env", "test"];

/// A project of an event that stands on a shared type, and of one that stands on nothing, locked.
async fn project() -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let project = Project::new();
    let row = format!("\n[env.test]\nregistry = \"{}\"\n", server.url());
    project.write("topika.toml", &(project.read("topika.toml") + &row));
    project.write("schemas/types/money.avsc", MONEY);
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    project.write("schemas/crm/joined.avsc", r#"{"type":"record","name":"Joined","namespace":"crm","fields":[]}"#);
    project.clean(&["lock"]);
    (project, server, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_in_a_closed_subject_wait_with_all_that_stands_on_them_and_the_rest_is_done() {
    let (project, _server, client) = project().await;
    client.set_mode(Some("types.Money"), Mode::Readonly).await.unwrap();
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}", run.out);
    let told = "drift     types.Money takes no registration: its mode is READONLY; 3 steps wait for it";
    assert!(run.out.lines().any(|line| line == told), "{}", run.out);
    let steps: Vec<&str> =
        run.out.lines().filter(|line| line.starts_with("level") || line.starts_with("register")).collect();
    let open = [
        "level     crm.joined-value  BACKWARD -> BACKWARD_TRANSITIVE",
        "level     orders-value  BACKWARD -> BACKWARD_TRANSITIVE",
        "register  crm.joined-value  version 1",
    ];
    assert_eq!(steps, open, "the level and the version of the type wait, and the event that refers to it");
    assert!(run.out.ends_with("3 steps to do: `cargo topika push --env test`\n"), "{}", run.out);
    let document = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&document.out).unwrap();
    assert_eq!(document.get("steps").and_then(Value::as_array).map(Vec::len), Some(3), "{document}");

    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "the lock is not there: {}{}", run.out, run.err);
    assert!(run.err.contains(told) && run.err.contains("error: 3 steps not done"), "{}", run.err);
    assert!(run.out.contains("Pushed 3 steps: ") && run.out.contains(", but for 1 difference that"), "{}", run.out);
    assert_eq!(client.subjects().await.unwrap(), ["crm.joined-value"]);

    client.set_mode(Some("types.Money"), Mode::Readwrite).await.unwrap();
    project.clean(PUSH);
    project.clean(PLAN);
    // With nothing to wait for, it is said and no more.
    client.set_mode(Some("types.Money"), Mode::Readonly).await.unwrap();
    let run = project.run(PLAN);
    assert!(run.out.contains("types.Money takes no registration: its mode is READONLY\n"), "{}", run.out);
    let run = project.clean(PUSH);
    assert!(run.out.contains("Nothing to push: ") && run.out.contains("but for 1 difference that"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_registry_is_told_once_and_a_subject_with_a_mode_of_its_own_may_be_open() {
    for mode in [Mode::Readonly, Mode::ReadonlyOverride] {
        let (project, _server, client) = project().await;
        client.set_mode(None, mode).await.unwrap();
        let run = project.run(PLAN);
        let told = format!("drift     the registry takes no registration: its mode is {mode}; 6 steps wait for it");
        assert!(run.out.lines().any(|line| line == told), "{}", run.out);
        assert_eq!((run.code, run.out.matches("drift").count()), (100, 1), "{}", run.out);
        assert!(run.out.ends_with("Nothing to push; 1 difference told above\n"), "{}", run.out);
        let run = project.run(&["plan", "--env", "test", "--format", "json"]);
        let document: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(document.pointer("/drift/0/subject"), Some(&Value::from("")));
        assert_eq!(document.pointer("/drift/0/kind"), Some(&Value::from("closed")));
        let run = project.run(PUSH);
        assert_eq!(run.code, 100, "{}{}", run.out, run.err);
        assert!(run.err.contains("error: 6 steps not done"), "{}", run.err);

        client.set_mode(Some("crm.joined-value"), Mode::Readwrite).await.unwrap();
        let run = project.run(PUSH);
        let open = mode == Mode::Readonly;
        assert_eq!(run.out.contains("register  crm.joined-value  version 1  id 1"), open, "{}", run.out);
        assert_eq!(run.err.contains("; 4 steps wait for it"), open, "{}", run.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_says_how_many_differences_it_leaves() {
    let (project, _server, client) = project().await;
    let run = project.clean(PUSH);
    assert!(run.out.contains("Pushed 6 steps: ") && run.out.contains(" is as topika.lock says\n"), "{}", run.out);
    client.register("orders-key", &NewSchema::avro(r#""string""#)).await.unwrap();
    client.set_level(Some("crm.joined-value"), Level::None).await.unwrap();
    client.register("crm.joined-value", &NewSchema::avro(r#""string""#)).await.unwrap();
    let run = project.clean(PUSH);
    let said =
        "is as topika.lock says, but for 2 differences that no push mends: `cargo topika plan --env test` names them";
    assert!(run.out.contains("Pushed 1 step: ") && run.out.contains(said), "{}", run.out);
    assert!(run.err.contains("orders-key is a subject of one of our topics"), "{}", run.err);
    // What a prune deletes is none of them.
    let run = project.clean(&["push", "--env", "test", "--prune", "--yes"]);
    assert!(run.out.contains(" is as topika.lock says\n") && !run.err.contains("orders-key"), "{}{}", run.out, run.err);
    project.clean(PLAN);
}
