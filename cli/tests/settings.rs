//! The settings of subjects beside their level, on their way between `topika.settings.json` and a registry in this process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail at any line")]

#[path = "support/of_subjects.rs"]
mod of_subjects;
mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use of_subjects::{FILE, ORDER, ORDER_2, config, empty, has, ours, owned_by, said, server, set};
use serde_json::{Value, json};
use support::{PLAN, PULL, PUSH};
use topika_contract::compat::Level;
use topika_registry::api::{Config, Mode, NewSchema};
use topika_registry::client::Client;
use topika_registry::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_says_is_set_before_the_versions_and_the_next_plan_has_nothing_to_do() {
    let (server, client) = server().await;
    let project = ours(&server);
    let rules = json!({ "domainRules": [{ "name": "r", "type": "CEL", "kind": "CONDITION", "mode": "WRITE", "expr": "true" }] });
    let file = json!({
        "global": { "normalize": true },
        "subjects": {
            "orders": { "alias": "orders-value" },
            "orders-value": { "defaultMetadata": owned_by("shop"), "overrideRuleSet": rules, "validateFields": false, "alias": null },
        }
    });
    project.write(FILE, &file.to_string());
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let steps: Vec<&str> = run.out.lines().filter(|line| !line.starts_with("registry:")).collect();
    assert_eq!(
        steps,
        [
            "settings  the registry itself  normalize",
            "settings  t.orders-value  defaultMetadata, overrideRuleSet, validateFields",
            "register  t.orders-value  version 1",
            "settings  t.orders  alias",
            "4 steps to do: `cargo topika push --env test`",
        ]
    );
    let run = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let schema: Value = serde_json::from_str(&project.clean(&["schema", "plan"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    assert_eq!(
        document["steps"][0],
        json!({ "kind": "set-settings", "subject": "", "settings": { "normalize": true } })
    );
    assert_eq!(
        document["steps"][3],
        json!({ "kind": "set-settings", "subject": "t.orders", "settings": { "alias": "t.orders-value" } })
    );
    assert_eq!(config(&client, Some("t.orders")).await, json!({}), "a plan changes nothing");

    project.clean(PUSH);
    assert_eq!(config(&client, None).await, json!({ "normalize": true }));
    assert_eq!(config(&client, Some("t.orders")).await, json!({ "alias": "t.orders-value" }));
    let order = config(&client, Some("t.orders-value")).await;
    assert_eq!((&order["defaultMetadata"], &order["validateFields"]), (&owned_by("shop"), &json!(false)));
    // The version was taken under the settings, by both names.
    let version = client.latest("t.orders").await.unwrap();
    assert_eq!((version.subject.as_str(), &version.metadata), ("t.orders-value", &Some(owned_by("shop"))));
    assert!(version.rule_set.is_some());
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    assert!(project.clean(PUSH).out.contains("Nothing to push"));
}

/// The level that holds for a subject, and whether it is its own.
async fn level(client: &Client, subject: &str) -> (Level, bool) {
    let own = config(client, Some(subject)).await;
    (client.level(Some(subject)).await.unwrap(), own.get("compatibilityLevel").is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_of_the_registry_itself_is_set_first_where_the_file_says_it_and_never_else() {
    let (server, client) = server().await;
    let project = ours(&server);
    client.set_level(None, Level::None).await.unwrap();
    let run = project.run(PLAN);
    has(&run, "level     t.orders-value  NONE -> BACKWARD");
    has(
        &run,
        "note: registry:test itself has the level NONE, which stays: 1 subject without one of their own get theirs; `\"global\": { \"compatibilityLevel\": ... }` in topika.settings.json would set it",
    );
    let run = project.run(&["plan", "--env", "test", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&run.out).unwrap()["notes"].as_array().unwrap().len(), 1);
    let run = project.clean(PUSH);
    assert!(run.err.contains("itself has the level NONE, which stays"), "{}", run.err);
    assert_eq!(client.level(None).await.unwrap(), Level::None, "it may be others', too");
    assert_eq!(level(&client, "t.orders-value").await, (Level::Backward, true));
    assert_eq!(project.clean(PLAN).out.matches("note").count(), 0, "nothing of ours hangs on it");

    // It goes before the levels of subjects, of which some need none of their own then and others do.
    client.delete_config(Some("t.orders-value")).await.unwrap();
    project.write(FILE, r#"{"global": {"compatibilityLevel": "BACKWARD"}}"#);
    let run = project.run(PLAN);
    let steps: Vec<&str> = run.out.lines().skip(1).collect();
    let global = |level: &str| format!("settings  the registry itself  compatibilityLevel {level}");
    assert_eq!(steps, [&global("BACKWARD"), "1 step to do: `cargo topika push --env test`"]);
    project.write(FILE, r#"{"global": {"compatibilityLevel": "FULL"}}"#);
    let run = project.run(PLAN);
    let steps: Vec<&str> = run.out.lines().skip(1).take(2).collect();
    assert_eq!(steps, [&global("FULL"), "level     t.orders-value  FULL -> BACKWARD"]);
    project.clean(PUSH);
    assert_eq!(client.level(None).await.unwrap(), Level::Full);
    assert_eq!(level(&client, "t.orders-value").await, (Level::Backward, true));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));

    // A pull names another one, and takes none that it was not told to take.
    client.set_level(None, Level::Forward).await.unwrap();
    let run = project.clean(PULL);
    let told = "`compatibilityLevel` of the registry itself is another one in registry:test than in topika.settings.json, which counts";
    assert!(run.err.contains(told), "{}", run.err);
    let pulled = empty(&server);
    let run = pulled.clean(PULL);
    assert!(run.err.contains("note: the level of registry:test itself, FORWARD, is not taken"), "{}", run.err);
    assert!(!pulled.path().join(FILE).exists());
    let pulled = empty(&server);
    pulled.clean(&["pull", "--env", "test", "--global-level"]);
    assert_eq!(said(&pulled)["global"], json!({ "compatibilityLevel": "FORWARD" }));
    assert!(pulled.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_of_all_in_a_context_is_that_of_the_context() {
    let (server, client) = server().await;
    let project = ours(&server);
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}context = \"staging\"\n"));
    project.write(FILE, r#"{"global": {"compatibilityLevel": "FULL", "normalize": true}}"#);
    project.clean(PUSH);
    assert_eq!(client.level(None).await.unwrap(), Level::Backward, "the registry as a whole is not ours");
    let said = config(&client, Some(":.staging:")).await;
    assert_eq!(said, json!({ "compatibilityLevel": "FULL", "normalize": true }));
    assert_eq!(level(&client, ":.staging:t.orders-value").await, (Level::Backward, true));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_registry_says_beyond_the_file_is_a_difference_that_a_pull_takes_and_a_null_takes_back() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.clean(PUSH);
    set(&client, None, json!({ "normalize": true })).await;
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"), "the registry itself is not ours");
    set(&client, Some("t.orders-value"), json!({ "compatibilityGroup": "major", "normalize": false })).await;
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = "t.orders-value has `compatibilityGroup`, `normalize` in the registry, of which topika.settings.json says nothing";
    has(&run, &format!("drift     {told}"));
    assert!(run.out.ends_with("Nothing to push; 1 difference told above\n"), "{}", run.out);
    let run = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let drift = &document["drift"][0];
    assert_eq!((&drift["kind"], &drift["subject"]), (&json!("other-settings"), &json!("t.orders-value")));
    assert_eq!(drift["message"], told);

    let run = project.clean(PULL);
    has(&run, "event    t.orders-value  orders/order-placed.avsc  on orders  with its settings");
    has(&run, "settings of the registry itself  normalize");
    has(&run, "Wrote topika.settings.json; commit it");
    let whole = json!({
        "global": { "normalize": true },
        "subjects": { "orders-value": { "compatibilityGroup": "major", "normalize": false } }
    });
    assert_eq!(said(&project), whole);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    assert!(!project.clean(PULL).out.contains("Wrote"), "it says all of it");

    project.write(FILE, r#"{"subjects": {"orders-value": {"compatibilityGroup": null, "normalize": true}}}"#);
    has(&project.run(PLAN), "settings  t.orders-value  compatibilityGroup (taken back), normalize");
    project.clean(PUSH);
    assert_eq!(config(&client, Some("t.orders-value")).await, json!({ "normalize": true }));
    assert_eq!(config(&client, None).await["normalize"], json!(true), "of which the file says nothing now");
    // `global` in the file makes the registry itself ours.
    project.write(FILE, r#"{"global": {}, "subjects": {"orders-value": {"normalize": true}}}"#);
    let run = project.run(PLAN);
    has(
        &run,
        "drift     the registry itself has `normalize` in the registry, of which topika.settings.json says nothing",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_keeps_what_the_file_says_and_notes_what_differs() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.clean(PUSH);
    set(
        &client,
        Some("t.orders-value"),
        json!({ "compatibilityGroup": "minor", "validateFields": true, "newToAll": 1 }),
    )
    .await;
    set(&client, Some("t.orders"), json!({ "alias": "t.orders-value" })).await;
    set(&client, Some("orders"), json!({ "alias": "t.orders-value" })).await;
    set(&client, Some("t.gone"), json!({ "alias": "nowhere" })).await;
    project.write(FILE, r#"{"subjects": {"orders-value": {"compatibilityGroup": "major", "normalize": true}}}"#);
    let before = project.read(FILE);
    let run = project.clean(&["pull", "--env", "test", "--dry-run"]);
    has(&run, "alias    t.orders  of t.orders-value");
    assert_eq!(project.read(FILE), before, "a dry run writes nothing");

    let run = project.clean(PULL);
    for note in [
        "note: `compatibilityGroup` of t.orders-value is another one in registry:test than in topika.settings.json, which counts",
        "note: registry:test says `newToAll` of t.orders-value, which nothing here knows: it is not carried",
        "note: orders is another name of t.orders-value without the prefix that stands before it: topika.settings.json has no place for it",
    ] {
        assert!(run.err.lines().any(|line| line == note), "{note}\n{}", run.err);
    }
    assert_eq!(run.err.matches("note: `").count(), 1, "what the next push sets is none: {}", run.err);
    let row = json!({ "compatibilityGroup": "major", "normalize": true, "validateFields": true });
    let whole = json!({ "subjects": { "orders": { "alias": "orders-value" }, "orders-value": row } });
    assert_eq!(said(&project), whole);
    assert!(
        project.read(FILE).starts_with("{\n  \"subjects\": {\n    \"orders\": { \"alias\""),
        "{}",
        project.read(FILE)
    );
    has(&project.run(PLAN), "settings  t.orders-value  compatibilityGroup, normalize");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_of_a_registry_without_settings_writes_no_file() {
    let (server, client) = server().await;
    client.register("orders-value", &NewSchema::avro(ORDER)).await.unwrap();
    let project = empty(&server);
    let run = project.clean(PULL);
    assert!(!run.out.contains("settings"), "{}", run.out);
    assert!(!project.path().join(FILE).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_cannot_say_is_told_at_its_place_before_anything_is_done() {
    let (server, client) = server().await;
    let project = ours(&server);
    for (text, told, help) in [
        ("{", "topika.settings.json:1:1: this `{` is never closed", ""),
        (
            "{\n  \"subjects\": { \"orders-value\": { \"normalise\": true } }\n}",
            "topika.settings.json:2:35: there is no setting `normalise`",
            "did you mean `normalize`?",
        ),
        (
            r#"{"subjects": {"orders-value": {"compatibilityLevel": "FULL"}}}"#,
            "topika.settings.json:1:32: the level is not set here: `compatibilityLevel`",
            "write `level` in topika.toml",
        ),
    ] {
        project.write(FILE, text);
        for args in [PLAN, PUSH, PULL] {
            let run = project.run(args);
            assert_eq!(run.code, 101, "{args:?} {}{}", run.out, run.err);
            assert!(run.err.contains(told) && run.err.contains(help), "{args:?} {}", run.err);
        }
    }
    for (text, told, help) in [
        (
            r#"{"subjects": {"order-value": {}}}"#,
            "topika.settings.json:1:15: `order-value` is no subject that topika.lock asks of a registry",
            "did you mean `orders-value`?",
        ),
        (
            r#"{"subjects": {"orders": {"alias": "other-value"}}}"#,
            "topika.settings.json:1:15: neither `orders` nor `other-value` is a subject that topika.lock has",
            "another name of a subject of ours",
        ),
    ] {
        project.write(FILE, text);
        for args in [PLAN, PUSH] {
            let run = project.run(args);
            assert_eq!(run.code, 101, "{args:?} {}{}", run.out, run.err);
            assert!(run.err.contains(told) && run.err.contains(help), "{args:?} {}", run.err);
        }
    }
    assert!(client.subjects().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_settings_merged_into_a_version_is_no_difference_also_when_they_change() {
    let (server, client) = server().await;
    let project = ours(&server);
    let file = |owner: &str| {
        let row =
            json!({ "normalize": true, "defaultMetadata": owned_by("nobody"), "overrideMetadata": owned_by(owner) });
        project.write(FILE, &json!({ "subjects": { "orders-value": row } }).to_string());
    };
    file("shop");
    project.clean(PUSH);
    project.write("schemas/orders/order-placed.avsc", ORDER_2);
    project.clean(&["lock"]);
    project.clean(PUSH);
    for number in [1, 2] {
        let version = client.version("t.orders-value", number).await.unwrap();
        assert_eq!(version.metadata, Some(owned_by("shop")));
    }
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    // A pull takes nothing of it for a change of ours.
    let before = ["topika.lock", "topika.toml", "schemas/.history/ids.test.toml"].map(|file| project.read(file));
    let run = project.clean(PULL);
    has(&run, "event    t.orders-value  orders/order-placed.avsc  on orders  with its settings");
    assert_eq!(before, ["topika.lock", "topika.toml", "schemas/.history/ids.test.toml"].map(|file| project.read(file)));
    assert!(!project.path().join("schemas/orders/order-placed.contract.json").exists());
    project.clean(&["lock", "--check"]);

    // What is registered stays what it is; only the next version has the new owner.
    file("crm");
    let run = project.run(PLAN);
    let steps: Vec<&str> = run.out.lines().skip(1).collect();
    let told = ["settings  t.orders-value  overrideMetadata", "1 step to do: `cargo topika push --env test`"];
    assert_eq!(steps, told, "{}", run.out);
    project.clean(PUSH);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"), "{}", project.run(PLAN).out);
    assert_eq!(client.versions("t.orders-value").await.unwrap(), [1, 2]);

    // Nor is it one once the registry adds nothing any more, as long as the file says so.
    let taken_back = json!({ "normalize": null, "defaultMetadata": null, "overrideMetadata": null });
    project.write(FILE, &json!({ "subjects": { "orders-value": taken_back } }).to_string());
    project.clean(PUSH);
    assert_eq!(config(&client, Some("t.orders-value")).await, json!({}));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_kept_in_the_registrys_spelling_is_there_also_when_it_spells_no_more() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.write(FILE, r#"{"subjects": {"orders-value": {"normalize": true}}}"#);
    project.clean(PUSH);
    assert!(client.latest("t.orders-value").await.unwrap().schema.contains("orders.OrderPlaced"), "spelt in full");
    project.write(FILE, r#"{"subjects": {"orders-value": {"normalize": null}}}"#);
    let run = project.clean(PUSH);
    assert!(run.out.contains("Pushed 1 step"), "{}", run.out);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    assert_eq!(client.versions("t.orders-value").await.unwrap(), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_of_several_owners_stay_what_they_are_once_the_registry_adds_none() {
    let (server, client) = server().await;
    let project = ours(&server);
    for (owner, text) in [("shop", ORDER), ("crm", ORDER_2)] {
        let row = json!({ "overrideMetadata": owned_by(owner) });
        project.write(FILE, &json!({ "subjects": { "orders-value": row } }).to_string());
        project.write("schemas/orders/order-placed.avsc", text);
        project.clean(&["lock"]);
        project.clean(PUSH);
    }
    project.write(FILE, r#"{"subjects": {"orders-value": {"overrideMetadata": null}}}"#);
    project.clean(PUSH);
    let run = project.clean(PLAN);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    assert_eq!(client.versions("t.orders-value").await.unwrap(), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_a_mode_would_refuse_wait_and_so_does_a_name_behind_versions_that_wait() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.write(FILE, r#"{"subjects": {"orders-value": {"normalize": true, "alias": "shop-value"}}}"#);
    client.set_mode(Some("t.orders-value"), Mode::Readonly).await.unwrap();
    let run = project.run(PLAN);
    let told = "t.orders-value takes no registration: its mode is READONLY; 3 steps wait for it";
    assert!(run.out.contains(told) && !run.out.contains("\nsettings"), "{}", run.out);
    // The mode IMPORT takes settings, but no versions: a name set now would turn them away for ever.
    client.force_mode(Some("t.orders-value"), Mode::Import).await.unwrap();
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.err.contains("its mode is IMPORT; 2 steps wait for it"), "{}{}", run.out, run.err);
    assert_eq!(config(&client, Some("t.orders-value")).await, json!({ "normalize": true }));
    client.set_mode(Some("t.orders-value"), Mode::Readwrite).await.unwrap();
    project.clean(PUSH);
    assert_eq!(config(&client, Some("t.orders-value")).await, json!({ "alias": "shop-value", "normalize": true }));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

/// Stands before a registry and takes settings without keeping them. The address; it listens as long as the test runs.
fn forgetful(server: &Server) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, to) = (format!("http://{}", listener.local_addr().unwrap()), server.url().replace("http://", ""));
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let (mut connection, to) = (connection.unwrap(), to.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(connection.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                        break;
                    }
                    let (name, value) = line.split_once(':').unwrap_or_default();
                    if name.eq_ignore_ascii_case("content-length") {
                        length = value.trim().parse().unwrap();
                    }
                    head += &line;
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                if head.starts_with("PUT /config/") {
                    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
                    write!(connection, "{answer}content-length: {length}\r\n\r\n").unwrap();
                    connection.write_all(&body).unwrap();
                    return;
                }
                let mut there = TcpStream::connect(to).unwrap();
                write!(there, "{head}connection: close\r\n\r\n").unwrap();
                there.write_all(&body).unwrap();
                std::io::copy(&mut there, &mut connection).ok();
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_a_registry_takes_and_does_not_keep_are_an_error() {
    let (server, client) = server().await;
    let project = ours(&server);
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &manifest.replace(&server.url(), &forgetful(&server)));
    project.write(FILE, r#"{"subjects": {"orders-value": {"normalize": true, "compatibilityGroup": "major"}}}"#);
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = "settings of t.orders-value were not set (compatibilityGroup, normalize): the registry does not keep compatibilityGroup, normalize\n";
    assert!(run.err.contains(told) && run.err.contains("error: 2 steps not done: 1 refused, 1 behind"), "{}", run.err);
    assert!(run.err.contains("take compatibilityGroup, normalize out of topika.settings.json"), "{}", run.err);
    assert!(
        client.subjects().await.unwrap().is_empty(),
        "nothing is registered under other settings than were asked for"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_those_of_the_environments_context_and_modes_are_not_carried() {
    let (server, client) = server().await;
    set(&client, None, json!({ "normalize": true })).await;
    let there = Client::builder().url(server.url()).context("shop").build().unwrap();
    there.register("orders-value", &NewSchema::avro(ORDER)).await.unwrap();
    set(&there, None, json!({ "validateFields": true })).await;
    set(&there, Some("orders"), json!({ "alias": "orders-value" })).await;
    there.set_mode(Some("orders-value"), Mode::Readonly).await.unwrap();
    let project = empty(&server);
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}context = \"shop\"\n"));
    project.clean(PULL);
    let whole = json!({ "global": { "validateFields": true }, "subjects": { "orders": { "alias": "orders-value" } } });
    assert_eq!(said(&project), whole);
    let run = project.run(PLAN);
    assert!(run.out.contains("orders-value takes no registration: its mode is READONLY"), "{}", run.out);
    assert!(run.out.ends_with("Nothing to push; 1 difference told above\n"), "{}", run.out);

    let (other, new) = of_subjects::server().await;
    project.write("topika.toml", &manifest.replace(&server.url(), &other.url()));
    std::fs::remove_file(project.path().join("schemas/.history/ids.test.toml")).unwrap();
    project.clean(PUSH);
    let global: Config = new.config(None).await.unwrap();
    assert_eq!((global.validate_fields, global.normalize), (Some(true), None));
    assert_eq!(new.mode(Some("orders-value")).await.unwrap(), Mode::Readwrite);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_registry_itself_are_named_where_the_file_says_nothing_of_it() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.clean(PUSH);
    set(&client, None, json!({ "normalize": false, "defaultMetadata": owned_by("all") })).await;
    let told = "note: registry:test itself has `defaultMetadata`, `normalize`, by which versions are taken there; topika.settings.json has no \
                `global`, so nothing is compared with it (`pull` writes it)";
    let run = project.clean(PLAN);
    has(&run, told);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
    assert!(project.clean(PUSH).err.contains(told));
    project.write(FILE, r#"{"global": {"normalize": false}}"#);
    let run = project.run(PLAN);
    assert!(
        !run.out.contains("note") && run.out.contains("drift     the registry itself has `defaultMetadata`"),
        "{}",
        run.out
    );
}
