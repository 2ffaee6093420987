//! `cargo topika check --baseline registry:ENV`, against a registry in this process.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run, order};
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

/// A project with an environment `test`, whose registry is this server.
async fn project() -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    client.set_level(None, topika_contract::compat::Level::None).await.unwrap();
    let project = Project::new();
    let manifest = project.read("topika.toml");
    project.write(
        "topika.toml",
        &format!("{manifest}\n[env.test]\nregistry = \"{}\"\ntopic-prefix = \"test.\"\n", server.url()),
    );
    (project, server, client)
}

fn check(project: &Project) -> Run {
    project.run(&["check", "--baseline", "registry:test"])
}

#[tokio::test(flavor = "multi_thread")]
async fn all_versions_in_the_registry_are_judged() {
    let (project, server, client) = project().await;
    let run = check(&project);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains(&format!("nothing locked in registry:test ({})", server.url())), "{}", run.out);
    for amount in ["\"string\"", "\"int\""] {
        client.register("test.orders-value", &NewSchema::avro(order(amount))).await.unwrap();
    }
    let run = check(&project);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("`amount` was string and is now long"), "{}", run.out);
    assert!(run.out.contains("version 1 of registry:test cannot be read by this schema"), "{}", run.out);
    assert!(run.out.contains("registry:test/test.orders-value/1.avsc:"), "{}", run.out);
    assert!(run.out.contains("against 2 frozen versions of registry:test"), "{}", run.out);
    // What is registered as it is here needs no judgement.
    client.register("test.orders-value", &NewSchema::avro(order("\"long\""))).await.unwrap();
    assert_eq!(check(&project).code, 0);
    assert_eq!(project.run(&["check"]).code, 0, "offline unless it is named");
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_those_of_the_version_in_the_registry() {
    let (project, _server, client) = project().await;
    // As the registry prints it, which makes it the same text there.
    let money = |ty: &str| {
        format!(r#"{{"type":"record","name":"Money","namespace":"types","fields":[{{"name":"cents","type":"{ty}"}}]}}"#)
    };
    let refers = |version| NewSchema::avro(order("\"types.Money\"")).reference("types.Money", "types.Money", version);
    client.register("types.Money", &NewSchema::avro(money("string"))).await.unwrap();
    client.register("types.Money", &NewSchema::avro(money("long"))).await.unwrap();
    project.write("schemas/types/money.avsc", &money("long"));
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    client.register("test.orders-value", &refers(2)).await.unwrap();
    let run = check(&project);
    assert_eq!(run.code, 0, "the version refers to the second one, which is ours: {}", run.out);
    client.register("test.orders-value", &refers(1)).await.unwrap();
    let run = check(&project);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("hurts: kitchen"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_schemas_refer_by_their_paths() {
    let (project, _server, client) = project().await;
    let ticket = |of: &str| {
        format!(
            r#"{{"title":"T","type":"object","properties":{{"at":{{"$ref":"../types/{of}.schema.json"}}}},"required":["at"]}}"#
        )
    };
    let station = |ty: &str| format!(r#"{{"type":"{ty}"}}"#);
    project.write("schemas/kitchen/ticket.schema.json", &ticket("station"));
    project.write("schemas/types/station.schema.json", &station("string"));
    // Another subject holds what the path led to when this version was registered.
    client.register("stations", &NewSchema::json(station("integer"))).await.unwrap();
    let refers = NewSchema::json(ticket("station")).reference("../types/station.schema.json", "stations", 1);
    client.register("test.kitchen.ticket-value", &refers).await.unwrap();
    let run = check(&project);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("json-schema/") && !run.out.contains("baseline/unreadable"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_ends_with_101_and_the_next_step() {
    let (project, server, _client) = project().await;
    let run = project.run(&["check", "--baseline", "registry:tset"]);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(
        run.err.contains("there is no [env.tset] in topika.toml") && run.err.contains("known: test"),
        "{}",
        run.err
    );
    let manifest = project.read("topika.toml");
    let with = |lines: &str| {
        project.write("topika.toml", &format!("{manifest}{lines}"));
        check(&project)
    };
    let run = with("user = \"me\"\npassword = { env = \"TOPIKA_TEST_NO_SUCH\" }\n");
    assert_eq!(run.code, 101);
    assert!(run.err.contains("the variable TOPIKA_TEST_NO_SUCH is not set"), "{}", run.err);
    let run = with("[env.more]\n");
    assert_eq!(run.code, 0, "{}", run.err);
    let run = project.run(&["check", "--baseline", "registry:more"]);
    assert!(run.code == 101 && run.err.contains("[env.more] in topika.toml names no registry"), "{}", run.err);
    let url = server.url();
    server.shutdown().await;
    let run = check(&project);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(run.err.contains("registry:test cannot be read") && run.err.contains(&url), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_in_another_format_is_an_error_where_the_registry_compares_with_it() {
    let (project, _server, client) = project().await;
    let json =
        NewSchema::new(topika_registry::api::SchemaType::Json, r#"{ "title": "OrderPlaced", "type": "object" }"#);
    client.register("test.orders-value", &json).await.unwrap();
    client.register("test.orders-value", &NewSchema::avro(order("\"int\""))).await.unwrap();
    let told = "registry:test: version 1 of `orders-value` is JSON";
    // A new version is compared with all of them.
    let run = check(&project);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("error[history/format-changed]") && run.out.contains(told), "{}", run.out);
    // The level looks at the newest alone.
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &manifest.replace("BACKWARD_TRANSITIVE", "BACKWARD"));
    let run = check(&project);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("warning[baseline/unreadable]") && run.out.contains(told), "{}", run.out);
    // Nothing is new, so nothing would be registered.
    project.write("topika.toml", &manifest);
    project.write("schemas/orders/order-placed.avsc", &order("\"int\""));
    assert_eq!(check(&project).code, 0);
    // The newest is in another format.
    client.register("test.orders-value", &json).await.unwrap();
    let newest = NewSchema::new(topika_registry::api::SchemaType::Json, r#"{ "title": "OrderPlaced" }"#);
    client.register("test.orders-value", &newest).await.unwrap();
    let run = check(&project);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("error[history/format-changed]"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_there_for_a_topic_of_plain_messages_is_read_by_nobody() {
    let (project, _server, client) = project().await;
    client.register("test.orders-value", &NewSchema::avro(order("\"string\""))).await.unwrap();
    assert_eq!(check(&project).code, 100);
    let manifest = project.read("topika.toml");
    let row = "[topic.orders]\n";
    project.write("topika.toml", &manifest.replace(row, &format!("{row}framing = \"none\"\n")));
    let run = check(&project);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("nothing locked in registry:test"), "{}", run.out);
}
