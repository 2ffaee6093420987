//! What a pull never writes over, and never leaves behind half-done.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use topika_contract::compat::Level;
use topika_registry::api::{NewSchema, SchemaType};
use topika_registry::client::Client;
use topika_registry::server::Server;

const IDS: &str = "schemas/.history/ids.test.toml";
const PULL: &[&str] = &["pull", "--env", "test"];
const PLAN: &[&str] = &["plan", "--env", "test"];

fn record(name: &str, fields: &[&str]) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(",")))
}

const ID: &str = r#"{"name":"id","type":"string"}"#;

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

/// A project without a schema, and the registry of its one environment.
async fn project(rows: &str) -> (Project, Server, Client) {
    let (server, client) = server().await;
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n{rows}", server.url()));
    (project, server, client)
}

/// Another registry stands where the first one stood.
async fn another(project: &Project, before: &Server) -> (Server, Client) {
    let (server, client) = server().await;
    project.write("topika.toml", &project.read("topika.toml").replace(&before.url(), &server.url()));
    (server, client)
}

async fn register(client: &Client, subject: &str, schema: NewSchema) {
    client.register(subject, &schema).await.unwrap();
}

fn refused(project: &Project, args: &[&str], told: &[&str]) {
    let run: Run = project.run(args);
    assert_eq!(run.code, 100, "{args:?}: {}{}", run.out, run.err);
    for told in told {
        assert!(run.err.contains(told) || run.out.contains(told), "{args:?}: {told}: {}{}", run.out, run.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_carried_subject_is_refused_before_it_is_locked_twice() {
    let (project, _server, client) = project("").await;
    let proto = "syntax = \"proto3\";\nmessage Paid { string id = 1; }\n";
    register(&client, "pay.paid-value", NewSchema::new(SchemaType::Protobuf, proto)).await;
    project.clean(PULL);
    project.write("schemas/pay/paid.avsc", &record("pay.Paid", &[ID]).schema);
    let lock = project.read("topika.lock");
    for command in ["check", "lock"] {
        refused(&project, &[command], &["lock/carried", "`pay.paid-value` is carried", "pay/paid.avsc", "pull again"]);
    }
    assert_eq!(project.read("topika.lock"), lock);
    let told = project.clean(PULL).err;
    assert!(told.contains("pay/paid.avsc would be the same one"), "{told}");
    std::fs::remove_file(project.path().join("schemas/pay/paid.avsc")).unwrap();
    project.clean(&["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_of_imports_writes_no_other_ids_over_those_that_messages_name() {
    let (project, before, client) = project("[import.food]\nenv = \"test\"\nsubjects = [\"food-*\"]\n").await;
    let (p, q) = (record("food.P", &[ID]), record("food.Q", &[ID]));
    register(&client, "food-o.P", p.clone()).await;
    register(&client, "food-o.Q", q.clone()).await;
    project.clean(&["pull", "--import"]);
    let ids = project.read(IDS);
    let (_server, client) = another(&project, &before).await;
    register(&client, "food-o.Q", q).await;
    register(&client, "food-o.P", p).await;
    refused(&project, &["pull", "--import"], &["food-o.P has the id 2, and had 1", "nothing was pulled"]);
    assert_eq!(project.read(IDS), ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_has_become_another_schemas_is_told_and_nothing_is_pulled() {
    let (project, before, client) = project("").await;
    register(&client, "shop-value", record("shop.Gone", &[ID])).await;
    project.clean(PULL);
    let (lock, ids) = (project.read("topika.lock"), project.read(IDS));
    let (_server, client) = another(&project, &before).await;
    register(&client, "other-value", record("other.New", &[ID])).await;
    let told = "the id 1 is that of version 1 of other-value, and was that of version 1 of shop-value";
    refused(&project, PULL, &[told, "nothing was pulled"]);
    assert_eq!((project.read("topika.lock"), project.read(IDS)), (lock, ids));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_subjects_of_one_text_share_an_id_and_are_pulled() {
    let (project, _server, client) = project("").await;
    register(&client, "a-value", record("shop.Same", &[ID])).await;
    project.clean(PULL);
    client.delete_subject("a-value", false).await.unwrap();
    register(&client, "b-value", record("shop.Same", &[ID])).await;
    project.clean(PULL);
    assert_eq!(project.read(IDS).matches("id = 1,").count(), 2, "{}", project.read(IDS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_pull_that_was_broken_off_is_repeated() {
    let (project, _server, client) = project("").await;
    register(&client, "a-value", record("shop.A", &[ID])).await;
    // A folder stands where the working file would.
    project.write("schemas/shop/a.avsc/x", "");
    let run = project.run(PULL);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(project.path().join("schemas/.history/a-value/1.avsc").is_file());
    std::fs::remove_dir_all(project.path().join("schemas/shop/a.avsc")).unwrap();
    project.clean(PULL);
    project.clean(&["check"]);
    assert_eq!(project.clean(&["plan", "--env", "test"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_refers_to_is_not_adopted_and_not_pushed() {
    let (project, _server, client) =
        project("[project]\nlevel = \"FULL\"\n[import.o]\nenv = \"test\"\nsubjects = [\"food-*\"]\n").await;
    register(&client, "types.A", record("types.A", &[r#"{"name":"x","type":"string"}"#])).await;
    let order = record("o.P", &[ID, r#"{"name":"a","type":"types.A"}"#]).reference("types.A", "types.A", 1);
    register(&client, "food-o.P", order).await;
    register(&client, "mine-value", record("mine.M", &[ID])).await;
    project.clean(&["pull", "--import"]);
    let told = project.clean(PULL).out;
    assert!(told.contains("mine-value") && !told.contains("types.A"), "{told}");
    let told = project.clean(&["push", "--env", "test"]).out;
    assert!(!told.contains("types.A"), "{told}");
    assert!(!project.path().join("schemas/types/a.avsc").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bundle_is_made_of_ids_that_stand_for_two_schemas() {
    let (project, _server, client) = project("").await;
    register(&client, "a-value", record("shop.A", &[ID])).await;
    register(&client, "b-value", record("shop.B", &[ID])).await;
    project.clean(PULL);
    const BUNDLE: &[&str] = &["bundle", "--env", "test", "-o", "bundle.json"];
    project.clean(BUNDLE);
    project.write(IDS, &project.read(IDS).replace("id = 2,", "id = 1,"));
    let run = project.run(BUNDLE);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    let told = "the id 1 is that of version 1 of a-value and of version 1 of b-value, which are two schemas";
    assert!(run.err.contains(told), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_types_keep_their_levels_on_the_way_to_another_registry() {
    let (project, before, client) = project("").await;
    let levels =
        [("types.A", Level::None), ("types.B", Level::Backward), ("types.C", Level::Full), ("types.D", Level::Full)];
    for (name, level) in levels {
        register(&client, name, record(name, &[ID])).await;
        client.set_level(Some(name), level).await.unwrap();
    }
    project.clean(PULL);
    let manifest = project.read("topika.toml");
    assert!(manifest.contains("level = \"FULL\""), "{manifest}");
    assert!(manifest.contains("[shared.\"types.A\"]\nlevel = \"NONE\"\n"), "{manifest}");
    assert!(manifest.contains("[shared.\"types.B\"]\nlevel = \"BACKWARD\"\n"), "{manifest}");
    assert!(!manifest.contains("types.C") && !manifest.contains("types.D"), "{manifest}");
    assert_eq!(project.clean(&["plan", "--env", "test"]).code, 0);
    // Its own level is what a change is judged by.
    let broken = r#"{"type":"record","name":"types.A","fields":[{"name":"other","type":"int"}]}"#;
    let file = project.read("schemas/types/a.avsc");
    project.write("schemas/types/a.avsc", broken);
    project.clean(&["check"]);
    project.write("schemas/types/a.avsc", &file);
    let file = project.read("schemas/types/c.avsc");
    project.write("schemas/types/c.avsc", &broken.replace("types.A", "types.C"));
    refused(&project, &["check"], &["avro/field-added-without-default"]);
    project.write("schemas/types/c.avsc", &file);

    let (_server, client) = another(&project, &before).await;
    project.clean(&["push", "--env", "test", "--import-ids", "test"]);
    for (name, level) in levels {
        assert_eq!(client.level(Some(name)).await.unwrap(), level, "{name}");
    }
    project.write("topika.toml", &(project.read("topika.toml") + "\n[shared.\"types.Q\"]\nlevel = \"NONE\"\n"));
    refused(&project, &["check"], &["there is no shared type `types.Q`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_without_a_file_or_behind_is_told_with_the_reason() {
    let (project, _server, client) = project("").await;
    let proto = NewSchema::new(SchemaType::Protobuf, "syntax = \"proto3\";\nmessage Paid { string id = 1; }\n");
    register(&client, "pay.paid-value", proto).await;
    register(&client, "an address", record("crm.Address", &[ID])).await;
    register(&client, "numbers-value", NewSchema::avro(r#""int""#)).await;
    for (record_name, level) in [("shop.Placed", Level::Full), ("shop.Paid", Level::None)] {
        let subject = format!("shop-{record_name}");
        register(&client, &subject, record(record_name, &[ID])).await;
        client.set_level(Some(&subject), level).await.unwrap();
    }
    register(&client, "gone-value", record("shop.Gone", &[ID])).await;
    client.delete_subject("gone-value", false).await.unwrap();
    let told = project.clean(PULL).err;
    for (subject, why) in [
        ("pay.paid-value", "there are no types of Protocol Buffers here"),
        ("an address", "its name is none that a topic's subject or a type has"),
        ("numbers-value", "its newest version has no name"),
        ("shop-shop.Placed", "a topic has one level, and another subject of shop has another one than FULL"),
    ] {
        assert!(told.contains(&format!("note: {subject} has no file: {why}")), "{subject}: {told}");
    }
    assert!(told.contains("note: gone-value is softly deleted in registry:test, and was not pulled"), "{told}");
    // What was told once is known.
    assert!(!project.clean(PULL).err.contains("has no file"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_that_no_topic_or_file_can_be_named_after_takes_the_files_from_no_other() {
    let (project, _server, client) = project("").await;
    let long = format!("shop.{}", "L".repeat(300));
    let deep = format!("{}.Deep", vec!["folder"; 130].join("."));
    register(&client, &format!("{}-value", "t".repeat(250)), record("shop.Wide", &[ID])).await;
    register(&client, ".-value", record("shop.Dot", &[ID])).await;
    register(&client, "long-value", record(&long, &[ID])).await;
    register(&client, &deep, record(&deep, &[ID])).await;
    register(&client, "shop.placed-value", record("shop.Placed", &[ID])).await;
    register(&client, "shop.Address", record("shop.Address", &[ID])).await;
    let run = project.clean(PULL);
    let has = |line: &str| assert!(run.out.lines().any(|one| one == line), "{line}\n{}{}", run.out, run.err);
    has("event    shop.placed-value  shop/placed.avsc  on shop.placed");
    has("shared   shop.Address  types/shop/address.avsc");
    has("carried  .-value");
    for subject in ["long-value", &deep] {
        let told = format!("note: {subject} has no file: the name of its newest version is too long for a file");
        assert!(run.err.lines().any(|line| line == told), "{told}\n{}", run.err);
    }
    assert!(run.out.contains("Pulled 6 new versions of 6 subjects"), "{}", run.out);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_was_broken_off_leaves_no_data_contract_without_its_schema() {
    let (project, _server, client) = project("").await;
    let schema = NewSchema {
        metadata: Some(serde_json::json!({"properties": {"owner": "shop"}})),
        ..record("shop.Placed", &[ID])
    };
    register(&client, "shop.placed-value", schema).await;
    // A folder stands where the schema goes, so that the run ends between the two files.
    let folder = project.path().join("schemas/shop/placed.avsc");
    std::fs::create_dir_all(&folder).unwrap();
    let run = project.run(PULL);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    std::fs::remove_dir(&folder).unwrap();
    let run = project.clean(PULL);
    assert!(run.out.contains("shop/placed.avsc  on shop.placed  with its data contract"), "{}", run.out);
    assert!(project.path().join("schemas/shop/placed.contract.json").is_file());
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

const BASKET_KEY: &str = r#"{"type":"record","name":"shop.BasketKey","fields":[{"name":"tenant","type":"string"},{"name":"customer","type":"long"}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_locked_topic_is_adopted_where_the_project_says_that_it_is_its_key() {
    let (server, client) = server().await;
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    let env = format!("[env.test]\nregistry = \"{}\"\n", server.url());
    let topic = "[project]\nlevel = \"BACKWARD\"\n\n[topic.baskets]\nevents = [\"shop.filled\"]\n";
    project.write("topika.toml", &format!("{topic}\n{env}"));
    let filled = r#"{"type":"record","name":"shop.Filled","fields":[{"name":"tenant","type":"string"}]}"#;
    project.write("schemas/shop/filled.avsc", filled);
    project.clean(&["lock"]);
    project.clean(support::PUSH);
    client.register("baskets-key", &NewSchema::avro(BASKET_KEY)).await.unwrap();

    let run = project.clean(PULL);
    let told = "note: baskets-key has no file: baskets was locked with another key, or with none: where this is the key of its messages, write \
                `key_type = \"shop.basket-key\"` below [topic.baskets] in topika.toml and pull again";
    assert!(run.err.contains(told), "{}", run.err);
    assert!(project.read("topika.lock").contains("[[carried]]"));

    // What it says is the way.
    project.write("topika.toml", &format!("{topic}key_type = \"shop.basket-key\"\n\n{env}"));
    let run = project.clean(PULL);
    has_line(&run, "key      baskets-key  shop/basket-key.avsc  of baskets");
    project.clean(&["waive", "topic/key-changed", "baskets", "--reason", "nobody reads by key"]);
    project.clean(&["lock"]);
    let lock = project.read("topika.lock");
    assert!(
        lock.contains("name = \"baskets-key\"\npath = \"shop/basket-key.avsc\"") && !lock.contains("[[carried]]"),
        "{lock}"
    );
    assert!(lock.contains("key_type = [\"shop.basket-key\"]"), "{lock}");
    assert!(project.clean(support::PLAN).out.ends_with("In line: nothing to push\n"));

    // It is the project's own from now on.
    let wider = BASKET_KEY.replace("}]}", "},{\"name\":\"shop\",\"type\":\"string\",\"default\":\"\"}]}");
    project.write("schemas/shop/basket-key.avsc", &wider);
    project.clean(&["lock"]);
    has_line(&project.run(support::PLAN), "register  baskets-key  version 2");
    project.clean(support::PUSH);
}

fn has_line(run: &Run, line: &str) {
    assert!(run.out.lines().any(|one| one == line), "{line}\n{}{}", run.out, run.err);
}

/// Another make of registry: it says `THRIFT_1` where the one behind it says `PROTOBUF`, which is as long.
async fn with_thrift(behind: &Server) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, behind) = (format!("http://{}", listener.local_addr().unwrap()), behind.addr());
    tokio::spawn(async move {
        while let Ok((ours, _)) = listener.accept().await {
            let (mut asks, mut told) = ours.into_split();
            let (mut answers, mut asked) = TcpStream::connect(behind).await.unwrap().into_split();
            tokio::spawn(async move { tokio::io::copy(&mut asks, &mut asked).await });
            tokio::spawn(async move {
                let mut piece = vec![0; 64 * 1024];
                while let Ok(read @ 1..) = answers.read(&mut piece).await {
                    let text =
                        String::from_utf8_lossy(piece.get(..read).unwrap()).replace("\"PROTOBUF\"", "\"THRIFT_1\"");
                    told.write_all(text.as_bytes()).await.unwrap();
                }
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_of_a_type_that_nobody_knows_is_left_alone_and_the_rest_is_pulled() {
    let (project, server, client) = project("").await;
    register(&client, "thrift-value", NewSchema::new(SchemaType::Protobuf, "struct Paid { 1: string id }")).await;
    register(&client, "orders.order-placed-value", record("orders.OrderPlaced", &[ID])).await;
    let manifest = project.read("topika.toml").replace(&server.url(), &with_thrift(&server).await);
    project.write("topika.toml", &manifest);
    let told = project.clean(PULL).err;
    let note = "note: version 1 of thrift-value in ";
    assert!(
        told.contains(note) && told.contains("is left alone: it has schemas of the type THRIFT_1, which"),
        "{told}"
    );
    let lock = project.read("topika.lock");
    assert!(lock.contains("orders.order-placed-value") && !lock.contains("thrift"), "{lock}");
    project.clean(&["plan", "--env", "test"]);
    assert!(!project.clean(PULL).out.contains("thrift"));
}
