//! `cargo topika pull` into a project that has a contract, from a registry that went its own way.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run};
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

const ID: &str = r#"{"name":"id","type":"string"}"#;

fn record(name: &str, fields: &[&str]) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(",")))
}

/// An empty registry, and an empty project that knows where it is.
async fn registry(manifest: &str) -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("{manifest}\n[env.test]\nregistry = \"{}\"\n", server.url()));
    (project, server, client)
}

async fn register(client: &Client, subject: &str, schema: NewSchema) -> u32 {
    client.register(subject, &schema).await.unwrap().id
}

fn run(project: &Project, args: &[&str]) -> Run {
    let run = project.run(args);
    assert_eq!(run.code, 0, "{args:?}: {}{}", run.out, run.err);
    run
}

fn pull(project: &Project) -> Run {
    run(project, &["pull", "--env", "test"])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_of_a_registry_goes_into_the_project_table_that_is_there() {
    for head in ["[project] # ours\nschemas = \"contract\"\n", "[ project ]\n", "project.schemas = \"contract\"\n"] {
        let (project, _server, client) = registry(head).await;
        register(&client, "orders-value", record("orders.Placed", &[ID])).await;
        pull(&project);
        let manifest = project.read("topika.toml");
        assert_eq!(manifest.matches("level = \"BACKWARD\"").count(), 1, "{manifest}");
        assert!(manifest.starts_with(head.trim_end()), "{manifest}");
        run(&project, &["check"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_topic_that_has_a_row_is_added_to_the_row() {
    let (project, _server, client) = registry("").await;
    register(&client, "shop-shop.Opened", record("shop.Opened", &[ID])).await;
    register(&client, "shop-shop.Closed", record("shop.Closed", &[ID])).await;
    pull(&project);
    let list = "events = [\"shop.closed\", \"shop.opened\"]\n";
    let manifest = project.read("topika.toml");
    assert!(manifest.contains(list), "{manifest}");
    let ours = "events = [\n    \"shop.closed\", # at night\n    \"shop.opened\",\n]\nconsumers = [\"till\"]\n";
    let manifest = manifest.replace(list, ours);
    project.write("topika.toml", &manifest);
    run(&project, &["lock"]);

    register(&client, "shop-shop.Moved", record("shop.Moved", &[ID])).await;
    let told = pull(&project);
    assert!(told.out.contains("event    shop-shop.Moved  shop/moved.avsc  on shop\n"), "{}{}", told.out, told.err);
    let with = manifest.replace("    \"shop.opened\",\n", "    \"shop.opened\",\n    \"shop.moved\",\n");
    assert_eq!(project.read("topika.toml"), with);
    run(&project, &["check"]);
    run(&project, &["lock", "--check"]);
    assert!(run(&project, &["plan", "--env", "test"]).out.contains("In line: nothing to push"));
}
