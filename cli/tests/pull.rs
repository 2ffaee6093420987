//! `cargo topika pull`, from a registry in this process.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{Project, Run};
use topika_contract::compat::Level;
use topika_registry::api::{ConfigUpdate, Mode, NewSchema, SchemaType};
use topika_registry::client::{Client, SchemaQuery};
use topika_registry::server::Server;

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

const ID: &str = r#"{"name":"id","type":"string"}"#;
const NOTE: &str = r#"{"name":"note","type":"string","default":""}"#;
const PROTO: &str = "syntax = \"proto3\";\nmessage Paid { string id = 1; }\n";

/// A registry that people have worked with, and a project that knows where it is.
async fn registry() -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let register = async |subject: &str, schema: NewSchema| client.register(subject, &schema).await.unwrap();
    register("types.Money", NewSchema::avro(record("types.Money", r#"{"name":"cents","type":"long"}"#))).await;
    let refers =
        |fields: &str| NewSchema::avro(record("orders.OrderPlaced", fields)).reference("types.Money", "types.Money", 1);
    let total = r#"{"name":"total","type":"types.Money"}"#;
    register("orders-value", refers(&format!("{ID},{total}"))).await;
    register("orders-value", refers(&format!("{ID},{total},{NOTE}"))).await;
    register("orders-key", NewSchema::avro(r#""string""#)).await;
    // A topic of several events, with a level of its own and a version that is gone.
    client.set_level(Some("shop-shop.Opened"), Level::Full).await.unwrap();
    client.set_level(Some("shop-shop.Closed"), Level::Full).await.unwrap();
    register("shop-shop.Opened", NewSchema::avro(record("shop.Opened", ID))).await;
    register("shop-shop.Opened", NewSchema::avro(record("shop.Opened", &format!("{ID},{NOTE}")))).await;
    register("shop-shop.Closed", NewSchema::avro(record("shop.Closed", ID))).await;
    for permanent in [false, true] {
        client.delete_version("shop-shop.Opened", 1, permanent).await.unwrap();
    }
    // JSON Schema, with a file that is referred to by its path.
    register("types/station.schema.json", NewSchema::json(r#"{"type":"string"}"#)).await;
    let ticket = r#"{"title":"Ticket","type":"object","properties":{"at":{"$ref":"../types/station.schema.json"}}}"#;
    let station = "types/station.schema.json";
    register("kitchen.ticket-value", NewSchema::json(ticket).reference("../types/station.schema.json", station, 1))
        .await;
    // What no file of a project gives.
    register("payments-value", NewSchema::new(SchemaType::Protobuf, PROTO)).await;
    register("an address", NewSchema::avro(record("crm.Address", ID))).await;
    let lives = record("crm.Customer", r#"{"name":"lives","type":"crm.Address"}"#);
    register("crm.customer-value", NewSchema::avro(lives).reference("crm.Address", "an address", 1)).await;
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n", server.url()));
    (project, server, client)
}

fn pull(project: &Project) -> Run {
    let run = project.run(&["pull", "--env", "test"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_becomes_files_history_lock_and_manifest() {
    let (project, _server, client) = registry().await;
    let run = pull(&project);
    for line in [
        "event    kitchen.ticket-value  kitchen/ticket.schema.json  on kitchen.ticket",
        "event    orders-value  orders/order-placed.avsc  on orders",
        "event    shop-shop.Closed  shop/closed.avsc  on shop",
        "event    shop-shop.Opened  shop/opened.avsc  on shop",
        "shared   types.Money  types/money.avsc",
        "shared   types/station.schema.json  types/station.schema.json",
        "carried  an address",
        "carried  crm.customer-value",
        "carried  orders-key",
        "carried  payments-value",
    ] {
        assert!(run.out.lines().any(|one| one == line), "{line}\n{}", run.out);
    }
    assert!(run.out.contains("Pulled 11 new versions of 10 subjects"), "{}", run.out);
    let manifest = project.read("topika.toml");
    assert!(manifest.starts_with("[project]\nlevel = \"BACKWARD\"\n"), "the registry's: {manifest}");
    assert!(manifest.contains("[topic.orders]\nevents = [\"orders.order-placed\"]\n"), "{manifest}");
    assert!(
        manifest.contains("[topic.shop]\nevents = [\"shop.closed\", \"shop.opened\"]\nlevel = \"FULL\"\n"),
        "{manifest}"
    );
    assert!(!manifest.contains("kitchen"), "convention does: {manifest}");
    assert!(project.read("schemas/orders/order-placed.avsc").lines().count() > 5, "laid out for people");
    assert_eq!(project.read("schemas/.history/payments-value/1.proto"), PROTO);
    let opened = client.latest("shop-shop.Opened").await.unwrap();
    let ids = project.read("schemas/.history/ids.test.toml");
    let row = format!(
        "name = \"shop-shop.Opened\"\nversions = [\n  {{ number = 1, id = {}, version = 2, guid = \"",
        opened.id
    );
    assert!(ids.contains(&row), "the lock has no gaps: {ids}");

    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let run = project.run(&["lock", "--check"]);
    assert_eq!(run.code, 0, "all of it is locked: {}{}", run.out, run.err);
    let run = project.run(&["plan", "--env", "test"]);
    assert_eq!(
        (run.code, run.out.contains("In line: nothing to push")),
        (0, true),
        "the ids know the gap: {}",
        run.out
    );
    project.write("schemas/.history/ids.test.toml", &ids.replace("version = 2,", "version = 7,"));
    let run = project.run(&["plan", "--env", "test"]);
    let told = "version 1 of shop-shop.Opened is version 2 in the registry";
    assert!(run.code == 100 && run.out.contains(told), "nobody has seen that: {}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_pull_adds_what_is_new_and_leaves_what_people_work_on() {
    let (project, _server, client) = registry().await;
    pull(&project);
    let before = project.read("topika.lock");
    let run = pull(&project);
    assert!(run.out.contains("Pulled 0 new versions of 10 subjects"), "{}", run.out);
    assert_eq!(project.read("topika.lock"), before);

    let two = format!(r#"{NOTE},{{"name":"more","type":"string","default":""}}"#);
    client
        .register("shop-shop.Closed", &NewSchema::avro(record("shop.Closed", &format!("{ID},{NOTE}"))))
        .await
        .unwrap();
    client.register("shop-shop.Opened", &NewSchema::avro(record("shop.Opened", &format!("{ID},{two}")))).await.unwrap();
    let worked = record("shop.Opened", &format!(r#"{ID},{NOTE},{{"name":"mine","type":"int","default":0}}"#));
    project.write("schemas/shop/opened.avsc", &worked);
    let run = pull(&project);
    assert!(run.out.contains("Pulled 2 new versions"), "{}{}", run.out, run.err);
    assert!(run.err.contains("schemas/shop/opened.avsc has changes that are not locked, and stays"), "{}", run.err);
    assert_eq!(project.read("schemas/shop/opened.avsc"), worked);
    assert!(project.read("schemas/shop/closed.avsc").contains("note"), "nobody worked on it");
    assert!(
        project
            .read("topika.lock")
            .starts_with(before.split("[[carried]]").next().unwrap().split("[[subject]]").next().unwrap())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_registry_leaves_a_project_as_it_is() {
    let (project, _server, _client) = registry().await;
    let empty = Server::start("127.0.0.1:0").await.unwrap();
    let manifest = format!("[env.test]\nregistry = \"{}\"\n", empty.url());
    project.write("topika.toml", &manifest);
    assert!(pull(&project).out.ends_with("holds no subject: nothing to pull\n"));
    assert_eq!(project.read("topika.toml"), manifest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let (project, _server, _client) = registry().await;
    let run = project.run(&["pull", "--env", "test", "--dry-run"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("event    orders-value"), "{}", run.out);
    let entries = std::fs::read_dir(project.path()).unwrap().count();
    assert_eq!(entries, 1, "topika.toml alone");
}

/// Subject, version, id, text and level of everything that a registry holds.
async fn all(client: &Client) -> Vec<(String, u32, u32, String, String)> {
    let mut all = Vec::new();
    for subject in client.subjects().await.unwrap() {
        let level = client.level(Some(&subject)).await.unwrap().to_string();
        for number in client.versions(&subject).await.unwrap() {
            let version = client.version(&subject, number).await.unwrap();
            let references = format!("{:?} {:?} {:?}", version.references, version.metadata, version.rule_set);
            let text = format!("{} {references} {}", version.schema, version.schema_type);
            all.push((subject.clone(), number, version.id, text, level.clone()));
        }
    }
    all.sort();
    all
}

async fn set(client: &Client, subject: Option<&str>, settings: serde_json::Value) {
    let update = ConfigUpdate { others: serde_json::from_value(settings).unwrap(), ..ConfigUpdate::default() };
    client.set_config(subject, &update).await.unwrap();
}

/// All that `/config` says of the registry itself, of every subject and of every other name of one.
async fn configs(client: &Client) -> Vec<(String, String)> {
    let mut all = vec![(String::new(), format!("{:?}", client.config(None).await.unwrap()))];
    let listed = SchemaQuery { aliases: true, ..SchemaQuery::default() };
    let aliases = client.schemas(&listed).await.unwrap().into_iter().flat_map(|version| version.aliases);
    for subject in client.subjects().await.unwrap().into_iter().chain(aliases) {
        let said = match client.config(Some(&subject)).await {
            Err(error) => format!("{:?}", error.kind()),
            Ok(config) => format!("{config:?}"),
        };
        all.push((subject, said));
    }
    all.sort();
    all.dedup();
    all
}

const GLOBAL: &str = "settings  the registry itself  compatibilityLevel FORWARD, defaultMetadata, normalize";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pulled_goes_into_an_empty_registry_with_the_same_ids_versions_and_settings() {
    let (project, _server, client) = registry().await;
    let rule = serde_json::json!({ "name": "r", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true" });
    let contract = NewSchema {
        metadata: Some(serde_json::json!({ "properties": { "owner": "crm" }, "tags": { "name": ["PII"] } })),
        rule_set: Some(serde_json::json!({ "domainRules": [rule] })),
        ..NewSchema::avro(record("crm.Tagged", ID))
    };
    client.register("crm.tagged-value", &contract).await.unwrap();
    // 500 subjects of two versions each, every tenth one with a level of its own.
    for number in 0..500 {
        let subject = format!("many.event-{number}-value");
        let name = format!("many.Event{number}");
        for fields in [ID.to_owned(), format!("{ID},{NOTE}")] {
            client.register(&subject, &NewSchema::avro(record(&name, &fields))).await.unwrap();
        }
        if number % 10 == 0 {
            client.set_level(Some(&subject), Level::FullTransitive).await.unwrap();
        }
        // What is said of versions holds for those that come later.
        let settings = match number % 50 {
            1 => serde_json::json!({ "normalize": true, "validateFields": false, "compatibilityPolicy": "LENIENT" }),
            2 => {
                serde_json::json!({ "compatibilityGroup": "major", "defaultMetadata": { "properties": { "major": "1" } } })
            }
            3 => {
                serde_json::json!({ "overrideRuleSet": { "domainRules": [rule] }, "overrideMetadata": { "tags": { "a": ["PII"] } } })
            }
            4 => serde_json::json!({ "defaultRuleSet": { "domainRules": [rule] } }),
            // Another name for a subject, and a subject that has become one.
            5 => serde_json::json!({ "alias": "orders-value" }),
            _ => continue,
        };
        if number % 50 == 5 {
            set(&client, Some(&format!("short-{number}")), serde_json::json!({ "alias": subject })).await;
        }
        if number % 50 != 5 || number == 5 {
            set(&client, Some(&subject), settings).await;
        }
    }
    set(&client, None, serde_json::json!({ "normalize": false, "defaultMetadata": { "properties": { "org": "us" } } }))
        .await;
    // Subjects without a level of their own are judged by this one from now on.
    client.set_level(None, Level::Forward).await.unwrap();
    let run = project.clean(&["pull", "--env", "test", "--global-level"]);
    assert!(run.out.contains("Pulled 1012 new versions of 511 subjects"), "{}", run.out.lines().last().unwrap());
    assert!(run.out.contains("event    many.event-17-value  many/event17.avsc  on many.event-17"), "{}", run.out);
    assert_eq!(project.run(&["plan", "--env", "test"]).out.matches("register").count(), 0);

    let empty = Server::start("127.0.0.1:0").await.unwrap();
    let other = Client::builder().url(empty.url()).build().unwrap();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[env.new]\nregistry = \"{}\"\n", empty.url()));
    let dry = project.run(&["push", "--env", "new", "--import-ids", "test", "--dry-run"]);
    let is_version = |line: &&str| line.starts_with("import ");
    assert_eq!(dry.out.lines().filter(is_version).count(), 1012);
    assert_eq!(dry.out.lines().find(|line| !is_version(line)), Some(GLOBAL));
    assert!(all(&other).await.is_empty());
    let run = project.run(&["push", "--env", "new", "--import-ids", "test"]);
    assert_eq!(run.code, 0, "{}{}", run.out.lines().last().unwrap_or_default(), run.err);
    let done = run.out.lines().filter(|line| !line.starts_with("Wrote") && !line.starts_with("Imported"));
    assert_eq!(done.collect::<Vec<_>>(), dry.out.lines().collect::<Vec<_>>(), "a dry run says all of it");
    assert!(run.out.contains("Imported 1012 versions: registry:new of"), "{}", run.out);
    let (here, there) = (all(&client).await, all(&other).await);
    assert_eq!(here.len(), 1012);
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(here, there);
    }
    assert_eq!(here.len(), there.len());
    let (here, there) = (configs(&client).await, configs(&other).await);
    assert_eq!(here.len(), 522, "each subject, ten other names and the registry itself");
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(here, there);
    }
    assert_eq!(here.len(), there.len());
    assert!(project.read("topika.settings.json").contains("\"short-455\": { \"alias\": \"many.event-455-value\" }"));
    let body = |env: &str| {
        let text = project.read(&format!("schemas/.history/ids.{env}.toml"));
        text.split_once('\n').unwrap().1.to_owned()
    };
    assert_eq!(body("test"), body("new"));
    // The subjects are open for nobody's ids any more, and a second import has nothing to do.
    assert_eq!(other.mode(Some("orders-value")).await.unwrap(), topika_registry::api::Mode::Readwrite);
    let run = project.run(&["push", "--env", "new", "--import-ids", "test"]);
    assert!(run.out.contains("Imported 0 versions"), "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_refused_where_our_subjects_have_other_ids_or_none_are_known() {
    let (project, _server, _client) = registry().await;
    pull(&project);
    let used = Server::start("127.0.0.1:0").await.unwrap();
    let other = Client::builder().url(used.url()).build().unwrap();
    let money = record("types.Money", r#"{"name":"cents","type":"long"}"#);
    other.register("somebody-value", &NewSchema::avro(r#""int""#)).await.unwrap();
    other.register("types.Money", &NewSchema::avro(money)).await.unwrap();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[env.new]\nregistry = \"{}\"\n", used.url()));
    let run = project.run(&["push", "--env", "new", "--import-ids", "test"]);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    let told = "version 1 of types.Money is version 1 with the id 2 there, and was version 1 with the id 1";
    assert!(run.err.contains(told), "{}", run.err);
    assert_eq!(other.subjects().await.unwrap().len(), 2, "nothing was done");
    let run = project.run(&["push", "--env", "new", "--import-ids", "new"]);
    assert!(run.err.contains("ids.new.toml has no id for version 1 of"), "{}", run.err);
}

/// What a registry has of a subject of another context, with the GUID, in which references have a part.
async fn guids(client: &Client) -> Vec<(String, u32, u32, Option<String>)> {
    let mut all = Vec::new();
    for subject in client.subjects().await.unwrap() {
        for number in client.versions(&subject).await.unwrap() {
            let version = client.version(&subject, number).await.unwrap();
            all.push((subject.clone(), number, version.id, version.guid.clone()));
        }
    }
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_followed_in_its_context_and_goes_into_another_registry_as_it_was() {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let money = |fields: &str| NewSchema::avro(record("types.Money", fields));
    let register = async |subject: &str, schema: NewSchema| client.register(subject, &schema).await.unwrap();
    register("types.Money", money(ID)).await;
    // Of one name in both contexts, and one that is in the other context alone.
    register(":.shop:types.Money", money(NOTE)).await;
    register(
        ":.shop:types.Money",
        money(&format!("{NOTE},{ID}").replace("\"string\"}", "\"string\",\"default\":\"\"}")),
    )
    .await;
    register(":.shop:only", NewSchema::avro(record("types.Only", ID))).await;
    let fields = ["Money", "Only"].map(|name| format!(r#"{{"name":"{name}","type":"types.{name}"}}"#)).join(",");
    let sold = NewSchema::avro(record("shop.Sold", &fields)).reference("types.Money", "types.Money", 2).reference(
        "types.Only",
        "only",
        1,
    );
    register(":.shop:sold-value", sold).await;
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n", server.url()));
    pull(&project);

    let empty = Server::start("127.0.0.1:0").await.unwrap();
    let other = Client::builder().url(empty.url()).build().unwrap();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[env.new]\nregistry = \"{}\"\n", empty.url()));
    let run = project.run(&["push", "--env", "new", "--import-ids", "test"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(guids(&client).await, guids(&other).await);
    let run = project.run(&["plan", "--env", "new"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_broken_off_is_named_and_ended_by_the_next() {
    let (project, _server, _client) = registry().await;
    pull(&project);
    let empty = Server::start("127.0.0.1:0").await.unwrap();
    let other = Client::builder().url(empty.url()).build().unwrap();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[env.new]\nregistry = \"{}\"\n", empty.url()));
    let import = || project.run(&["push", "--env", "new", "--import-ids", "test"]);
    assert_eq!(import().code, 0);
    // As it stands where the import was killed behind this subject's last version.
    other.force_mode(Some("types.Money"), Mode::Import).await.unwrap();
    let run = project.run(&["plan", "--env", "new"]);
    assert!(run.out.contains("types.Money takes no registration: its mode is IMPORT"), "{}", run.out);
    let run = import();
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(other.mode(Some("types.Money")).await.unwrap(), Mode::Readwrite);
}
