//! `cargo topika push --import-ids` and what was softly deleted where the ids come from: messages still name it.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, order};
use topika_contract::compat::Level;
use topika_registry::api::{Mode, NewSchema};
use topika_registry::client::{Client, Deleted, SubjectQuery, VersionQuery};
use topika_registry::server::Server;

const IMPORT: &[&str] = &["push", "--env", "new", "--import-ids", "old"];

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

fn named(project: &Project, env: &str, server: &Server) {
    let row = format!("\n[env.{env}]\nregistry = \"{}\"\ntopic-prefix = \"{env}.\"\n", server.url());
    project.write("topika.toml", &(project.read("topika.toml") + &row));
}

/// A project that was pushed to `old`, where others were busy beside it.
async fn project() -> (Project, Server, Client) {
    let (server, client) = server().await;
    let project = Project::new();
    let money = |fields: &str| format!(r#"{{"type":"record","name":"Money","namespace":"types","fields":[{fields}]}}"#);
    let cents = r#"{"name":"cents","type":"long"}"#;
    project.write("schemas/types/money.avsc", &money(cents));
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    named(&project, "old", &server);
    project.clean(&["lock"]);
    project.clean(&["push", "--env", "old"]);
    let register = async |subject: &str, schema: NewSchema| client.register(subject, &schema).await.unwrap().id;
    client.set_level(Some("old.orders-value"), Level::None).await.unwrap();
    // Deleted, and before it what it refers to: version 2 of both, ids 3 and 4.
    let note = format!(r#"{cents},{{"name":"note","type":"string","default":""}}"#);
    assert_eq!(register("types.Money", NewSchema::avro(money(&note))).await, 3);
    let second = NewSchema::avro(order("\"types.Money\"")).reference("types.Money", "types.Money", 2);
    assert_eq!(register("old.orders-value", second).await, 4);
    // A whole event that is gone, of a topic of ours: id 5; and what somebody left there: id 6.
    assert_eq!(
        register("old.orders-orders.Gone", NewSchema::avro(r#"{"type":"record","name":"orders.Gone","fields":[]}"#))
            .await,
        5
    );
    assert_eq!(register("old.orders-value", NewSchema::avro(order("\"string\""))).await, 6);
    client.delete_version("old.orders-value", 2, false).await.unwrap();
    client.delete_version("types.Money", 2, false).await.unwrap();
    client.delete_subject("old.orders-orders.Gone", false).await.unwrap();
    client.set_level(Some("old.orders-value"), Level::BackwardTransitive).await.unwrap();
    (project, server, client)
}

/// All versions by subject and number, without what stands before topics: the id, and whether it is deleted.
async fn all(client: &Client, prefix: &str) -> Vec<(String, u32, u32, bool, String)> {
    let mut all = Vec::new();
    let query = SubjectQuery { deleted: Deleted::With, ..SubjectQuery::default() };
    for subject in client.subjects_where(&query).await.unwrap() {
        let visible = client.versions(&subject).await.unwrap_or_default();
        let query = VersionQuery { deleted: Deleted::With, ..VersionQuery::default() };
        for number in client.versions_where(&subject, &query).await.unwrap() {
            let version = client.version(&subject, number).await.unwrap();
            let name = subject.strip_prefix(prefix).unwrap_or(&subject).to_owned();
            all.push((name, number, version.id, !visible.contains(&number), version.schema.clone()));
        }
    }
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_softly_deleted_goes_along_with_its_id_and_is_deleted_again() {
    let (project, _server, client) = project().await;
    let (anew, there) = server().await;
    named(&project, "new", &anew);
    let run = project.clean(&[IMPORT, &["--dry-run"]].concat());
    for line in [
        "import    types.Money  version 2 there  id 3, softly deleted",
        "import    new.orders-value  version 2 there  id 4, softly deleted",
        "import    new.orders-orders.Gone  version 1 there  id 5, softly deleted",
    ] {
        assert!(run.out.lines().any(|one| one == line), "{line}\n{}", run.out);
    }
    assert!(all(&there, "new.").await.is_empty());
    let run = project.clean(IMPORT);
    assert!(run.out.contains("Imported 2 versions, and 3 versions that stay deleted: registry:new of"), "{}", run.out);
    let left = "note: version 3 of old.orders-value, which is not in topika.lock, has the id 6: it does not go along";
    assert!(run.err.contains(left), "{}", run.err);

    let before: Vec<_> = all(&client, "old.").await.into_iter().filter(|(_, _, id, ..)| *id != 6).collect();
    assert_eq!(before.iter().filter(|(_, _, _, deleted, _)| *deleted).count(), 3, "{before:?}");
    assert_eq!(all(&there, "new.").await, before);
    let references = there.version("new.orders-value", 2).await.unwrap().references.clone();
    assert_eq!(references.first().map(|of| (of.subject.as_str(), of.version)), Some(("types.Money", 2)));
    assert_eq!(there.schema(4).await.unwrap().schema, client.schema(4).await.unwrap().schema, "a message can be read");
    for subject in ["types.Money", "new.orders-value", "new.orders-orders.Gone"] {
        assert_eq!(there.mode(Some(subject)).await.unwrap(), Mode::Readwrite);
    }
    project.clean(&["plan", "--env", "new"]);
    let run = project.clean(IMPORT);
    assert!(run.out.contains("Imported 0 versions: "), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_broken_off_before_the_deletion_deletes_what_it_brought() {
    let (project, _server, client) = project().await;
    let (anew, there) = server().await;
    named(&project, "new", &anew);
    // As it stands where the import was killed behind its first registration of what is deleted.
    there.set_mode(Some("types.Money"), Mode::Import).await.unwrap();
    let second = client.version("types.Money", 2).await.unwrap();
    let second = NewSchema { id: Some(3), version: Some(2), ..NewSchema::avro(second.schema.clone()) };
    there.register("types.Money", &second).await.unwrap();
    assert_eq!(there.versions("types.Money").await.unwrap(), [2]);
    project.clean(IMPORT);
    // And behind its last deletion.
    there.force_mode(Some("new.orders-orders.Gone"), Mode::Import).await.unwrap();
    project.clean(IMPORT);
    assert_eq!(there.mode(Some("new.orders-orders.Gone")).await.unwrap(), Mode::Readwrite);
    assert_eq!(there.versions("types.Money").await.unwrap(), [1]);
    assert_eq!(there.mode(Some("types.Money")).await.unwrap(), Mode::Readwrite);
    assert!(there.schema(3).await.is_ok() && there.schema(4).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_old_registry_is_lost_that_is_said_and_the_import_is_done() {
    let (project, server, _client) = project().await;
    let (anew, there) = self::server().await;
    let url = server.url();
    named(&project, "new", &anew);
    server.shutdown().await;
    let run = project.clean(IMPORT);
    assert!(
        run.err.contains("note: the registry of old was not asked for versions that are softly deleted"),
        "{}",
        run.err
    );
    assert!(run.out.contains("Imported 2 versions: "), "{}", run.out);
    assert_eq!(there.subjects().await.unwrap().len(), 2);

    let (again, there) = self::server().await;
    project.write("topika.toml", &project.read("topika.toml").replace(&url, &again.url()));
    let run = project.clean(&["push", "--env", "old", "--import-ids", "old"]);
    assert!(run.err.contains("(it is the one that is filled)"), "{}", run.err);
    assert_eq!(there.subjects().await.unwrap().len(), 2);
}
