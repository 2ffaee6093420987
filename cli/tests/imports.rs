//! `[import.NAME]`: what another repository owns, from a registry in this process.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run};
use topika_registry::api::{NewSchema, SchemaType};
use topika_registry::client::Client;
use topika_registry::server::Server;

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

const ID: &str = r#"{"name":"id","type":"string"}"#;
const NOTE: &str = r#"{"name":"note","type":"string","default":""}"#;
const TOTAL: &str = r#"{"name":"total","type":"money.Money"}"#;

const IMPORT: &str = "\n[import.orders]\nenv = \"test\"\nsubjects = [\"food-orders-*\"]\n";

async fn register(client: &Client, subject: &str, schema: NewSchema) -> u32 {
    client.register(subject, &schema).await.unwrap().id
}

fn placed(fields: &str) -> NewSchema {
    NewSchema::avro(record("food.OrderPlaced", fields)).reference("money.Money", "money.Money", 1)
}

/// A registry to which another repository has pushed, and a project that imports one topic of it.
async fn project(prefix: &str) -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    register(&client, "money.Money", NewSchema::avro(record("money.Money", r#"{"name":"cents","type":"long"}"#))).await;
    register(&client, &format!("{prefix}food-orders-value"), placed(&format!("{ID},{TOTAL}"))).await;
    register(&client, &format!("{prefix}food-orders-value"), placed(&format!("{ID},{TOTAL},{NOTE}"))).await;
    register(&client, &format!("{prefix}food-trucks-value"), NewSchema::avro(record("food.Truck", ID))).await;
    let project = Project::new();
    let env = format!("\n[env.test]\nregistry = \"{}\"\ntopic-prefix = \"{prefix}\"\n", server.url());
    project.write("topika.toml", &(project.read("topika.toml") + &env + IMPORT));
    (project, server, client)
}

fn ran(run: Run, code: i32) -> Run {
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    run
}

fn pull(project: &Project) -> Run {
    ran(project.run(&["pull", "--import"]), 0)
}

/// Replaces the pattern of the import.
fn select(project: &Project, pattern: &str) {
    let manifest = project.read("topika.toml");
    let at = manifest.find("\n[import").unwrap();
    let rows = format!("\n[import.orders]\nenv = \"test\"\nsubjects = [{pattern}]\n");
    project.write("topika.toml", &(manifest[..at].to_owned() + &rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_own_is_frozen_with_what_it_refers_to_and_never_pushed() {
    let (project, _server, client) = project("dev.").await;
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains("error[import/not-pulled]: nothing is frozen of `food-orders-*`"), "{}", run.out);

    let run = ran(project.run(&["pull", "--import", "orders", "--dry-run"]), 0);
    assert!(run.out.ends_with("3 new versions to freeze; then 2 subjects of others in all\n"), "{}", run.out);
    assert!(!project.path().join("topika.lock").exists(), "a dry run writes nothing");

    let run = pull(&project);
    let newest = client.latest("dev.food-orders-value").await.unwrap();
    let line = format!("import    food-orders-value  version 2  id {}\n", newest.id);
    assert!(run.out.contains(&line) && run.out.contains("import    money.Money  version 1  id "), "{}", run.out);
    assert!(!run.out.contains("trucks"), "{}", run.out);
    assert_eq!(project.read("schemas/.imports/food-orders-value/2.avsc"), newest.schema);
    assert!(project.read("schemas/.history/ids.test.toml").contains("name = \"food-orders-value\"\nversions = [\n"));
    let lock = project.read("topika.lock");
    assert!(lock.contains("[[import]]\nname = \"food-orders-value\"\nenv = \"test\"\nformat = \"avro\"\n"), "{lock}");
    let run = ran(project.run(&["check"]), 0);
    assert!(run.out.contains("Checked 2 subjects"), "{}", run.out);

    let run = pull(&project);
    assert_eq!(run.out, "Nothing new: 2 subjects of others are frozen\n");
    assert_eq!(project.read("topika.lock"), lock);

    // What is ours is locked and pushed beside it, and goes over none of it.
    ran(project.run(&["lock"]), 0);
    let before = client.subjects().await.unwrap();
    ran(project.run(&["push", "--env", "test"]), 0);
    let mut after = client.subjects().await.unwrap();
    after.retain(|subject| !before.contains(subject));
    assert_eq!(after, ["dev.orders-value"]);
    assert_eq!(client.versions("dev.food-orders-value").await.unwrap(), [1, 2]);
    ran(project.run(&["plan", "--env", "test"]), 0);
    ran(project.run(&["fmt", "--check"]), 0);
    let run = ran(project.run(&["lock", "--check"]), 0);
    assert!(!run.out.contains("food"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_what_is_new_and_is_in_line_all_the_same() {
    let (project, _server, client) = project("").await;
    pull(&project);
    ran(project.run(&["lock"]), 0);
    ran(project.run(&["push", "--env", "test"]), 0);
    let more = format!(r#"{ID},{TOTAL},{NOTE},{{"name":"by","type":"string","default":""}}"#);
    register(&client, "food-orders-value", placed(&more)).await;
    register(&client, "food-orders-key", NewSchema::avro(record("food.OrderKey", ID))).await;
    let run = ran(project.run(&["plan", "--env", "test"]), 0);
    for line in [
        "import    food-orders-key of [import.orders] is new there, with version 1",
        "import    food-orders-value of [import.orders] is at version 3, and frozen up to 2",
        "  help: run `cargo topika pull --import orders`",
        "In line: nothing to push",
    ] {
        assert!(run.out.lines().any(|one| one == line), "{line}\n{}", run.out);
    }
    let run = ran(project.run(&["plan", "--env", "test", "--format", "json"]), 0);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let news = document["imports"].as_array().unwrap();
    let of =
        |at: usize| (news[at]["kind"].as_str().unwrap(), news[at]["version"].as_u64(), news[at]["frozen"].as_u64());
    assert_eq!([of(0), of(1)], [("new-subject", Some(1), None), ("new-version", Some(3), Some(2))], "{document}");
    let schema: serde_json::Value = serde_json::from_str(&project.run(&["schema", "plan"]).out).unwrap();
    let problems: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&document).map(|e| e.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");

    let run = pull(&project);
    assert!(run.out.contains("Froze 2 new versions, of 3 subjects of others in all"), "{}", run.out);
    let run = ran(project.run(&["plan", "--env", "test"]), 0);
    assert!(!run.out.contains("import "), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_our_types_cannot_read_is_told_by_the_pull_and_by_every_check() {
    let (project, _server, client) = project("").await;
    client.set_level(Some("food-orders-value"), topika_contract::compat::Level::None).await.unwrap();
    let broken = format!(r#"{ID},{TOTAL},{{"name":"channel","type":"string"}}"#);
    register(&client, "food-orders-value", placed(&broken)).await;
    let told = "error[import/unreadable-version]: the types of the import `food-orders-value`, made of version 3, \
                cannot read messages of versions 2, 1";
    let run = ran(project.run(&["pull", "--import"]), 100);
    assert!(run.out.contains(told) && run.out.contains("channel"), "{}", run.out);
    assert_eq!(project.read("topika.lock").matches("[[import.version]]").count(), 4, "it is what it is");
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains(told), "{}", run.out);
    let waiver = "\n[[waive]]\nrule = \"import/unreadable-version\"\nsubject = \"food-orders-value\"\nfrom = 3\nreason = \"gone\"\n";
    project.write("topika.toml", &(project.read("topika.toml") + waiver));
    let run = ran(project.run(&["check"]), 0);
    assert!(run.out.contains("1 waived"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_text_is_a_finding_and_nobody_mends_it_here() {
    let (project, _server, _client) = project("").await;
    pull(&project);
    let path = "schemas/.imports/food-orders-value/1.avsc";
    let text = project.read(path);
    project.write(path, &text.replace("\"id\"", "\"key\""));
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains(&format!("error[lock/edited]: the frozen text {path} was edited")), "{}", run.out);
    assert!(run.out.contains("changes belong into the repository that owns it"), "{}", run.out);
    std::fs::remove_file(project.path().join(path)).unwrap();
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains("error[lock/text-missing]"), "{}", run.out);
    project.write(path, &text);
    project.write("schemas/.imports/food-orders-value/9.avsc", &text);
    let run = ran(project.run(&["check"]), 0);
    assert!(run.out.contains("warning[history/stray]: schemas/.imports/food-orders-value/9.avsc"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_say_what_is_taken_and_what_goes_again() {
    let (project, _server, client) = project("").await;
    register(&client, "food-paid-value", NewSchema::new(SchemaType::Protobuf, "syntax = \"proto3\";\nmessage P {}\n"))
        .await;
    pull(&project);
    select(&project, "\"food-orderz-value\"");
    let run = ran(project.run(&["pull", "--import"]), 101);
    assert!(
        run.err.contains("no subject of registry:test matches `food-orderz-value` of [import.orders]"),
        "{}",
        run.err
    );
    assert!(run.err.contains("did you mean `food-orders-value`?"), "{}", run.err);
    select(&project, "\"food-paid-*\"");
    let run = ran(project.run(&["pull", "--import"]), 101);
    assert!(run.err.contains("selects Protocol Buffers only"), "{}", run.err);
    let run = ran(project.run(&["pull", "--import", "order"]), 101);
    assert!(
        run.err.contains("there is no [import.order] in topika.toml") && run.err.contains("`orders`?"),
        "{}",
        run.err
    );

    select(&project, "\"food-trucks-*\", \"food-p*\", \"food-t*\"");
    let run = ran(project.run(&["check"]), 100);
    assert!(
        run.out.contains("warning[import/left-over]: topika.lock holds the import `food-orders-value`"),
        "{}",
        run.out
    );
    select(&project, "\"food-*s-*\"");
    pull(&project);
    select(&project, "\"food-trucks-*\"");
    let run = pull(&project);
    for name in ["food-orders-value", "money.Money"] {
        assert!(run.out.contains(&format!("drop      {name}  no row asks for it\n")), "{}", run.out);
        assert!(!project.path().join("schemas/.imports").join(name).exists(), "{name}");
    }
    ran(project.run(&["check"]), 0);

    select(&project, "\"food-trucks-*\"");
    let manifest = project.read("topika.toml").replace("env = \"test\"\n", "env = \"tests\"\n");
    project.write("topika.toml", &manifest);
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains("[import.orders] takes from [env.tests], which is not there"), "{}", run.out);
    assert!(run.out.contains("did you mean \"test\"?") && run.out.contains(": 1 error;"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ours_is_no_import_and_what_is_imported_is_not_adopted() {
    let (project, _server, client) = project("").await;
    select(&project, "\"food-orders-*\", \"orders-*\"");
    register(&client, "orders-value", NewSchema::avro(record("orders.OrderPlaced", ID))).await;
    let run = ran(project.run(&["pull", "--import"]), 101);
    assert!(run.err.contains("`orders-value` is a subject of this project"), "{}", run.err);

    let other = Project::new();
    std::fs::remove_dir_all(other.path().join("schemas")).unwrap();
    let env = project.read("topika.toml");
    let env = &env[env.find("[env").unwrap()..env.find("[import").unwrap()];
    other.write("topika.toml", &(env.to_owned() + IMPORT));
    ran(other.run(&["pull", "--import"]), 0);
    let run = ran(other.run(&["pull", "--env", "test"]), 0);
    assert!(run.out.contains("event    food-trucks-value") && !run.out.contains("food-orders"), "{}", run.out);
    let run = ran(other.run(&["check"]), 0);
    assert!(run.out.contains("Checked"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_of_ours_that_imports_refer_to_is_the_one_that_they_mean() {
    let (project, _server, _client) = project("").await;
    pull(&project);
    // The same type, printed otherwise than the registry has it.
    let money = |of: &str| {
        format!(
            "{{\n  \"type\": \"record\", \"name\": \"Money\", \"namespace\": \"money\",\n  \"fields\": [{{ \"name\": \"cents\", \"type\": \"{of}\" }}]\n}}\n"
        )
    };
    project.write("schemas/types/money.avsc", &money("long"));
    let said = "version 1 of `money.Money`, to which [import.orders] leads, is another type than this project's own";
    let run = project.run(&["check"]);
    assert!(!run.out.contains("import/owned"), "{}", run.out);
    project.write("schemas/types/money.avsc", &money("int"));
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains("error[import/owned]") && run.out.contains(said), "{}", run.out);
    // Nor once it is locked.
    project.write("schemas/types/money.avsc", &money("long"));
    ran(project.run(&["lock"]), 0);
    ran(project.run(&["check"]), 0);
    ran(project.run(&["push", "--env", "test"]), 0);
    ran(project.run(&["plan", "--env", "test"]), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_registry_under_the_same_name_is_told_before_anything_is_written() {
    let (project, _server, _client) = project("").await;
    pull(&project);
    let anew = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(anew.url()).build().unwrap();
    register(&client, "food-orders-value", NewSchema::avro(record("food.OrderPlaced", NOTE))).await;
    let manifest = project.read("topika.toml");
    let at = manifest.find("registry = ").unwrap();
    let end = at + manifest[at..].find('\n').unwrap();
    project.write("topika.toml", &format!("{}registry = \"{}\"{}", &manifest[..at], anew.url(), &manifest[end..]));
    let lock = project.read("topika.lock");
    let run = ran(project.run(&["pull", "--import"]), 101);
    assert!(run.err.contains("version 1 of `food-orders-value` is another text in registry:test"), "{}", run.err);
    assert_eq!(project.read("topika.lock"), lock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_has_what_others_own_too() {
    let (project, _server, client) = project("dev.").await;
    pull(&project);
    ran(project.run(&["lock"]), 0);
    ran(project.run(&["push", "--env", "test"]), 0);
    let run = ran(project.run(&["bundle", "--env", "test", "-o", "schemas.bundle"]), 0);
    assert!(run.out.contains("Wrote 4 versions"), "{}{}", run.out, run.err);
    let newest = client.latest("dev.food-orders-value").await.unwrap();
    let bundle = topika_registry::bundle::Bundle::parse(&project.read("schemas.bundle")).unwrap();
    assert_eq!(bundle.schema(newest.id).unwrap().schema, newest.schema);
    assert_eq!(bundle.latest("dev.food-orders-value").unwrap().references, newest.references);
}

#[tokio::test(flavor = "multi_thread")]
async fn subjects_by_record_name_are_on_the_topic_of_their_row_and_have_no_prefix() {
    let (project, _server, client) = project("dev.").await;
    register(&client, "shop.Opened", NewSchema::avro(record("shop.Opened", r#"{"name":"name","type":"string"}"#)))
        .await;
    let row = |key: &str| format!("\n[import.orders.topic.shops]\nsubjects = [\"shop.*\"]\nkey = \"{key}\"\n");
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &(manifest.clone() + &row("name")));
    let run = pull(&project);
    assert!(run.out.contains("import    shop.Opened  version 1  id "), "{}", run.out);
    ran(project.run(&["check"]), 0);
    if cfg!(feature = "generate") {
        let run = ran(project.run(&["generate", "src"]), 0);
        let module = project.read("src/events.rs");
        for (topic, key) in [("shops", ", key = \"name\""), ("food-orders", "")] {
            assert!(module.contains(&format!("#[topic(name = \"{topic}\"{key})]")), "{}{module}", run.err);
        }
    }

    project.write("topika.toml", &(manifest.clone() + &row("nam")));
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains("has no field `nam`, the key of the topic `shops`"), "{}", run.out);
    project.write("topika.toml", &(manifest + "\n[import.orders.topic.trucks]\ncompact = true\n"));
    let run = ran(project.run(&["check"]), 100);
    assert!(run.out.contains("no subject of [import.orders] is on the topic `trucks`"), "{}", run.out);
}
