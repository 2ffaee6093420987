//! Environments that are one context of a registry, and locks that carry what others hold.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::Project;
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

fn record(name: &str, field: &str) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"record","name":"{name}","fields":[{field}]}}"#))
}

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_carried_from_other_contexts_is_left_out_where_an_environment_is_one() {
    let ((all, client), (one, there)) = (server().await, server().await);
    let cents = r#"{"name":"cents","type":"long"}"#;
    for (subject, schema) in [
        ("types.Money", record("types.Money", cents)),
        // Of the same names, and other texts.
        (":.shop:types.Money", record("types.Money", r#"{"name":"eur","type":"long"}"#)),
        (":.shop:orders-value", record("orders.Placed", r#"{"name":"id","type":"long"}"#)),
        (":.eu:sold-value", record("shop.Sold", r#"{"name":"id","type":"string"}"#)),
        ("orders-value", record("orders.Placed", r#"{"name":"id","type":"string"}"#)),
    ] {
        client.register(subject, &schema).await.unwrap();
    }
    let settings = topika_registry::api::ConfigUpdate { normalize: Some(true), ..Default::default() };
    client.set_config(Some(":.eu:sold-value"), &settings).await.unwrap();
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    let row = |env: &str, server: &Server, context: &str| {
        format!("[env.{env}]\nregistry = \"{}\"\n{context}\n", server.url())
    };
    let rows = row("all", &all, "") + &row("one", &one, "context = \"shop\"") + &row("whole", &one, "");
    project.write("topika.toml", &rows);
    project.clean(&["pull", "--env", "all"]);
    assert!(project.read("topika.settings.json").contains(":.eu:sold-value"));

    let told = "note: :.eu:sold-value, :.shop:orders-value, :.shop:types.Money are carried from other contexts, and [env.one] is one context";
    let run = project.run(&["plan", "--env", "one"]);
    assert!(run.out.contains(told) && !run.out.contains("register  :."), "{}", run.out);
    let run = project.clean(&["push", "--env", "one"]);
    assert!(run.err.contains(told), "{}", run.err);
    let mut subjects = there.subjects().await.unwrap();
    subjects.sort();
    assert_eq!(subjects, [":.shop:orders-value", ":.shop:types.Money"]);
    let run = project.clean(&["plan", "--env", "one"]);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    let run = project.clean(&["push", "--env", "one"]);
    assert!(run.out.contains("Nothing to push"), "{}", run.out);
    let run = project.clean(&["bundle", "--env", "one", "-o", "one.json"]);
    assert!(run.err.contains(told), "{}", run.err);

    // Without a context it is the whole registry.
    let run = project.run(&["plan", "--env", "whole"]);
    assert!(run.out.contains("register  :.eu:sold-value  version 1"), "{}", run.out);
    assert!(!run.out.contains("carried from other contexts"), "{}", run.out);
}
