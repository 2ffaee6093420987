//! `cargo topika pull` into a project that has a contract, from a registry that went its own way.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use topika_contract::compat::Level;
use topika_registry::api::{NewSchema, SchemaType};
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
    assert!(run(&project, &["plan", "--env", "test"]).out.contains("In line: nothing to push"));
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
    for (before, level) in [(Level::Backward, Level::None), (Level::None, Level::Full)] {
        for subject in ["orders-value", "types.Money", "an address"] {
            client.set_level(Some(subject), level).await.unwrap();
        }
        register(&client, &format!("new-{level}"), NewSchema::avro(r#""string""#)).await;
        let told = pull(&project);
        for (subject, table) in [("orders-value", "[topic.orders]"), ("types.Money", r#"[shared."types.Money"]"#)] {
            let note = format!(
                "note: {subject} has the level {level} in registry:test, and BACKWARD here: `cargo topika push --env test` sets BACKWARD there; \
                 whoever wants {level} writes `level = \"{level}\"` below {table} in topika.toml\n"
            );
            assert!(told.err.contains(&note), "{}", told.err);
        }
        // What is carried has its level from the registry alone.
        let note =
            format!("note: an address has the level {level} in registry:test, and {before} here: what is carried ");
        assert!(told.err.contains(&note), "{}", told.err);
        assert!(told.out.contains("Pulled 1 new version"), "{}", told.out);
        assert_eq!(project.read("topika.toml"), manifest);
    }
    let rows =
        |lock: &str| lock.lines().filter(|line| line.starts_with("level")).map(str::to_owned).collect::<Vec<_>>();
    let governed = |lock: &str| rows(lock.split("[[carried]]").next().unwrap());
    assert_eq!(governed(&project.read("topika.lock")), governed(&lock));
    run(&project, &["push", "--env", "test"]);
    assert_eq!(client.level(Some("orders-value")).await.unwrap(), Level::Backward);
    assert_eq!(client.level(Some("an address")).await.unwrap(), Level::Full);
    assert!(!pull(&project).err.contains("level"));
}

/// A registry that was made anew with the same subjects: no id and no number is the one that was seen.
async fn made_anew(project: &Project, before: &Server) -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    project.write("topika.toml", &project.read("topika.toml").replace(&before.url(), &server.url()));
    client.register("first-value", &NewSchema::avro(r#""int""#)).await.unwrap();
    // It is meant: the ids of before are given up.
    std::fs::remove_file(project.path().join("schemas/.history/ids.test.toml")).unwrap();
    (server, client)
}

/// The rows of a subject in the ids file, without ids.
fn seen(project: &Project, subject: &str) -> Vec<(u32, u32)> {
    let ids = project.read("schemas/.history/ids.test.toml");
    let rows = ids.split_once(&format!("name = {subject:?}\n")).unwrap().1.split("]\n").next().unwrap().to_owned();
    let number = |row: &str, key: &str| {
        row.split_once(&format!(" {key} = ")).unwrap().1.split([',', ' ']).next().unwrap().parse::<u32>().unwrap()
    };
    let rows = rows.lines().filter(|line| line.contains("number = "));
    rows.map(|row| (number(row, "number"), number(row, "version"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn carried_versions_of_one_text_are_told_apart_by_what_they_refer_to_and_by_their_metadata() {
    let (project, server, client) = registry("").await;
    let money = |fields: &[&str]| record("types.Money", fields);
    let message = |version: u32| {
        let fields = [r#"{"name":"of","type":"types.Money"}"#];
        record("any.Message", &fields).reference("types.Money", "types.Money", version)
    };
    let owned = |by: &str| NewSchema {
        metadata: Some(serde_json::json!({ "properties": { "owner": by } })),
        ..record("any.Owned", &[ID])
    };
    let rule = |expr: &str| {
        let rule =
            serde_json::json!({ "name": "r", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": expr });
        NewSchema { rule_set: Some(serde_json::json!({ "domainRules": [rule] })), ..record("any.Ruled", &[ID]) }
    };
    register(&client, "types.Money", money(&[ID])).await;
    register(&client, "types.Money", money(&[ID, NOTE])).await;
    for number in [1, 2] {
        register(&client, "a message", message(number)).await;
    }
    for by in ["ann", "ben"] {
        register(&client, "an owned one", owned(by)).await;
        register(&client, "a ruled one", rule(&format!("message.id != '{by}'"))).await;
    }
    pull(&project);
    assert_eq!(project.read("topika.lock").matches("[[carried.version]]").count(), 6);
    let lock = project.read("topika.lock");

    let (_server, client) = made_anew(&project, &server).await;
    register(&client, "types.Money", money(&[ID])).await;
    register(&client, "types.Money", money(&[ID, NOTE])).await;
    for number in [2, 1] {
        register(&client, "a message", message(number)).await;
    }
    for by in ["ben", "ann"] {
        register(&client, "an owned one", owned(by)).await;
        register(&client, "a ruled one", rule(&format!("message.id != '{by}'"))).await;
    }
    let told = pull(&project);
    assert!(told.out.contains("Pulled 1 new version of 5 subjects"), "{}", told.out);
    for subject in ["a message", "an owned one", "a ruled one"] {
        assert_eq!(seen(&project, subject), [(1, 2), (2, 1)], "{subject}");
        let row = |lock: &str| {
            lock.split_once(&format!("name = {subject:?}")).unwrap().1.split("[[carried]]").next().unwrap().to_owned()
        };
        assert_eq!(row(&project.read("topika.lock")).trim(), row(&lock).trim());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_that_were_deleted_softly_after_a_pull_keep_their_ids() {
    let (project, _server, client) = registry("").await;
    let money = |fields: &[&str]| record("types.Money", fields);
    register(&client, "types.Money", money(&[ID])).await;
    register(&client, "types.Money", money(&[ID, NOTE])).await;
    register(&client, "orders-value", record("orders.Placed", &[ID])).await;
    register(&client, "orders-value", record("orders.Placed", &[ID, NOTE])).await;
    register(&client, "an address", record("crm.Address", &[ID])).await;
    pull(&project);
    let ids = project.read("schemas/.history/ids.test.toml");
    for (subject, version) in [("types.Money", 1), ("orders-value", 1), ("an address", 1)] {
        client.delete_version(subject, version, false).await.unwrap();
    }
    let told = pull(&project);
    assert!(told.out.contains("Pulled 0 new versions of 2 subjects"), "{}", told.out);
    assert_eq!(project.read("schemas/.history/ids.test.toml"), ids);
    run(&project, &["lock", "--check"]);
}

/// A registry that answers GETs from a list, path and body.
async fn answers(list: Vec<(&'static str, String)>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let list = list.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let path = head.split(' ').nth(1).unwrap().split('?').next().unwrap();
                let found = list.iter().find(|(known, _)| *known == path);
                let missing = r#"{"error_code":40401,"message":"no such subject"}"#;
                let (status, body) = found.map_or(("404 Not Found", missing), |(_, body)| ("200 OK", body.as_str()));
                let kind = "application/vnd.schemaregistry.v1+json";
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                stream.write_all(text.as_bytes()).await.unwrap();
            });
        }
    });
    url
}

/// Registries of these days refuse such a deletion; older ones let it happen.
#[tokio::test(flavor = "multi_thread")]
async fn a_softly_deleted_version_that_another_one_refers_to_is_taken_with_its_id() {
    let version = |subject: &str, version: u32, id: u32, schema: &NewSchema| {
        let references = serde_json::to_value(&schema.references).unwrap();
        serde_json::json!({ "subject": subject, "version": version, "id": id, "schema": schema.schema, "references": references })
            .to_string()
    };
    let level = r#"{"compatibilityLevel":"BACKWARD"}"#.to_owned();
    let sold =
        record("shop.Sold", &[r#"{"name":"of","type":"types.Money"}"#]).reference("types.Money", "types.Money", 2);
    let url = answers(vec![
        ("/config", level.clone()),
        ("/config/shop-value", level),
        ("/subjects", r#"["shop-value"]"#.to_owned()),
        ("/subjects/shop-value/versions", "[1]".to_owned()),
        ("/subjects/shop-value/versions/1", version("shop-value", 1, 7, &sold)),
        ("/subjects/types.Money/versions/2", version("types.Money", 2, 5, &record("types.Money", &[ID]))),
    ])
    .await;
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{url}\"\n"));
    for added in ["Pulled 2 new versions", "Pulled 0 new versions"] {
        let told = pull(&project);
        assert!(told.out.contains(added), "{}{}", told.out, told.err);
        let ids = project.read("schemas/.history/ids.test.toml");
        assert!(ids.contains("name = \"types.Money\"\nversions = [\n  { number = 1, id = 5, version = 2 },"), "{ids}");
    }
    assert!(project.read("schemas/types/money.avsc").contains("id"));
    run(&project, &["lock", "--check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_lost_its_metadata_is_the_same_one_where_a_push_named_it_as_empty() {
    let (project, server, client) = registry("").await;
    let owned = |fields: &[&str], name: &str| NewSchema {
        metadata: Some(serde_json::json!({ "properties": { "owner": "ann" } })),
        ..record(name, fields)
    };
    let bare = |name: &str| NewSchema { metadata: Some(serde_json::json!({})), ..record(name, &[ID]) };
    for (subject, name) in [("any owned", "any.Owned"), ("orders-value", "orders.Placed")] {
        register(&client, subject, owned(&[ID], name)).await;
        register(&client, subject, bare(name)).await;
    }
    pull(&project);
    // As it is where the lock was written from files.
    let lock = project.read("topika.lock").replace("metadata = \"{}\"\n", "");
    project.write("topika.lock", &lock);
    let (_server, client) = made_anew(&project, &server).await;
    for (subject, name) in [("any owned", "any.Owned"), ("orders-value", "orders.Placed")] {
        register(&client, subject, owned(&[ID], name)).await;
        register(&client, subject, bare(name)).await;
    }
    let told = pull(&project);
    assert!(told.out.contains("Pulled 1 new version of 3 subjects"), "{}{}", told.out, told.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_no_folder_can_have_get_folders_of_their_own_and_keep_them() {
    let (project, server, client) = registry("").await;
    let proto = |name: &str| {
        NewSchema::new(SchemaType::Protobuf, format!("syntax = \"proto3\";\nmessage {name} {{ string id = 1; }}\n"))
    };
    let names = ["a", "a/1.proto", "A", "con", "../out", "ids.test.toml", "end.", "a/1.schema.json/b", ".git/config"];
    for (at, name) in names.iter().enumerate() {
        register(&client, name, proto(&format!("M{at}"))).await;
    }
    // The title of a JSON Schema is part of the subject's name.
    register(&client, "shop-A: b?", NewSchema::json(r#"{"title":"A: b?","type":"object"}"#)).await;
    register(&client, "shop-Other", NewSchema::json(r#"{"title":"Other","type":"object"}"#)).await;
    let told = pull(&project);
    assert!(told.out.contains("event    shop-A: b?  a-b.schema.json  on shop\n"), "{}{}", told.out, told.err);
    run(&project, &["check"]);
    run(&project, &["lock", "--check"]);
    let history = project.path().join("schemas/.history");
    let mut folders: Vec<String> =
        std::fs::read_dir(&history).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    folders.sort();
    let texts = [
        "%2E%2E%2Fout",
        "%2Egit%2Fconfig",
        "%61",
        "%63on",
        "A",
        "a%2F1%2Eproto",
        "a%2F1%2Eschema%2Ejson%2Fb",
        "end%2E",
        "ids%2Etest%2Etoml",
        "ids.test.toml",
        "shop-%41%3A%20b%3F",
        "shop-Other",
    ];
    for folder in texts {
        assert!(folders.iter().any(|one| one == folder), "{folder}: {folders:?}");
    }
    assert_eq!(folders.len(), texts.len());
    assert_eq!(std::fs::read_dir(project.path()).unwrap().count(), 3, "nothing is beside the project's files");

    let lock = project.read("topika.lock");
    assert!(pull(&project).out.contains("Pulled 0 new versions of 11 subjects"));
    assert_eq!(project.read("topika.lock"), lock);
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_before_there_were_folders_in_the_lock_keeps_its_path() {
    let (project, _server, client) = registry("").await;
    let proto = |name: &str| {
        NewSchema::new(SchemaType::Protobuf, format!("syntax = \"proto3\";\nmessage {name} {{ string id = 1; }}\n"))
    };
    register(&client, "con", proto("Con")).await;
    pull(&project);
    let lock = project.read("topika.lock");
    assert!(lock.contains("name = \"con\"\nfolder = \"%63on\"\n"), "{lock}");
    let old = |path: &str| project.path().join("schemas/.history").join(path);
    std::fs::rename(old("%63on"), old("con")).unwrap();
    project.write("topika.lock", &lock.replace("folder = \"%63on\"\n", ""));
    client.set_level(Some("con"), Level::None).await.unwrap();
    register(&client, "con", proto("Other")).await;
    assert!(pull(&project).out.contains("Pulled 1 new version of 1 subject"));
    assert!(project.read("schemas/.history/con/2.proto").contains("Other"));
    assert!(!project.read("topika.lock").contains("folder"));
    run(&project, &["lock", "--check"]);
}
