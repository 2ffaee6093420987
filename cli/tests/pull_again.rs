//! `cargo topika pull` into a project that has a contract, from a registry that went its own way.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run};
use topika_contract::compat::Level;
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

const ID: &str = r#"{"name":"id","type":"string"}"#;
const NOTE: &str = r#"{"name":"note","type":"string","default":""}"#;
const MORE: &str = r#"{"name":"more","type":"string","default":""}"#;

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

/// A project with a version of `orders-value`, locked and in the registry.
async fn orders() -> (Project, Server, Client) {
    let (project, server, client) = registry("").await;
    register(&client, "orders-value", record("orders.Placed", &[ID])).await;
    pull(&project);
    (project, server, client)
}

/// Locks a version with another field.
fn lock_with(project: &Project, field: &str) {
    let NewSchema { schema, .. } = record("orders.Placed", &[ID, field]);
    project.write("schemas/orders/placed.avsc", &schema);
    run(project, &["lock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_somebody_registered_before_ours_stands_behind_ours_in_the_lock() {
    let (project, _server, client) = orders().await;
    lock_with(&project, NOTE);
    register(&client, "orders-value", record("orders.Placed", &[ID, MORE])).await;
    run(&project, &["push", "--env", "test"]);
    register(&client, "other-value", record("other.Other", &[ID])).await;
    let told = pull(&project);
    let note = "note: version 2 of orders-value in registry:test is version 3 in topika.lock\n";
    assert!(told.err.contains(note), "{}", told.err);
    assert!(told.out.contains("Pulled 2 new versions of 2 subjects"), "{}", told.out);
    assert!(project.read("schemas/.history/orders-value/3.avsc").contains("more"));
    assert!(project.read("schemas/orders/placed.avsc").contains("note"), "ours is the newest there");
    let ids = project.read("schemas/.history/ids.test.toml");
    assert!(
        ids.contains("number = 2, id = 3, version = 3,") && ids.contains("number = 3, id = 2, version = 2,"),
        "{ids}"
    );
    run(&project, &["check"]);
    run(&project, &["lock", "--check"]);
    assert!(project.run(&["plan", "--env", "test"]).out.contains("Nothing to push; 2 differences"), "other numbers");
    assert!(pull(&project).out.contains("Pulled 0 new versions of 2 subjects"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_in_the_place_of_ours_that_was_not_pushed_waits_until_it_is() {
    let (project, _server, client) = orders().await;
    lock_with(&project, NOTE);
    register(&client, "orders-value", record("orders.Placed", &[ID, MORE])).await;
    register(&client, "other-value", record("other.Other", &[ID])).await;
    let told = pull(&project);
    let note = "note: version 2 of orders-value in registry:test is left alone: version 2 of topika.lock is not there yet: \
                run `cargo topika push --env test`, and another pull adopts them behind it";
    assert!(told.err.contains(note), "{}", told.err);
    assert!(told.out.contains("event    other-value  other/other.avsc  on other\n"), "{}", told.out);
    assert!(told.out.contains("Pulled 1 new version of 2 subjects"), "{}", told.out);
    assert!(project.read("schemas/orders/placed.avsc").contains("note"));
    run(&project, &["push", "--env", "test"]);
    assert!(pull(&project).out.contains("Pulled 1 new version of 2 subjects"));
    run(&project, &["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_the_check_would_deny_is_left_alone_and_everything_else_is_pulled() {
    let (project, _server, client) = orders().await;
    client.set_level(Some("orders-value"), Level::None).await.unwrap();
    register(&client, "orders-value", record("orders.Placed", &[r#"{"name":"id","type":"long"}"#])).await;
    // What refers to it is left alone, too.
    let lives = record("shop.Sold", &[r#"{"name":"of","type":"orders.Placed"}"#]);
    register(&client, "shop-value", lives.reference("orders.Placed", "orders-value", 2)).await;
    register(&client, "other-value", record("other.Other", &[ID])).await;
    let lock = project.read("topika.lock");
    let told = pull(&project);
    let note = "note: version 2 of orders-value in registry:test is left alone: avro/type-changed: ";
    assert!(told.err.contains(note) && told.err.contains("`cargo topika push --env test --prune`"), "{}", told.err);
    let note = "note: version 1 of shop-value in registry:test is left alone: it refers to version 2 of orders-value";
    assert!(told.err.contains(note), "{}", told.err);
    assert!(
        told.out.contains("Pulled 1 new version of 2 subjects") && !told.out.contains("shop-value"),
        "{}",
        told.out
    );
    let orders = |lock: &str| lock.split_once("[[subject]]").unwrap().1.split("[[subject]]").next().unwrap().to_owned();
    assert_eq!(orders(&project.read("topika.lock")).trim(), orders(&lock).trim());
    run(&project, &["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_of_another_language_in_a_line_with_a_file_is_left_alone() {
    let (project, _server, client) = orders().await;
    client.set_level(Some("orders-value"), Level::None).await.unwrap();
    register(&client, "orders-value", NewSchema::json(r#"{"title":"Placed","type":"object"}"#)).await;
    let told = pull(&project);
    assert!(
        told.err.contains("version 2 of orders-value in registry:test is left alone: not every version"),
        "{}",
        told.err
    );
    run(&project, &["lock", "--check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_name_without_the_prefix_of_the_environment_is_another_subject() {
    let (project, _server, client) = registry("").await;
    let manifest = project.read("topika.toml") + "topic-prefix = \"test.\"\n";
    project.write("topika.toml", &manifest);
    register(&client, "test.orders-value", record("orders.Placed", &[ID])).await;
    register(&client, "orders-value", record("orders.Placed", &[ID, MORE])).await;
    for _ in 0..2 {
        let told = pull(&project);
        assert!(told.out.contains("event    test.orders-value  orders/placed.avsc  on orders\n"), "{}", told.out);
        let note = "note: version 1 of orders-value in registry:test is left alone: here it would have the name of test.orders-value";
        assert!(told.err.contains(note), "{}", told.err);
    }
    assert!(!project.read("topika.lock").contains("carried"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_of_a_shared_type_leaves_what_refers_to_the_old_one_in_the_lock() {
    let (project, _server, client) = registry("").await;
    let money = |fields: &[&str]| record("types.Money", fields);
    register(&client, "types.Money", money(&[ID])).await;
    let paid = record("shop.Paid", &[r#"{"name":"of","type":"types.Money"}"#]);
    register(&client, "shop-value", paid.reference("types.Money", "types.Money", 1)).await;
    pull(&project);
    register(&client, "types.Money", money(&[ID, NOTE])).await;
    let told = pull(&project);
    assert!(told.out.contains("Pulled 1 new version of 2 subjects"), "{}{}", told.out, told.err);
    assert!(told.out.contains("event    shop-value  shop/paid.avsc  on shop\n"), "{}", told.out);
    run(&project, &["check"]);
    assert!(run(&project, &["lock"]).out.contains("shop-value"), "the event has the new type from here on");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_would_rename_another_subject_is_carried_until_somebody_writes_it_into_the_row() {
    let (project, _server, client) = orders().await;
    register(&client, "orders-orders.Gone", record("orders.Gone", &[ID])).await;
    for _ in 0..2 {
        let told = pull(&project);
        let note = "note: orders-orders.Gone has no file, since with it on orders orders-value would be the subject of no file any more: \
                    where that is meant, write `events = [\"orders.placed\", \"orders.gone\"]` below [topic.orders] in topika.toml, and pull again";
        assert!(told.err.contains(note), "{}", told.err);
        assert!(told.out.contains("carried  orders-orders.Gone\n"), "{}", told.out);
    }
    let text = project.read("schemas/.history/orders-orders.Gone/1.avsc");
    let manifest = project.read("topika.toml");
    let row = "events = [\"orders.placed\"]";
    assert!(manifest.contains(row), "{manifest}");
    project.write("topika.toml", &manifest.replace(row, "events = [\"orders.placed\", \"orders.gone\"]"));
    let told = pull(&project);
    assert!(
        told.out.contains("event    orders-orders.Gone  orders/gone.avsc  on orders\n"),
        "{}{}",
        told.out,
        told.err
    );
    assert!(told.out.contains("Pulled 0 new versions of 2 subjects"), "{}", told.out);
    assert_eq!(project.read("schemas/.history/orders-orders.Gone/1.avsc"), text);
    assert!(!project.read("topika.lock").contains("carried"));
    run(&project, &["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_carried_gets_its_file_once_nothing_is_in_the_way_and_keeps_its_history() {
    let (project, _server, client) = registry("").await;
    // Two levels on one topic: the second subject is carried.
    client.set_level(Some("shop-shop.Opened"), Level::Full).await.unwrap();
    register(&client, "shop-shop.Closed", record("shop.Closed", &[ID])).await;
    register(&client, "shop-shop.Moved", record("shop.Moved", &[ID])).await;
    for fields in [&[ID][..], &[ID, NOTE]] {
        register(&client, "shop-shop.Opened", record("shop.Opened", fields)).await;
    }
    assert!(pull(&project).out.contains("carried  shop-shop.Opened\n"));
    client.set_level(Some("shop-shop.Opened"), Level::Backward).await.unwrap();
    let told = pull(&project);
    assert!(told.out.contains("event    shop-shop.Opened  shop/opened.avsc  on shop\n"), "{}{}", told.out, told.err);
    assert!(told.out.contains("Pulled 0 new versions of 3 subjects"), "{}", told.out);
    assert!(project.read("topika.toml").contains("\"shop.opened\"]"));
    run(&project, &["check"]);
    run(&project, &["lock", "--check"]);
    assert!(run(&project, &["plan", "--env", "test"]).out.contains("In line: nothing to push"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_was_changed_there_is_told_and_ours_stays_until_somebody_writes_another() {
    let (project, _server, client) = orders().await;
    register(&client, "types.Money", record("types.Money", &[ID])).await;
    register(&client, "an address", record("crm.Address", &[ID])).await;
    pull(&project);
    let (manifest, lock) = (project.read("topika.toml"), project.read("topika.lock"));
    for level in [Level::None, Level::Full] {
        for subject in ["orders-value", "types.Money", "an address"] {
            client.set_level(Some(subject), level).await.unwrap();
        }
        register(&client, &format!("new-{level}"), NewSchema::avro(r#""string""#)).await;
        let told = pull(&project);
        for (subject, table) in [("orders-value", "[topic.orders]"), ("types.Money", "[project]")] {
            let note = format!(
                "note: {subject} has the level {level} in registry:test, and BACKWARD here: `cargo topika push --env test` sets BACKWARD there; \
                 whoever wants {level} writes `level = \"{level}\"` below {table} in topika.toml\n"
            );
            assert!(told.err.contains(&note), "{}", told.err);
        }
        let note = format!("note: an address has the level {level} in registry:test, and BACKWARD here: ");
        assert!(told.err.contains(&note), "{}", told.err);
        assert!(told.out.contains("Pulled 1 new version"), "{}", told.out);
        assert_eq!(project.read("topika.toml"), manifest);
    }
    let rows =
        |lock: &str| lock.lines().filter(|line| line.starts_with("level")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows(&project.read("topika.lock"))[..rows(&lock).len()], rows(&lock));
    run(&project, &["push", "--env", "test"]);
    assert_eq!(client.level(Some("orders-value")).await.unwrap(), Level::Backward);
    assert!(!pull(&project).err.contains("level"));
}
