//! `cargo topika plan`, `push` and `pull`, against Apicurio's registry, which speaks the protocol in a manner of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line, and its helpers fail as it does")]

mod support;

#[path = "../../registry/tests/apicurio/server.rs"]
mod server;

use support::{PLAN, PULL, PUSH, Project, order};
use tokio::sync::{Mutex, MutexGuard};
use topika_contract::compat::Level;
use topika_registry::api::{NewSchema, SchemaType};
use topika_registry::client::{Client, Deleted, ErrorKind, SubjectQuery};

const MONEY: &str = r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"}]}"#;
const MONEY_2: &str = r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"},{"name":"currency","type":"string","default":"EUR"}]}"#;
const KEY: &str =
    r#"{"type":"record","name":"OrderKey","namespace":"orders","fields":[{"name":"id","type":"string"}]}"#;
const STATION: &str = r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}"#;
const TICKET: &str = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Ticket","type":"object","properties":{"at":{"$ref":"../types/station.schema.json"}},"required":["at"]}"#;
const PROTO: &str = "syntax = \"proto3\";\nmessage Paid { string id = 1; }\n";

/// The subjects that have a level of their own in some test.
const SUBJECTS: [&str; 7] = [
    "orders-value",
    "orders-key",
    "test.orders-value",
    "test.orders-key",
    "test.kitchen.ticket-value",
    "types.Money",
    "types/station.schema.json",
];

/// The registry while a test has it for itself, empty.
struct Turn {
    client: Client,
    url: &'static str,
    _turn: MutexGuard<'static, ()>,
}

async fn turn(test: &str) -> Option<Turn> {
    static TURN: Mutex<()> = Mutex::const_new(());
    let turn = TURN.lock().await;
    let url = server::url(test)?;
    let client = Client::builder().url(url).build().unwrap();
    // It keeps the level of a subject that is gone, and of one that never had a version.
    for subject in SUBJECTS {
        client.delete_config(Some(subject)).await.ok();
    }
    // What is referred to cannot go before what refers to it.
    loop {
        let all = SubjectQuery { deleted: Deleted::With, ..SubjectQuery::default() };
        let subjects = client.subjects_where(&all).await.unwrap();
        if subjects.is_empty() {
            return Some(Turn { client, url, _turn: turn });
        }
        let mut gone = 0;
        for subject in subjects {
            let softly = client.delete_subject(&subject, false).await;
            if softly.is_ok() || softly.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
                gone += usize::from(client.delete_subject(&subject, true).await.is_ok());
            }
        }
        assert!(gone > 0, "no subject could be deleted");
    }
}

/// An Avro event with a key of its own and a JSON event, each with a shared type, all locked.
fn project(turn: &Turn) -> Project {
    project_with(turn, STATION)
}

