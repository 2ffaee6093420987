//! `cargo topika plan` and `push`, against a registry in this process.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run, order};
use topika_contract::compat::Level;
use topika_registry::api::{NewSchema, Reference};
use topika_registry::client::Client;
use topika_registry::server::Server;

const MONEY: &str = r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"}]}"#;
const MONEY_2: &str = r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"},{"name":"currency","type":"string","default":"EUR"}]}"#;

/// A project of an Avro event, a JSON event and a shared type of each, locked once, with the environment `test`.
async fn project() -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let project = Project::new();
    named(&project, &server, "test");
    project.write("schemas/types/money.avsc", MONEY);
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    project.write("schemas/types/station.schema.json", r#"{"type":"string"}"#);
    project.write(
        "schemas/kitchen/ticket.schema.json",
        r#"{"title":"Ticket","type":"object","properties":{"at":{"$ref":"../types/station.schema.json"}},"required":["at"]}"#,
    );
    lock(&project);
    (project, server, client)
}

/// Adds an environment to a project's manifest.
fn named(project: &Project, server: &Server, env: &str) {
    let manifest = project.read("topika.toml");
    let row = format!("\n[env.{env}]\nregistry = \"{}\"\ntopic-prefix = \"test.\"\n", server.url());
    project.write("topika.toml", &(manifest + &row));
}

