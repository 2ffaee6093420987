//! Environments with prefixes: what has one elsewhere, and what is another environment's.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::Project;
use topika_registry::api::{NewSchema, SchemaType};
use topika_registry::client::Client;
use topika_registry::server::Server;

const ORDER: &str =
    r#"{"type":"record","name":"OrderPlaced","namespace":"shop","fields":[{"name":"id","type":"string"}]}"#;

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

/// A project without a schema.
fn empty(manifest: &str) -> Project {
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", manifest);
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_carried_of_topics_has_the_prefix_of_every_environment_and_nothing_else_has() {
    let ((prod, here), (stage, there)) = (server().await, server().await);
    let protobuf = |text: &str| NewSchema::new(SchemaType::Protobuf, text);
    for (subject, schema) in [
        ("pay-value", protobuf("syntax = \"proto3\";\nmessage Paid { string id = 1; }\n")),
        ("common.proto", protobuf("syntax = \"proto3\";\nmessage Common { string id = 1; }\n")),
        ("orders-key", NewSchema::avro(r#""string""#)),
        ("shop-shop.OrderPlaced", NewSchema::avro(ORDER)),
        ("an address", NewSchema::avro(ORDER.replace("OrderPlaced", "Address"))),
    ] {
        here.register(subject, &schema).await.unwrap();
    }
    let project = empty(&format!(
        "[env.prod]\nregistry = \"{}\"\n\n[env.stage]\nregistry = \"{}\"\ntopic-prefix = \"stage.\"\n",
        prod.url(),
        stage.url()
    ));
    project.clean(&["pull", "--env", "prod"]);
    assert!(project.clean(&["plan", "--env", "prod"]).out.ends_with("In line: nothing to push\n"));
    project.clean(&["push", "--env", "stage"]);
    let subjects = there.subjects().await.unwrap();
    let expected = ["an address", "common.proto", "stage.orders-key", "stage.pay-value", "stage.shop-shop.OrderPlaced"];
    assert_eq!(subjects, expected);
    assert!(project.clean(&["plan", "--env", "stage"]).out.ends_with("In line: nothing to push\n"));
    // Pulled back, they are known.
    let run = project.clean(&["pull", "--env", "stage"]);
    assert!(run.out.contains("Pulled 0 new versions of 5 subjects"), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_environment_has_in_the_same_registry_is_not_adopted() {
    let (server, client) = server().await;
    let url = server.url();
    let project = empty(&format!(
        "[topic.orders]\nevents = [\"shop.order-placed\"]\n\n[env.prod]\nregistry = \"{url}\"\n\n[env.stage]\nregistry = \"{url}/\"\ntopic-prefix = \"stage.\"\n"
    ));
    project.write("schemas/shop/order-placed.avsc", ORDER);
    project.clean(&["lock"]);
    project.clean(&["push", "--env", "prod"]);
    project.clean(&["push", "--env", "stage"]);
    client.register("stage.tried-value", &NewSchema::avro(ORDER.replace("OrderPlaced", "Tried"))).await.unwrap();
    client
        .register("stage.Shared", &NewSchema::avro(ORDER.replace("shop", "stage").replace("OrderPlaced", "Shared")))
        .await
        .unwrap();
    let lock = project.read("topika.lock");
    let run = project.clean(&["pull", "--env", "prod"]);
    let note = "note: 2 subjects of topics of [env.stage], which has the same registry, left alone: `cargo topika pull --env stage` adopts what is new there";
    assert!(run.err.lines().any(|line| line == note), "{}{}", run.out, run.err);
    assert!(run.out.contains("shared   stage.Shared"), "a type has no prefix: {}", run.out);
    assert!(run.out.contains("Pulled 1 new version of 2 subjects"), "{}", run.out);
    let after = project.read("topika.lock");
    assert!(after != lock && !after.contains("stage.orders-value") && !after.contains("tried"), "{after}");
    assert!(project.clean(&["plan", "--env", "prod"]).out.ends_with("In line: nothing to push\n"));
    assert!(project.clean(&["plan", "--env", "stage"]).out.ends_with("In line: nothing to push\n"));
    let run = project.clean(&["pull", "--env", "stage"]);
    assert!(run.out.contains("event    stage.tried-value  shop/tried.avsc  on tried"), "{}{}", run.out, run.err);
}