fn project_with(turn: &Turn, station: &str) -> Project {
    let project = Project::new();
    project.write(
        "topika.toml",
        &format!(
            "[project]\nlevel = \"BACKWARD_TRANSITIVE\"\n\n[topic.orders]\nevents = [\"orders.order-placed\"]\n\
             key_type = \"orders.order-key\"\n\n[env.test]\nregistry = \"{}\"\ntopic-prefix = \"test.\"\n",
            turn.url
        ),
    );
    project.write("schemas/types/money.avsc", MONEY);
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    project.write("schemas/orders/order-key.avsc", KEY);
    project.write("schemas/types/station.schema.json", station);
    project.write("schemas/kitchen/ticket.schema.json", TICKET);
    project.clean(&["lock"]);
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_brings_it_in_line_and_the_next_one_has_nothing_to_do() {
    let Some(turn) = turn("a_push_brings_it_in_line_and_the_next_one_has_nothing_to_do").await else { return };
    let project = project(&turn);
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    for line in [
        "level     test.orders-value  NONE -> BACKWARD_TRANSITIVE",
        "level     test.orders-key  NONE -> BACKWARD_TRANSITIVE",
        "register  types.Money  version 1",
        "register  test.orders-value  version 1",
        "register  test.orders-key  version 1",
        "register  types/station.schema.json  version 1",
        "register  test.kitchen.ticket-value  version 1",
    ] {
        assert!(run.out.lines().any(|one| one == line), "{line}\n{}", run.out);
    }
    project.clean(PUSH);
    let run = project.clean(PLAN);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    assert!(project.clean(PUSH).out.contains("Nothing to push"));
    let level = turn.client.level(Some("test.orders-value")).await.unwrap();
    assert_eq!(level, Level::BackwardTransitive);
    let ticket = turn.client.latest("test.kitchen.ticket-value").await.unwrap();
    assert_eq!((ticket.schema_type.clone(), ticket.references.len()), (SchemaType::Json, 1));
    let ids = project.read("schemas/.history/ids.test.toml");
    assert!(ids.contains(&format!("id = {}, version = 1 }}", ticket.id)), "it gives no GUIDs: {ids}");

    // A new version of what is referred to is a new version of both.
    project.write("schemas/types/money.avsc", MONEY_2);
    project.clean(&["lock"]);
    project.clean(PUSH);
    let order = turn.client.latest("test.orders-value").await.unwrap();
    assert_eq!((order.version, order.references.first().map(|of| of.version)), (2, Some(2)));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    project.clean(&["check", "--baseline", "registry:test"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_told_and_what_breaks_the_level_is_refused() {
    let Some(turn) = turn("what_differs_is_told_and_what_breaks_the_level_is_refused").await else { return };
    let project = project(&turn);
    project.clean(PUSH);
    turn.client.set_level(Some("types/station.schema.json"), Level::None).await.unwrap();
    turn.client.set_level(Some("test.orders-key"), Level::None).await.unwrap();
    turn.client.register("test.orders-key", &NewSchema::avro(KEY.replace("\"string\"", "\"long\""))).await.unwrap();
    turn.client.register("test.orders-orders.OrderGone", &NewSchema::avro(r#""string""#)).await.unwrap();
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    for told in [
        "level     types/station.schema.json  NONE -> BACKWARD_TRANSITIVE",
        "version 2 of test.orders-key is in the registry and not in topika.lock",
        "test.orders-orders.OrderGone is a subject of one of our topics and not in topika.lock",
    ] {
        assert!(run.out.contains(told), "{told}\n{}", run.out);
    }
    project.clean(PUSH);
    // What somebody registered meanwhile cannot be read by what is locked next.
    let key = KEY.replace("]}", ",{\"name\":\"shard\",\"type\":\"int\",\"default\":0}]}");
    project.write("schemas/orders/order-key.avsc", &key);
    project.clean(&["lock"]);
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.err.contains("version 2 of test.orders-key was not registered"), "{}", run.err);
    assert!(run.err.contains("`cargo topika check --baseline registry:test`"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_adopts_all_of_it_and_the_project_is_clean() {
    let Some(turn) = turn("a_pull_adopts_all_of_it_and_the_project_is_clean").await else { return };
    let register = async |subject: &str, schema: NewSchema| turn.client.register(subject, &schema).await.unwrap();
    register("types.Money", NewSchema::avro(MONEY)).await;
    register("types.Money", NewSchema::avro(MONEY_2)).await;
    let placed = |version| NewSchema::avro(order("\"types.Money\"")).reference("types.Money", "types.Money", version);
    register("orders-value", placed(1)).await;
    register("orders-value", placed(2)).await;
    register("orders-key", NewSchema::avro(KEY)).await;
    register("types/station.schema.json", NewSchema::json(STATION)).await;
    let station = "types/station.schema.json";
    register("kitchen.ticket-value", NewSchema::json(TICKET).reference("../types/station.schema.json", station, 1))
        .await;
    register("payments-value", NewSchema::new(SchemaType::Protobuf, PROTO)).await;
    for subject in ["orders-value", "orders-key"] {
        turn.client.set_level(Some(subject), Level::Full).await.unwrap();
    }
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n", turn.url));
    let run = project.clean(PULL);
    for line in [
        "event    kitchen.ticket-value  kitchen/ticket.schema.json  on kitchen.ticket",
        "event    orders-value  orders/order-placed.avsc  on orders",
        "key      orders-key  orders/order-key.avsc  of orders",
        "shared   types.Money  types/money.avsc",
        "shared   types/station.schema.json  types/station.schema.json",
        "carried  payments-value",
    ] {
        assert!(run.out.lines().any(|one| one == line), "{line}\n{}", run.out);
    }
    assert!(run.out.contains("Pulled 8 new versions of 6 subjects"), "{}", run.out);
    let manifest = project.read("topika.toml");
    assert!(manifest.starts_with("[project]\nlevel = \"NONE\"\n"), "the registry's: {manifest}");
    assert!(manifest.contains("level = \"FULL\""), "that of the topic: {manifest}");
    assert_eq!(project.read("schemas/.history/payments-value/1.proto"), PROTO);
    project.clean(&["check"]);
    project.clean(&["lock", "--check"]);
    let run = project.clean(PLAN);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    assert!(project.clean(PULL).out.contains("Pulled 0 new versions of 6 subjects"));
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_with_given_ids_are_refused_before_anything_is_done() {
    let Some(turn) = turn("versions_with_given_ids_are_refused_before_anything_is_done").await else { return };
    let project = project(&turn);
    let elsewhere = topika_registry::server::Server::start("127.0.0.1:0").await.unwrap();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[env.old]\nregistry = \"{}\"\n", elsewhere.url()));
    project.clean(&["push", "--env", "old"]);
    let run = project.run(&["push", "--env", "test", "--import-ids", "old"]);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    let told = "the registry takes no versions with given ids: it has no mode IMPORT";
    assert!(run.err.contains(told) && run.err.contains("push without `--import-ids`"), "{}", run.err);
    assert!(turn.client.subjects().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_schema_that_it_does_not_recognise_is_refused_with_the_next_step() {
    let test = "a_json_schema_that_it_does_not_recognise_is_refused_with_the_next_step";
    let Some(turn) = turn(test).await else { return };
    // Without `$schema` it takes a text by its looks.
    let project = project_with(&turn, r#"{"enum":["grill","bar"]}"#);
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = "version 1 of types/station.schema.json was not registered: ";
    assert!(run.err.contains(told) && run.err.contains("Failed to discover artifact type"), "{}", run.err);
    assert!(run.err.contains("name its draft by `$schema`"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_it_does_not_keep_is_told() {
    let Some(turn) = turn("metadata_that_it_does_not_keep_is_told").await else { return };
    let project = project(&turn);
    project.write("schemas/orders/order-key.contract.json", r#"{ "metadata": { "properties": { "owner": "shop" } } }"#);
    project.clean(&["lock"]);
    project.clean(PUSH);
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = "version 2 of test.orders-key is in the registry without its metadata and rules";
    assert!(run.out.contains(told) && run.out.contains("Nothing to push; "), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_it_does_not_know_are_a_note_and_no_difference() {
    let Some(turn) = turn("settings_that_it_does_not_know_are_a_note_and_no_difference").await else { return };
    let project = project(&turn);
    project.write(
        "topika.settings.json",
        r#"{"global": {"normalize": true}, "subjects": {"orders-value": {"compatibilityGroup": "major"}, "orders": {"alias": "orders-value"}}}"#,
    );
    let note =
        "note: registry:test keeps no settings beside the level: what topika.settings.json says is not set there";
    let run = project.clean(PUSH);
    assert!(run.err.contains(note) && !run.out.contains("settings"), "{}{}", run.out, run.err);
    let run = project.clean(PLAN);
    assert!(run.out.contains(note) && run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    let before = project.read("topika.settings.json");
    project.clean(PULL);
    assert_eq!(project.read("topika.settings.json"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_contract_that_goes_is_a_version_like_any_other() {
    let Some(turn) = turn("a_data_contract_that_goes_is_a_version_like_any_other").await else { return };
    let project = project(&turn);
    let contract = "schemas/orders/order-key.contract.json";
    project.write(contract, r#"{ "metadata": { "properties": { "owner": "shop" } } }"#);
    project.clean(&["lock"]);
    project.clean(PUSH);
    std::fs::remove_file(project.path().join(contract)).unwrap();
    let later = KEY.replace("\"string\"}", "\"string\"},{\"name\":\"shop\",\"type\":\"string\",\"default\":\"\"}");
    project.write("schemas/orders/order-key.avsc", &later);
    project.clean(&["lock"]);
    let run = project.clean(PUSH);
    assert!(
        run.out.contains("register  test.orders-key  version 3  without the metadata of versions before"),
        "{}",
        run.out
    );
    let run = project.run(PLAN);
    assert!(run.out.ends_with("Nothing to push; 1 difference told above\n"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_softly_deleted_comes_back_and_what_is_gone_stops_the_push() {
    let Some(turn) = turn("what_is_softly_deleted_comes_back_and_what_is_gone_stops_the_push").await else { return };
    let project = project(&turn);
    project.clean(PUSH);
    let id = turn.client.latest("test.orders-value").await.unwrap().id;
    turn.client.delete_subject("test.orders-value", false).await.unwrap();
    let run = project.clean(PUSH);
    assert!(run.out.contains(&format!("register  test.orders-value  version 1  id {id}")), "{}", run.out);
    project.clean(PLAN);
    for permanent in [false, true] {
        turn.client.delete_subject("test.orders-value", permanent).await.unwrap();
    }
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = format!("version 1 of test.orders-value had the id {id}, and is not there");
    assert!(run.err.contains(&told) && run.err.contains("error: nothing was pushed"), "{}", run.err);
}