fn lock(project: &Project) {
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

fn plan(project: &Project) -> Run {
    project.run(&["plan", "--env", "test"])
}

fn push(project: &Project) -> Run {
    let run = project.run(&["push", "--env", "test"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_registry_gets_levels_and_then_versions_behind_what_they_refer_to() {
    let (project, _server, client) = project().await;
    let run = plan(&project);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    let at = |line: &str| lines.iter().position(|one| *one == line).unwrap_or_else(|| panic!("{line}\n{}", run.out));
    let level = at("level     test.orders-value  BACKWARD -> BACKWARD_TRANSITIVE");
    let (money, order) = (at("register  types.Money  version 1"), at("register  test.orders-value  version 1"));
    let (station, ticket) =
        (at("register  types/station.schema.json  version 1"), at("register  test.kitchen.ticket-value  version 1"));
    assert!(level < money && money < order && level < station && station < ticket, "{}", run.out);
    assert!(client.subjects().await.unwrap().is_empty(), "a plan changes nothing");

    let run = push(&project);
    assert!(run.out.contains("Pushed 8 steps: registry:test of http://"), "{}", run.out);
    assert_eq!(client.level(Some("test.orders-value")).await.unwrap(), Level::BackwardTransitive);
    assert_eq!(client.level(None).await.unwrap(), Level::Backward, "only that of our subjects is set");
    let order = client.latest("test.orders-value").await.unwrap();
    assert_eq!(order.references, [Reference { name: "types.Money".into(), subject: "types.Money".into(), version: 1 }]);
    let ticket = client.latest("test.kitchen.ticket-value").await.unwrap();
    let names: Vec<_> = ticket.references.iter().map(|one| (one.name.as_str(), one.subject.as_str())).collect();
    assert_eq!(names, [("../types/station.schema.json", "types/station.schema.json")], "as the text writes it");

    let run = plan(&project);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    let run = push(&project);
    assert!(run.out.contains("Nothing to push"), "{}", run.out);
    assert!(!run.out.contains("Wrote"), "nothing changed: {}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_of_what_is_referred_to_is_a_new_version_of_both() {
    let (project, _server, client) = project().await;
    push(&project);
    project.write("schemas/types/money.avsc", MONEY_2);
    let run = plan(&project);
    assert_eq!(run.code, 0, "the lock counts: {}", run.out);
    assert!(run.out.contains("newer than topika.lock"), "{}", run.out);
    lock(&project);
    push(&project);
    let order = client.latest("test.orders-value").await.unwrap();
    assert_eq!((order.version, order.references.first().unwrap().version), (2, 2));
    // Into a registry that has nothing, all of it goes in order.
    let empty = Server::start("127.0.0.1:0").await.unwrap();
    named(&project, &empty, "other");
    assert_eq!(project.run(&["push", "--env", "other"]).code, 0);
    let other = Client::builder().url(empty.url()).build().unwrap();
    for version in [1, 2] {
        let (here, there) = (client.version("test.orders-value", version), other.version("test.orders-value", version));
        let (here, there) = (here.await.unwrap(), there.await.unwrap());
        assert_eq!((&here.schema, &here.references), (&there.schema, &there.references));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ids_that_a_registry_gave_stand_in_the_history() {
    let (project, server, client) = project().await;
    client.register("somebody-else", &NewSchema::avro(r#""int""#)).await.unwrap();
    let run = push(&project);
    assert!(run.out.contains("Wrote schemas/.history/ids.test.toml; commit it"), "{}", run.out);
    let ids = project.read("schemas/.history/ids.test.toml");
    let order = client.latest("test.orders-value").await.unwrap();
    assert!(order.id > 1, "the other one has the first id");
    let row =
        format!("name = \"orders-value\"\nversions = [\n  {{ number = 1, id = {}, version = 1, guid = \"", order.id);
    assert!(ids.contains(&row), "without prefix: {ids}");
    assert_eq!(project.run(&["check"]).code, 0, "the file is known to belong there");

    // The registry is lost and made anew: the same schemas have other ids.
    let anew = Server::start("127.0.0.1:0").await.unwrap();
    let manifest = project.read("topika.toml").replace(&server.url(), &anew.url());
    project.write("topika.toml", &manifest);
    std::fs::remove_file(project.path().join("schemas/.history/ids.test.toml")).unwrap();
    push(&project);
    project.write("schemas/.history/ids.test.toml", &ids);
    let run = plan(&project);
    assert_eq!(run.code, 100, "{}", run.out);
    let told = format!("version 1 of test.orders-value had the id {} and has the id {} now", order.id, order.id - 1);
    assert!(run.out.contains(&told), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_difference_that_no_push_mends_is_told() {
    let (project, _server, client) = project().await;
    push(&project);
    let stray = NewSchema::avro(
        order("\"types.Money\"")
            .replace("\"id\"", "\"nr\"")
            .replace("\"type\": \"string\" }", "\"type\": \"string\", \"default\": \"\" }"),
    );
    let stray = stray.reference("types.Money", "types.Money", 1);
    client.register("test.orders-value", &stray).await.unwrap();
    client.register("test.orders-key", &NewSchema::avro(r#""string""#)).await.unwrap();
    client.register("test.orders-of-others-value", &NewSchema::avro(r#""string""#)).await.unwrap();
    let run = plan(&project);
    assert_eq!(run.code, 100);
    assert!(
        run.out.contains("version 2 of test.orders-value is in the registry and not in topika.lock"),
        "{}",
        run.out
    );
    assert!(run.out.contains("test.orders-key is a subject of one of our topics"), "{}", run.out);
    assert!(!run.out.contains("of-others"), "another topic's: {}", run.out);
    assert!(run.out.ends_with("Nothing to push; 2 differences told above\n"), "{}", run.out);

    // What we lock now is version 3 there, and the next plan says so.
    project.write("schemas/types/money.avsc", MONEY_2);
    lock(&project);
    client.set_level(Some("test.orders-value"), Level::None).await.unwrap();
    let run = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&project.run(&["schema", "plan"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    let kinds: Vec<_> = document["steps"].as_array().unwrap().iter().map(|step| step["kind"].clone()).collect();
    assert_eq!(kinds, ["set-level", "register", "register"], "{document}");
    let run = project.run(&["push", "--env", "test"]);
    assert_eq!(run.code, 100, "the stray version cannot be read by it: {}{}", run.out, run.err);
    assert!(run.err.contains("version 2 of test.orders-value was not registered"), "{}", run.err);
    assert!(run.err.contains("`cargo topika check --baseline registry:test`"), "{}", run.err);
    client.delete_version("test.orders-value", 2, false).await.unwrap();
    let run = push(&project);
    assert!(
        run.out.contains("register  test.orders-value  version 2  id ") && run.out.contains(" (version 3 there)"),
        "{}",
        run.out
    );
    let run = plan(&project);
    assert!(run.out.contains("test.orders-key") && !run.out.contains("is version 3"), "the push saw it: {}", run.out);
    std::fs::remove_file(project.path().join("schemas/.history/ids.test.toml")).unwrap();
    assert!(plan(&project).out.contains("version 2 of test.orders-value is version 3 in the registry"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_behind_a_newer_one_is_never_registered() {
    let (project, _server, client) = project().await;
    project.write("schemas/types/money.avsc", MONEY_2);
    lock(&project);
    client.register("types.Money", &NewSchema::avro(MONEY_2)).await.unwrap();
    let run = plan(&project);
    assert!(run.out.contains("version 1 of types.Money is not in the registry, where version 2 is"), "{}", run.out);
    assert!(!run.out.contains("register  types.Money"), "{}", run.out);
    let lost = "version 1 of test.orders-value refers to version 1 of types.Money, which is not in the registry";
    assert!(run.out.contains(lost), "{}", run.out);
    push(&project);
    let order = client.latest("test.orders-value").await.unwrap();
    assert_eq!(order.version, 1);
    assert_eq!(order.references.first().map(|one| one.version), Some(1), "their version 1 is our version 2");
    assert_eq!(client.versions("types.Money").await.unwrap(), [1], "the newest one stays the latest");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_a_push_would_do_and_changes_nothing() {
    let (project, _server, client) = project().await;
    let run = project.run(&["push", "--env", "test", "--dry-run"]);
    assert_eq!((run.code, run.out.as_str()), (0, plan(&project).out.as_str()));
    assert!(client.subjects().await.unwrap().is_empty());
    assert!(!project.path().join("schemas/.history/ids.test.toml").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_was_broken_off_goes_on_where_it_stopped() {
    let (project, _server, client) = project().await;
    client.register("test.orders-value", &NewSchema::avro(r#""int""#)).await.unwrap();
    let run = project.run(&["push", "--env", "test"]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("version 1 of test.orders-value was not registered") && run.err.contains("1 step not done"),
        "{}",
        run.err
    );
    let before = project.read("schemas/.history/ids.test.toml");
    assert!(before.contains("types.Money") && !before.contains("orders-value"), "what was done is kept: {before}");
    client.delete_subject("test.orders-value", false).await.unwrap();
    let run = push(&project);
    assert!(!run.out.contains("types.Money"), "it is there already: {}", run.out);
    assert!(run.out.contains("register  test.orders-value  version 1"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_holds_what_was_pushed_and_a_client_starts_from_it_without_a_registry() {
    let (project, server, client) = project().await;
    let bundle = |project: &Project| project.run(&["bundle", "--env", "test", "-o", "out/schemas.json"]);
    let run = bundle(&project);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("has no id of test") && run.err.contains("`cargo topika push --env test` first"),
        "{}",
        run.err
    );
    push(&project);
    let order = client.latest("test.orders-value").await.unwrap();
    server.shutdown().await;
    let run = bundle(&project);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(run.out, "Wrote 4 versions with the ids of test to out/schemas.json\n");
    let file = project.path().join("out/schemas.json");
    let offline = Client::builder().url(server_that_is_gone()).retries(0).bundle(&file).build().unwrap();
    let text = NewSchema::avro(project.read("schemas/orders/order-placed.avsc"));
    let found = offline.lookup("test.orders-value", &text.reference("types.Money", "types.Money", 1)).await.unwrap();
    assert_eq!((found.id, found.version, &found.guid), (order.id, 1, &order.guid));
    assert!(offline.schema(order.id).await.unwrap().schema.contains("OrderPlaced"));
    let before = std::fs::read(&file).unwrap();
    bundle(&project);
    assert_eq!(std::fs::read(&file).unwrap(), before, "the same bytes");
}

/// An address at which nobody listens.
fn server_that_is_gone() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_is_told_with_the_next_step() {
    let (project, server, _client) = project().await;
    let run = project.run(&["plan", "--env", "tests"]);
    assert_eq!(run.code, 101);
    assert!(
        run.err.contains("there is no [env.tests] in topika.toml") && run.err.contains("did you mean `test`?"),
        "{}",
        run.err
    );
    project.write("schemas/.history/ids.test.toml", "ids-version = 1\n[[subject]]\n");
    let run = plan(&project);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("ids.test.toml:2:1: ") && run.err.contains("`name` is missing"), "{}", run.err);
    std::fs::remove_file(project.path().join("schemas/.history/ids.test.toml")).unwrap();
    let text = project.read("topika.lock");
    project.write("topika.lock", &text.replace("lock-version = 1", "lock-version = 7"));
    let run = project.run(&["push", "--env", "test"]);
    assert_eq!(run.code, 101);
    assert!(run.out.contains("version 7"), "{}{}", run.out, run.err);
    project.write("topika.lock", &text);
    let url = server.url();
    server.shutdown().await;
    let run = plan(&project);
    assert_eq!(run.code, 101);
    assert!(run.err.contains(&format!("see that {url} is up")), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_message_names_is_pushed_nowhere_and_is_no_drift() {
    let (project, _server, client) = project().await;
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[topic.\"web.seen\"]\nframing = \"none\"\n"));
    project.write(
        "schemas/web/seen.schema.json",
        r#"{"title":"Seen","type":"object","properties":{"page":{"type":"string"}},"required":["page"]}"#,
    );
    lock(&project);
    assert!(project.read("topika.lock").contains("name = \"web.seen-value\""), "it is locked as every other");
    let run = push(&project);
    assert!(!run.out.contains("web.seen"), "{}", run.out);
    assert_eq!(client.subjects().await.unwrap().iter().filter(|one| one.contains("web.seen")).count(), 0);
    // Whatever stands there of others: nobody reads it.
    client.register("test.web.seen-Other", &NewSchema::json(r#"{"title":"Other"}"#)).await.unwrap();
    let run = plan(&project);
    assert_eq!((run.code, run.out.contains("web.seen")), (0, false), "{}", run.out);
    // Nor does a pull take it for the topic's schema.
    client.register("test.web.seen-value", &NewSchema::json(r#"{"title":"Seen","type":"string"}"#)).await.unwrap();
    let (before, working) = (project.read("topika.lock"), project.read("schemas/web/seen.schema.json"));
    let run = project.run(&["pull", "--env", "test"]);
    assert!(run.code == 0 && !run.out.contains("web.seen"), "{}{}", run.out, run.err);
    assert_eq!((project.read("topika.lock"), project.read("schemas/web/seen.schema.json")), (before, working));
    for permanent in [false, true] {
        client.delete_subject("test.web.seen-value", permanent).await.unwrap();
    }
    // Consumers that read framed messages too, and then producers that write them, need it.
    project.write("topika.toml", &format!("{manifest}\n[topic.\"web.seen\"]\nframing = \"none\"\nmixed = true\n"));
    lock(&project);
    let run = plan(&project);
    assert!(run.out.contains("register  test.web.seen-value  version 1\n"), "{}", run.out);
    assert!(run.out.contains("test.web.seen-Other is a subject of one of our topics"), "{}", run.out);
    push(&project);
    assert_eq!(client.latest("test.web.seen-value").await.unwrap().version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_lock_does_not_know_is_deleted_only_where_somebody_says_so() {
    let (project, _server, client) = project().await;
    push(&project);
    client.set_level(Some("test.orders-value"), Level::None).await.unwrap();
    let register =
        async |subject: &str, schema: &str| client.register(subject, &NewSchema::avro(schema)).await.unwrap();
    register("test.orders-value", &order("\"string\"")).await;
    register("test.orders-orders.Other", r#"{"type":"record","name":"orders.Other","fields":[]}"#).await;
    // A stranger that something of somebody else stands on, and a subject that is none of our topics.
    let base = r#"{"type":"record","name":"orders.Base","fields":[]}"#;
    register("test.orders-orders.Base", base).await;
    let uses = r#"{"type":"record","name":"theirs.Uses","fields":[{"name":"base","type":"orders.Base"}]}"#;
    let uses = NewSchema::avro(uses).reference("orders.Base", "test.orders-orders.Base", 1);
    client.register("theirs-value", &uses).await.unwrap();
    let all = async || {
        let mut all = Vec::new();
        for subject in client.subjects().await.unwrap() {
            all.extend(
                client.versions(&subject).await.unwrap().into_iter().map(|version| format!("{subject} {version}")),
            );
        }
        all
    };
    let before = all().await;

    let run = project.run(&["push", "--env", "test", "--prune", "--dry-run"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let named: Vec<&str> = run.out.lines().filter(|line| line.starts_with("delete")).collect();
    let expected = ["delete    test.orders-orders.Other  version 1", "delete    test.orders-value  version 2"];
    assert_eq!(named, expected, "{}", run.out);
    assert!(
        run.err.contains("version 1 of test.orders-orders.Base stays: something that stays refers to it"),
        "{}",
        run.err
    );
    let run = project.run(&["push", "--env", "test", "--prune"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("2 versions would be deleted, and nobody said yes; nothing was pushed"), "{}", run.err);
    assert_eq!(all().await, before);
    assert_eq!(client.level(Some("test.orders-value")).await.unwrap(), Level::None);

    let run = project.run(&["push", "--env", "test", "--prune", "--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("Deleted 2 versions; `--permanent` would delete for good\n"), "{}", run.out);
    let gone = ["test.orders-orders.Other 1", "test.orders-value 2"];
    let left: Vec<_> = before.iter().filter(|version| !gone.contains(&version.as_str())).cloned().collect();
    assert_eq!(all().await, left, "that, and no more");
    assert_eq!(client.level(Some("test.orders-value")).await.unwrap(), Level::BackwardTransitive);
    let deleted = NewSchema::avro(order("\"string\""));
    assert!(client.lookup_deleted("test.orders-value", &deleted).await.is_ok(), "softly");

    client.set_level(Some("test.orders-value"), Level::None).await.unwrap();
    client.register("test.orders-value", &NewSchema::avro(order("\"boolean\""))).await.unwrap();
    let run = project.run(&["push", "--env", "test", "--prune", "--permanent", "--yes"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("Deleted 1 version for good\n"), "{}", run.out);
    let deleted = NewSchema::avro(order("\"boolean\""));
    assert!(client.lookup_deleted("test.orders-value", &deleted).await.is_err());
}
