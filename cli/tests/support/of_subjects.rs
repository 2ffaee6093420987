//! A project and a registry in this process, and what the two say of the settings of subjects.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

use serde_json::{Value, json};
use topika_registry::api::ConfigUpdate;
use topika_registry::client::{Client, ErrorKind};
use topika_registry::server::Server;

use crate::support::{Project, Run};

pub(crate) const FILE: &str = "topika.settings.json";
pub(crate) const ORDER: &str =
    r#"{"type":"record","name":"OrderPlaced","namespace":"orders","fields":[{"name":"id","type":"string"}]}"#;
pub(crate) const ORDER_2: &str = r#"{"type":"record","name":"OrderPlaced","namespace":"orders","fields":[{"name":"id","type":"string"},{"name":"note","type":"string","default":""}]}"#;

pub(crate) async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

/// A project that knows a registry, without a schema.
pub(crate) fn empty(server: &Server) -> Project {
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n", server.url()));
    project
}

/// A project with one event, locked; the names of its topics begin with `t.` there.
pub(crate) fn ours(server: &Server) -> Project {
    let project = empty(server);
    let manifest = project.read("topika.toml");
    let topic = "[project]\nlevel = \"BACKWARD\"\n\n[topic.orders]\nevents = [\"orders.order-placed\"]\n\n";
    project.write("topika.toml", &format!("{topic}{manifest}topic-prefix = \"t.\"\n"));
    project.write("schemas/orders/order-placed.avsc", ORDER);
    project.clean(&["lock"]);
    project
}

pub(crate) fn has(run: &Run, line: &str) {
    assert!(run.out.lines().any(|one| one == line), "{line}\n{}{}", run.out, run.err);
}

pub(crate) fn said(project: &Project) -> Value {
    serde_json::from_str(&project.read(FILE)).unwrap()
}

/// What a registry says of a subject itself, or of itself; an empty object where it says nothing.
pub(crate) async fn config(client: &Client, subject: Option<&str>) -> Value {
    match client.config(subject).await {
        Err(error) if error.kind() == ErrorKind::NotFound => json!({}),
        config => serde_json::to_value(config.unwrap()).unwrap(),
    }
}

pub(crate) async fn set(client: &Client, subject: Option<&str>, settings: Value) {
    let Value::Object(settings) = settings else { return };
    let update = ConfigUpdate { others: settings.into_iter().collect(), ..ConfigUpdate::default() };
    client.set_config(subject, &update).await.unwrap();
}

pub(crate) fn owned_by(owner: &str) -> Value {
    json!({ "properties": { "owner": owner } })
}
