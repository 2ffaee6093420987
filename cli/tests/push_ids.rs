//! What `cargo topika push` does where a registry no longer has the ids that messages name.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use serde_json::Value;
use support::{Project, order};
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

const IDS: &str = "schemas/.history/ids.test.toml";
const ORDERS: &str = "orders-value";

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

/// A project of an event with two versions and a shared type, pushed into a registry that gave ids to others before.
async fn pushed() -> (Project, Server, Client) {
    let (server, client) = server().await;
    client.register("somebody-else", &NewSchema::avro(r#""int""#)).await.unwrap();
    let project = Project::new();
    project.write(
        "schemas/types/money.avsc",
        r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"}]}"#,
    );
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    let row = format!("\n[env.test]\nregistry = \"{}\"\n", server.url());
    project.write("topika.toml", &(project.read("topika.toml") + &row));
    project.clean(&["lock"]);
    let second = order("\"types.Money\"")
        .replace("  ]", "  , { \"name\": \"note\", \"type\": \"string\", \"default\": \"\" }\n  ]");
    project.write("schemas/orders/order-placed.avsc", &second);
    project.clean(&["lock"]);
    project.clean(PUSH);
    (project, server, client)
}

const PLAN: &[&str] = &["plan", "--env", "test"];
const PUSH: &[&str] = &["push", "--env", "test"];

/// The registry is lost, and an empty one stands at its place.
async fn made_anew(project: &Project, before: &Server) -> (Server, Client) {
    let (server, client) = server().await;
    project.write("topika.toml", &project.read("topika.toml").replace(&before.url(), &server.url()));
    (server, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_made_anew_gets_nothing_and_the_ids_stay_as_they_are() {
    let (project, server, _client) = pushed().await;
    let ids = project.read(IDS);
    let (anew, there) = made_anew(&project, &server).await;

    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}", run.out);
    for (number, subject, id) in [(1, "types.Money", 2), (1, ORDERS, 3), (2, ORDERS, 4)] {
        let told = format!("drift     version {number} of {subject} had the id {id}, and is not there");
        assert!(run.out.lines().any(|line| line == told), "{told}\n{}", run.out);
    }
    assert!(!run.out.contains("register"), "{}", run.out);
    let document = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&document.out).unwrap();
    let schema: Value = serde_json::from_str(&project.clean(&["schema", "plan"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    assert_eq!(document.get("refused"), Some(&Value::Bool(true)));
    assert_eq!(document.pointer("/drift/0/kind"), Some(&Value::from("lost-id")));

    let said = format!("registry:test ({}) has other ids than {IDS}, or none, for 3 versions", anew.url());
    let dry = project.run(&["push", "--env", "test", "--dry-run"]);
    assert_eq!((dry.code, dry.out.as_str()), (100, run.out.as_str()));
    assert!(dry.out.contains(&said), "{}", dry.out);
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    for part in [
        said.as_str(),
        "nothing was pushed",
        "restore the registry's backup",
        "`cargo topika push --env test --import-ids test`",
        "remove schemas/.history/ids.test.toml and push again",
    ] {
        assert!(run.err.contains(part), "{part}\n{}", run.err);
    }
    assert!(there.subjects().await.unwrap().is_empty());
    assert_eq!(project.read(IDS), ids, "to the byte");
    assert!(
        there.own_mode(Some(ORDERS)).await.is_err() && there.config(Some(ORDERS)).await.is_err(),
        "no level either"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_out_of_lost_ids_leads_to_a_push_that_works() {
    let (project, server, client) = pushed().await;
    let ids = project.read(IDS);
    let (anew, there) = made_anew(&project, &server).await;
    project.clean(&["push", "--env", "test", "--import-ids", "test"]);
    let (here, now) = (client.latest(ORDERS).await.unwrap(), there.latest(ORDERS).await.unwrap());
    assert_eq!((here.id, here.version, &here.schema), (now.id, now.version, &now.schema));
    assert_eq!(project.read(IDS), ids);
    project.clean(PLAN);
    project.clean(PUSH);

    let (_anew, there) = made_anew(&project, &anew).await;
    assert_eq!(project.run(PUSH).code, 100);
    std::fs::remove_file(project.path().join(IDS)).unwrap();
    project.clean(PUSH);
    assert_eq!(there.latest(ORDERS).await.unwrap().id, 3, "the ids are new ones");
    assert_ne!(project.read(IDS), ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_version_with_another_id_stops_the_push_of_everything_else() {
    let (project, server, _client) = pushed().await;
    let ids = project.read(IDS);
    let (_anew, there) = made_anew(&project, &server).await;
    let money = project.read("schemas/types/money.avsc");
    there.register("types.Money", &NewSchema::avro(money)).await.unwrap();
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.err.contains("version 1 of types.Money had the id 2 and has the id 1 now"), "{}", run.err);
    assert!(run.err.contains("for 3 versions"), "{}", run.err);
    assert_eq!(there.subjects().await.unwrap(), ["types.Money"]);
    assert_eq!(project.read(IDS), ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_softly_deleted_comes_back_with_its_id_and_what_is_gone_for_good_does_not() {
    let (project, _server, client) = pushed().await;
    client.delete_version(ORDERS, 2, false).await.unwrap();
    let run = project.run(PLAN);
    assert!(run.out.contains("register  orders-value  version 2\n") && !run.out.contains("had the id"), "{}", run.out);
    let run = project.clean(PUSH);
    assert!(run.out.contains("register  orders-value  version 2  id 4"), "{}", run.out);

    // All of it, with what it refers to: a reference of something deleted is one, too.
    client.delete_subject(ORDERS, false).await.unwrap();
    client.delete_subject("types.Money", false).await.unwrap();
    let run = project.run(PLAN);
    assert!(!run.out.contains("had the id"), "{}", run.out);
    project.clean(PUSH);

    let latest = client.latest(ORDERS).await.unwrap();
    for permanent in [false, true] {
        client.delete_version(ORDERS, latest.version, permanent).await.unwrap();
    }
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = format!("version 2 of {ORDERS} had the id {}, and is not there", latest.id);
    assert!(run.err.contains(&told) && run.err.contains("for 1 version\n"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_writes_no_other_ids_over_those_that_messages_name() {
    let (project, server, _client) = pushed().await;
    let (lock, ids) = (project.read("topika.lock"), project.read(IDS));
    let (_anew, there) = made_anew(&project, &server).await;
    there.register("types.Money", &NewSchema::avro(project.read("schemas/types/money.avsc"))).await.unwrap();
    let run = project.run(&["pull", "--env", "test"]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    for told in [
        "other ids than schemas/.history/ids.test.toml",
        "has the id ",
        ", and had ",
        "delete the row of types.Money from schemas/.history/ids.test.toml (lines ",
    ] {
        assert!(run.err.contains(told), "{told}: {}", run.err);
    }
    assert_eq!((project.read("topika.lock"), project.read(IDS)), (lock, ids));
    std::fs::remove_file(project.path().join(IDS)).unwrap();
    project.clean(&["pull", "--env", "test"]);
}
