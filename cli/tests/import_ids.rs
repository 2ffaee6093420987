//! `cargo topika push --import-ids`: all of it or nothing, and an ids file that says what is there.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{PUSH, Project};
use topika_registry::api::{ConfigUpdate, Guid, Mode, NewSchema};
use topika_registry::client::Client;
use topika_registry::server::Server;

const IMPORT: &[&str] = &["push", "--env", "new", "--import-ids", "test"];
const IDS: &str = "schemas/.history/ids.new.toml";

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

/// A project without a schema between two registries.
fn project(test: &Server, new: &Server) -> Project {
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    let rows = format!("[env.test]\nregistry = \"{}\"\n[env.new]\nregistry = \"{}\"\n", test.url(), new.url());
    project.write("topika.toml", &rows);
    project
}

fn record(name: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","namespace":"shop","fields":[]}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_names_something_else_is_told_before_anything_is_written() {
    let ((server, _client), (other, there)) = (server().await, server().await);
    let project = project(&server, &other);
    for name in ["a", "b", "c"] {
        project.write(&format!("schemas/shop/{name}.avsc"), &record(&name.to_uppercase()));
    }
    project.clean(&["lock"]);
    project.clean(PUSH);
    // The ids 1 and 2 are free again, 3 is not; 4 is behind all.
    for number in 1..=4 {
        there
            .register(
                &format!("other-{number}"),
                &NewSchema::avro(format!(r#"{{"type":"fixed","name":"F","size":{number}}}"#)),
            )
            .await
            .unwrap();
    }
    for number in 1..=2 {
        for permanent in [false, true] {
            there.delete_subject(&format!("other-{number}"), permanent).await.unwrap();
        }
    }
    let dry: Vec<&str> = IMPORT.iter().copied().chain(["--dry-run"]).collect();
    for import in [&dry, IMPORT] {
        let run = project.run(import);
        assert_eq!((run.code, run.out.as_str()), (101, ""), "{}", run.err);
        let told = "error: nothing was imported: version 1 of shop.c-value had the id 3, which version 1 of other-3 has there\n";
        assert!(run.err.contains(told), "{}", run.err);
        assert_eq!(there.subjects().await.unwrap(), ["other-3", "other-4"]);
        assert!(!project.path().join(IDS).exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ids_file_says_the_guid_that_is_there_though_the_text_was_normalised_where_it_comes_from() {
    let ((server, client), (other, there)) = (server().await, server().await);
    client.set_config(None, &ConfigUpdate { normalize: Some(true), ..ConfigUpdate::default() }).await.unwrap();
    let text = r#"{"type":"record","namespace":"a","name":"X","fields":[{"type":"string","name":"id","doc":"q"}]}"#;
    client.register("a.x-value", &NewSchema::avro(text)).await.unwrap();
    let project = project(&server, &other);
    project.clean(&["pull", "--env", "test"]);
    let run = project.clean(IMPORT);
    assert!(run.err.contains("note: 1 version has not the GUID of test (version 1 of a.x-value): "), "{}", run.err);
    let (here, now) = (client.latest("a.x-value").await.unwrap(), there.latest("a.x-value").await.unwrap());
    assert_eq!((here.id, here.version), (now.id, now.version));
    let guid = now.guid.as_deref().unwrap();
    assert_ne!(here.guid.as_deref(), Some(guid), "the registry keeps another spelling");
    assert!(project.read(IDS).contains(guid), "{}", project.read(IDS));
    let known = there.schema_by_guid(Guid::parse(guid).unwrap()).await.unwrap();
    assert_eq!(known.schema, now.schema);
    assert!(project.clean(&["plan", "--env", "new"]).out.ends_with("In line: nothing to push\n"));
    // Once more, with nothing to do, it stays.
    project.clean(IMPORT);
    assert!(project.read(IDS).contains(guid), "{}", project.read(IDS));

    // The way out that the note names.
    let (third, there) = self::server().await;
    let row = format!("[env.third]\nregistry = \"{}\"\n", third.url());
    project.write("topika.toml", &(project.read("topika.toml") + &row));
    there.set_config(None, &ConfigUpdate { normalize: Some(true), ..ConfigUpdate::default() }).await.unwrap();
    let run = project.clean(&["push", "--env", "third", "--import-ids", "test"]);
    assert!(!run.err.contains("GUID"), "{}", run.err);
    let now = there.latest("a.x-value").await.unwrap();
    assert_eq!((&here.schema, &here.guid), (&now.schema, &now.guid));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_did_before_it_was_hindered_is_kept_in_the_ids_file() {
    let ((server, _client), (other, there)) = (server().await, server().await);
    let project = project(&server, &other);
    project.write("schemas/shop/a.avsc", &record("A"));
    project.clean(&["lock"]);
    let rules = r#"{"ruleSet":{"domainRules":[{"name":"mask","kind":"TRANSFORM","mode":"ALWAYS","type":"CEL"}]}}"#;
    project.write("schemas/shop/b.avsc", &record("B"));
    project.write("schemas/shop/b.contract.json", rules);
    let unseen = "\n[rules]\n\"event/rule-set\" = \"allow\"\n";
    project.write("topika.toml", &(project.read("topika.toml") + unseen));
    project.clean(&["lock"]);
    project.run(PUSH);
    // As if another registry had taken it.
    let ids = project.read("schemas/.history/ids.test.toml");
    let row = "\n[[subject]]\nname = \"shop.b-value\"\nversions = [\n  { number = 1, id = 9, version = 1 },\n]\n";
    project.write("schemas/.history/ids.test.toml", &(ids + row));
    let run = project.run(IMPORT);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(run.err.contains("error: version 1 of shop.b-value was not registered: "), "{}", run.err);
    assert!(!run.err.contains("is the URL of a schema registry"), "the URL is right: {}", run.err);
    assert_eq!(there.subjects().await.unwrap(), ["shop.a-value"]);
    let ids = project.read(IDS);
    assert!(ids.contains("shop.a-value") && !ids.contains("shop.b-value"), "{ids}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_goes_on_sets_what_waited_for_the_subjects_that_were_left_open() {
    let ((server, client), (other, there)) = (server().await, server().await);
    for name in ["A", "B"] {
        let subject = format!("shop.{}-value", name.to_lowercase());
        client.register(&subject, &NewSchema::avro(record(name))).await.unwrap();
    }
    // It has versions of its own, and has become another name.
    let alias = ConfigUpdate { alias: Some("shop.b-value".to_owned()), ..ConfigUpdate::default() };
    client.set_config(Some("shop.a-value"), &alias).await.unwrap();
    let project = project(&server, &other);
    project.clean(&["pull", "--env", "test"]);
    // As if it was killed behind its first request.
    there.force_mode(Some("shop.a-value"), Mode::Import).await.unwrap();
    let dry = project.clean(&[IMPORT, &["--dry-run"]].concat());
    let run = project.clean(IMPORT);
    let alias = "settings  shop.a-value  alias";
    assert!(run.out.lines().any(|line| line == alias) && dry.out.lines().any(|line| line == alias), "{}", run.out);
    assert_eq!(there.config(Some("shop.a-value")).await.unwrap().alias.as_deref(), Some("shop.b-value"));
    let run = project.clean(&["plan", "--env", "new"]);
    assert!(run.out.ends_with("In line: nothing to push\n"), "{}", run.out);
}
