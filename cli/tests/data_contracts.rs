//! Data contracts and subjects of Protocol Buffers on their way from a registry into a project and back, against a registry in this process.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

#[path = "support/git.rs"]
mod git;
mod support;

use serde_json::{Value, json};
use support::{PLAN, PULL, PUSH, Project};
use topika_contract::compat::Level;
use topika_registry::api::{ConfigUpdate, NewSchema, SchemaType};
use topika_registry::client::Client;
use topika_registry::server::Server;

const ORDER: &str =
    r#"{"type":"record","name":"OrderPlaced","namespace":"orders","fields":[{"name":"id","type":"string"}]}"#;
const FILE: &str = "schemas/orders/order-placed.contract.json";

async fn server() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

/// A project without a schema, that knows where registries are.
fn project(servers: &[(&str, &Server)]) -> Project {
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    let rows: Vec<String> =
        servers.iter().map(|(env, server)| format!("[env.{env}]\nregistry = \"{}\"\n", server.url())).collect();
    project.write("topika.toml", &rows.join("\n"));
    project
}

/// A project with one event and its data contract, locked.
fn ours(server: &Server, contract: &Value) -> Project {
    let project = project(&[("test", server)]);
    project.write("schemas/orders/order-placed.avsc", ORDER);
    project.write(FILE, &contract.to_string());
    project.clean(&["lock"]);
    project
}

fn owned_by(owner: &str) -> Value {
    json!({ "properties": { "owner": owner }, "tags": { "orders.OrderPlaced.id": ["PII"] }, "unheardOf": [1, { "b": 2 }] })
}

fn rules() -> Value {
    json!({ "domainRules": [{
        "name": "mask", "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "CEL_FIELD", "tags": ["PII"], "expr": "value",
        "disabled": false
    }] })
}

fn with(metadata: Option<Value>, rule_set: Option<Value>) -> NewSchema {
    NewSchema { metadata, rule_set, ..NewSchema::avro(ORDER) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulled_version_with_metadata_and_rules_gets_a_type_and_a_file_beside_it() {
    let (server, client) = server().await;
    client.register("orders-value", &NewSchema::avro(ORDER)).await.unwrap();
    client.register("orders-value", &with(Some(owned_by("crm")), None)).await.unwrap();
    client.register("orders-value", &with(Some(owned_by("shop")), Some(rules()))).await.unwrap();
    let (other, there) = self::server().await;
    let project = project(&[("test", &server), ("new", &other)]);
    let run = project.clean(PULL);
    let line = "event    orders-value  orders/order-placed.avsc  on orders  with its data contract";
    assert!(run.out.lines().any(|one| one == line), "{}", run.out);
    assert!(run.out.contains("Pulled 3 new versions of 1 subject"), "{}", run.out);
    let kept: Value = serde_json::from_str(&project.read(FILE)).unwrap();
    assert_eq!(kept, json!({ "metadata": owned_by("shop"), "ruleSet": rules() }), "unknown ones, too");
    assert!(!project.path().join("schemas/.history/orders-value/1.contract.json").exists());
    assert!(project.read("schemas/.history/orders-value/2.contract.json").contains("\"crm\""));
    project.clean(&["check"]);
    project.clean(&["lock", "--check"]);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    assert!(project.clean(PULL).out.contains("Pulled 0 new versions"));
    project.clean(&["check", "--baseline", "registry:test"]);

    // A registry that has nothing gets the same, to the GUIDs.
    project.clean(&["push", "--env", "new"]);
    for version in 1..=3 {
        let (here, there) = (client.version("orders-value", version), there.version("orders-value", version));
        let (here, there) = (here.await.unwrap(), there.await.unwrap());
        assert_eq!((&here.metadata, &here.rule_set), (&there.metadata, &there.rule_set));
        assert_eq!((&here.guid, &here.schema), (&there.guid, &there.schema));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_data_contract_is_a_difference_a_version_and_a_registration() {
    let (server, client) = server().await;
    let project = ours(&server, &json!({ "metadata": owned_by("shop") }));
    project.clean(PUSH);
    assert_eq!(client.latest("orders.order-placed-value").await.unwrap().metadata, Some(owned_by("shop")));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    project.write(FILE, &json!({ "metadata": owned_by("crm"), "ruleSet": rules() }).to_string());
    assert!(project.run(PLAN).out.contains("newer than topika.lock"), "the lock counts");
    let run = project.clean(&["diff"]);
    for line in [
        "  ~ metadata.properties.owner: \"shop\" -> \"crm\"",
        "  + ruleSet.domainRules[mask].mode: \"WRITEREAD\"",
        "The schemas say the same",
        "1 subject changed, 0 not",
    ] {
        assert!(run.out.lines().any(|one| one == line), "{line}\n{}", run.out);
    }
    let run = project.clean(&["diff", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let schema: Value = serde_json::from_str(&project.clean(&["schema", "diff"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    let comparison = document.pointer("/comparisons/0").unwrap();
    assert_eq!(comparison.get("changes"), Some(&json!([])));
    let first = json!({ "path": "metadata.properties.owner", "old": "shop", "new": "crm" });
    assert_eq!(comparison.pointer("/contract/0"), Some(&first));

    project.clean(&["check"]);
    project.clean(&["lock"]);
    project.clean(PUSH);
    let second = client.version("orders.order-placed-value", 2).await.unwrap();
    assert_eq!((&second.metadata, &second.rule_set), (&Some(owned_by("crm")), &Some(rules())));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_tells_where_metadata_or_rules_are_others() {
    let (server, client) = server().await;
    let subject = "orders.order-placed-value";
    client.register(subject, &NewSchema::avro(ORDER)).await.unwrap();
    let project = ours(&server, &json!({ "metadata": owned_by("shop") }));
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let told = format!(
        "drift     version 1 of {subject} is there as version 1 with other metadata or rules than in topika.lock"
    );
    assert!(run.out.contains(&told), "{}", run.out);
    assert!(!run.out.contains("not in topika.lock"), "told once: {}", run.out);
    assert!(run.out.contains(&format!("register  {subject}  version 1")), "{}", run.out);
    project.clean(PUSH);
    assert_eq!(client.latest(subject).await.unwrap().metadata, Some(owned_by("shop")));

    // The other way round: the registry has what the lock has not, unless its settings gave it.
    let (server, client) = self::server().await;
    client.register(subject, &with(Some(owned_by("crm")), None)).await.unwrap();
    let plain = self::project(&[("test", &server)]);
    plain.write("schemas/orders/order-placed.avsc", ORDER);
    plain.clean(&["lock"]);
    let run = plain.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let told = format!("version 1 of {subject} has metadata or rules in the registry, and none in topika.lock");
    let drift: Vec<_> = document.get("drift").and_then(Value::as_array).unwrap().iter().collect();
    assert!(
        drift
            .iter()
            .any(|one| one.get("kind") == Some(&json!("other-contract")) && one.get("message") == Some(&json!(told))),
        "{document}"
    );
    let defaults = ConfigUpdate { default_metadata: Some(owned_by("all")), ..ConfigUpdate::default() };
    client.set_config(None, &defaults).await.unwrap();
    let run = plain.run(PLAN);
    assert!(!run.out.contains("has metadata or rules"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_data_contract_is_told_and_nothing_is_locked() {
    let (server, _client) = server().await;
    let project = ours(&server, &json!({ "metadata": {} }));
    project.write(FILE, r#"{ "metdata": {} }"#);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("error[event/data-contract]: a data contract has no `metdata`"), "{}", run.out);
    assert!(run.out.contains("did you mean `metadata`?"), "{}", run.out);
    assert_eq!(project.run(&["lock"]).code, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_registry_would_refuse_of_rules_and_metadata_is_told_before_it_is_locked() {
    let (server, client) = server().await;
    let project = ours(&server, &json!({ "metadata": owned_by("crm") }));
    let domain = |rule: Value| json!({ "ruleSet": { "domainRules": [rule] } });
    let rule = |more: Value| {
        let mut rule = json!({ "name": "r", "type": "CEL" });
        rule.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        rule
    };
    let broken = [
        domain(json!({ "type": "CEL" })),
        domain(json!({ "name": "r" })),
        domain(rule(json!({ "name": "1r" }))),
        domain(rule(json!({ "name": "r.r" }))),
        domain(rule(json!({ "kind": "TRANSFROM" }))),
        domain(rule(json!({ "mode": "SOMETIMES" }))),
        domain(rule(json!({ "mode": "UPGRADE" }))),
        domain(rule(json!({ "params": ["x"] }))),
        domain(rule(json!({ "tags": "PII" }))),
        json!({ "ruleSet": { "migrationRules": [rule(json!({}))] } }),
        json!({ "ruleSet": { "migrationRules": [rule(json!({ "mode": "UPGRADE" }))], "domainRules": [rule(json!({}))] } }),
        json!({ "ruleSet": { "encodingRules": {} } }),
        json!({ "metadata": { "properties": { "owner": null } } }),
        json!({ "metadata": { "tags": ["PII"] } }),
    ];
    for contract in &broken {
        let request = with(contract.get("metadata").cloned(), contract.get("ruleSet").cloned());
        assert!(client.register("any-value", &request).await.is_err(), "a registry takes {contract}");
        project.write(FILE, &contract.to_string());
        let run = project.run(&["check", "--format", "short"]);
        assert_eq!(run.code, 100, "{contract} {}{}", run.out, run.err);
        let is_told = run.out.contains("error: event/rule-set: ") && run.out.contains(&format!("--> {FILE}:1:"));
        assert!(is_told, "{contract} {}", run.out);
        assert_eq!(project.run(&["lock"]).code, 100);
    }
    for contract in
        [domain(rule(json!({ "mode": "READ", "kind": "CONDITION", "more": [1] }))), json!({ "ruleSet": {} })]
    {
        client.register("any-value", &with(None, contract.get("ruleSet").cloned())).await.unwrap();
        project.write(FILE, &contract.to_string());
        project.clean(&["check"]);
    }
    // What is locked can be mended by a new version alone, which is then looked at.
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[rules]\n\"event/rule-set\" = \"allow\"\n"));
    project.write(FILE, &broken[0].to_string());
    project.clean(&["lock"]);
    project.write("topika.toml", &manifest);
    project.clean(&["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_state_knows_what_was_frozen_with_a_version() {
    if !git::is_there() {
        return;
    }
    let (server, _client) = server().await;
    let project = ours(&server, &json!({ "metadata": owned_by("shop") }));
    git::init(project.path());
    let main = &["check", "--baseline", "git:main"];
    project.clean(main);
    project.write(FILE, &json!({ "metadata": owned_by("crm") }).to_string());
    project.clean(main);
    project.clean(&["lock"]);
    project.clean(main);

    // Somebody makes version 1 anew, with another data contract.
    for path in ["topika.lock", "schemas/.history"] {
        let path = project.path().join(path);
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
    }
    project.clean(&["lock"]);
    let run = project.run(main);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.out.contains("version 1 of `orders.order-placed-value` is not what git:main"), "{}", run.out);
    assert!(run.out.contains("changed: the data contract"), "{}", run.out);
}

const MONEY: &str = "syntax = \"proto3\";\npackage pay;\nmessage Money {\n  int64 cents = 1;\n}\n";
const PAID: &str = "syntax = \"proto3\";\n\nimport \"pay/money.proto\";\nmessage Paid { pay.Money money = 1; }\n";

fn proto(text: &str) -> NewSchema {
    NewSchema::new(SchemaType::Protobuf, text)
}

#[tokio::test(flavor = "multi_thread")]
async fn protocol_buffers_are_carried_with_references_and_data_contracts() {
    let (server, client) = server().await;
    client.register("pay/money.proto", &proto(MONEY)).await.unwrap();
    let paid = proto(PAID).reference("pay/money.proto", "pay/money.proto", 1);
    let paid = NewSchema { metadata: Some(owned_by("pay")), rule_set: Some(rules()), ..paid };
    client.register("payments-value", &paid).await.unwrap();
    client.set_level(Some("payments-value"), Level::Full).await.unwrap();
    let (other, there) = self::server().await;
    let project = project(&[("test", &server), ("new", &other)]);
    let run = project.clean(PULL);
    assert!(run.out.contains("carried  payments-value") && run.out.contains("carried  pay/money.proto"), "{}", run.out);
    assert_eq!(project.read("schemas/.history/payments-value/1.proto"), PAID, "to the byte");
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));

    project.clean(&["push", "--env", "new"]);
    let (here, pushed) =
        (client.latest("payments-value").await.unwrap(), there.latest("payments-value").await.unwrap());
    assert_eq!((pushed.schema_type.clone(), pushed.schema.as_str()), (SchemaType::Protobuf, PAID));
    assert_eq!((&here.references, &here.metadata), (&pushed.references, &pushed.metadata));
    assert_eq!((&here.rule_set, &here.guid), (&pushed.rule_set, &pushed.guid));
    assert_eq!(there.level(Some("payments-value")).await.unwrap(), Level::Full);
    assert_eq!(there.referenced_by("pay/money.proto", 1).await.unwrap(), [pushed.id]);
    assert!(project.clean(&["push", "--env", "new"]).out.contains("Nothing to push"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diff_of_what_is_carried_shows_what_changed_and_that_nothing_here_judges_it() {
    let (server, client) = server().await;
    client.set_level(None, Level::None).await.unwrap();
    client.register("pay/money.proto", &proto(MONEY)).await.unwrap();
    client.register("pay/money.proto", &proto(&MONEY.replace("cents", "hundredths"))).await.unwrap();
    let paid = |money: u32, owner: &str| NewSchema {
        metadata: Some(json!({ "properties": { "owner": owner } })),
        ..proto(PAID).reference("pay/money.proto", "pay/money.proto", money)
    };
    client.register("payments-value", &paid(1, "pay")).await.unwrap();
    client.register("payments-value", &paid(2, "shop")).await.unwrap();
    let project = project(&[("test", &server)]);
    project.clean(PULL);

    // What somebody registers beside it has no file to be added to.
    client.register("payments-value", &paid(2, "others")).await.unwrap();
    let run = project.run(PLAN);
    assert!(run.out.contains("drift     version 3 of payments-value is in the registry and not in topika.lock\n  help: somebody registered it beside the lock: `pull` takes it"), "{}", run.out);
    client.delete_version("payments-value", 3, false).await.unwrap();

    let judged = "The text is carried, and nothing here judges the change: it may be compatible or not; the registry says it at the push";
    let run = project.clean(&["diff", "pay/money.proto"]);
    let lines: Vec<&str> = run.out.lines().map(str::trim_end).collect();
    assert_eq!(lines.first(), Some(&"pay/money.proto: version 1 -> version 2"), "{}", run.out);
    assert!(lines.contains(&"text (Protocol Buffers)") && lines.contains(&judged), "{}", run.out);
    let is_there =
        |sign: char, word: &str| lines.iter().any(|line| line.trim_start().starts_with(sign) && line.contains(word));
    assert!(is_there('-', "cents") && is_there('+', "hundredths"), "{}", run.out);

    let run = project.clean(&["diff", "payments-value", "1", "last"]);
    assert!(!run.out.contains("text ("), "{}", run.out);
    assert!(
        run.out.contains("  ~ pay/money.proto: version 1 of pay/money.proto -> version 2 of pay/money.proto\n"),
        "{}",
        run.out
    );
    assert!(run.out.contains("  ~ metadata.properties.owner: \"pay\" -> \"shop\"\n"), "{}", run.out);
    assert!(run.out.contains(judged), "{}", run.out);
    let run = project.clean(&["diff", "payments-value", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let schema: Value = serde_json::from_str(&project.clean(&["schema", "diff"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    let one = &document["comparisons"][0];
    assert_eq!(one["holds"], json!({ "BACKWARD": null, "FORWARD": null, "FULL": null }));
    assert_eq!((&one["format"], &one["carried"]["text"]), (&json!("protobuf"), &json!("")));
    assert_eq!(one["contract"][0]["path"], "metadata.properties.owner");

    assert!(project.clean(&["diff", "payments-value", "2", "2"]).out.contains("No differences"));
    let run = project.run(&["diff", "payments-value", "work"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("it is carried without a working file, and has 1, 2 and `last`"), "{}", run.err);
    let run = project.run(&["diff", "payment-value"]);
    assert!(run.err.contains("did you mean `payments-value`?"), "{}", run.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_of_what_is_carried_is_the_one_that_its_owner_gave_it_in_the_registry() {
    let (server, client) = server().await;
    client.register("payments-value", &proto(MONEY)).await.unwrap();
    let project = project(&[("test", &server)]);
    project.clean(PULL);
    client.set_level(Some("payments-value"), Level::None).await.unwrap();
    let run = project.clean(PULL);
    assert!(run.err.contains("payments-value has the level NONE in registry:test, and BACKWARD here"), "{}", run.err);
    assert!(run.err.contains("topika.lock says NONE now"), "{}", run.err);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
    project.clean(PUSH);
    assert_eq!(client.level(Some("payments-value")).await.unwrap(), Level::None);
    let run = project.clean(PULL);
    assert!(!run.err.contains("level"), "{}", run.err);
    project.clean(&["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_protocol_buffers_that_nobody_here_can_judge_is_said() {
    let (server, client) = server().await;
    client.set_level(Some("payments-value"), Level::None).await.unwrap();
    client.register("payments-value", &proto(MONEY)).await.unwrap();
    client.register("payments-value", &proto(&MONEY.replace("int64", "string"))).await.unwrap();
    client.set_level(Some("payments-value"), Level::Full).await.unwrap();
    let (other, there) = self::server().await;
    let project = project(&[("test", &server), ("new", &other)]);
    project.clean(PULL);
    project.clean(&["check"]);

    // A registry that judges it knows more than we do; this one does not, and guesses nothing.
    let run = project.run(&["push", "--env", "new"]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    assert!(run.err.contains("version 2 of payments-value was not registered"), "{}", run.err);
    assert!(run.err.contains("cannot say whether a change of one is compatible"), "{}", run.err);
    assert!(run.err.contains("nothing here judges Protocol Buffers"), "{}", run.err);
    assert_eq!(there.versions("payments-value").await.unwrap(), [1]);
    let run = project.clean(&["push", "--env", "new", "--import-ids", "test"]);
    assert!(run.out.contains("Imported 1 version:"), "{}", run.out);
    let (here, pushed) = (client.version("payments-value", 2), there.version("payments-value", 2));
    let (here, pushed) = (here.await.unwrap(), pushed.await.unwrap());
    assert_eq!((here.id, &here.schema), (pushed.id, &pushed.schema));
    assert_eq!(there.level(Some("payments-value")).await.unwrap(), Level::Full);

    // The other way that is said.
    let (third, there) = self::server().await;
    project.write("topika.toml", &project.read("topika.toml").replace(&other.url(), &third.url()));
    std::fs::remove_file(project.path().join("schemas/.history/ids.new.toml")).unwrap();
    assert_eq!(project.run(&["push", "--env", "new"]).code, 100);
    client.set_level(Some("payments-value"), Level::None).await.unwrap();
    project.clean(PULL);
    project.clean(&["push", "--env", "new"]);
    assert_eq!(there.versions("payments-value").await.unwrap(), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_behind_a_push_finds_what_was_pushed_however_the_registry_prints_it() {
    let (server, _client) = server().await;
    // The registry says of each rule whether it is disabled, and nothing of properties where there are none.
    let rule = json!({ "name": "mask", "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "CEL_FIELD", "tags": ["PII"], "expr": "value" });
    let project = ours(&server, &json!({ "metadata": owned_by("crm"), "ruleSet": { "domainRules": [rule] } }));
    project.clean(PUSH);
    let files = || ["topika.lock", FILE, "schemas/.history/ids.test.toml"].map(|file| project.read(file));
    let before = files();
    let run = project.clean(PULL);
    assert!(run.out.contains("Pulled 0 new versions"), "{}", run.out);
    assert_eq!(files(), before);
    assert!(project.clean(PLAN).out.contains("In line"), "nothing has changed");
}

const SUBJECT: &str = "orders.order-placed-value";

/// What a registry says of the latest version: its number, and whether it has a data contract.
async fn latest(client: &Client) -> (u32, bool) {
    let newest = *client.versions(SUBJECT).await.unwrap().last().unwrap();
    let latest = client.version(SUBJECT, newest).await.unwrap();
    let says = |part: &Option<Value>| part.as_ref().is_some_and(|part| *part != json!({}));
    (latest.version, says(&latest.metadata) || says(&latest.rule_set))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_contract_that_goes_is_a_version_without_one_in_the_registry_too() {
    let later = ORDER.replace("\"string\"}", "\"string\"},{\"name\":\"note\",\"type\":\"string\",\"default\":\"\"}");
    for text in [ORDER, later.as_str()] {
        let (server, client) = server().await;
        let project = ours(&server, &json!({ "metadata": owned_by("shop"), "ruleSet": rules() }));
        project.clean(PUSH);
        assert_eq!(latest(&client).await, (1, true));
        std::fs::remove_file(project.path().join(FILE)).unwrap();
        project.write("schemas/orders/order-placed.avsc", text);
        project.clean(&["lock"]);
        let run = project.run(PLAN);
        let step = format!("register  {SUBJECT}  version 2  without the metadata and rules of versions before");
        assert!(run.code == 100 && run.out.lines().any(|line| line == step), "{}", run.out);
        let run = project.clean(PUSH);
        assert!(run.out.contains("Pushed 1 step: ") && run.out.contains("is as topika.lock says\n"), "{}", run.out);
        assert_eq!(latest(&client).await, (2, false));
        assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
        assert!(project.clean(PULL).out.contains("Pulled 0 new versions"));
        // What comes behind it has none either, and an empty registry gets all of it.
        let third = text.replace("\"id\"", "\"id\",\"doc\":\"third\"");
        project.write("schemas/orders/order-placed.avsc", &third);
        project.clean(&["lock"]);
        project.clean(PUSH);
        assert_eq!(latest(&client).await, (3, false));
        let (other, there) = self::server().await;
        project.write(
            "topika.toml",
            &format!("{}\n[env.new]\nregistry = \"{}\"\n", project.read("topika.toml"), other.url()),
        );
        project.clean(&["push", "--env", "new"]);
        assert_eq!(latest(&there).await, (3, false));
        project.clean(&["plan", "--env", "new"]);
        // With the ids of the first as well.
        let (other, there) = self::server().await;
        project.write(
            "topika.toml",
            &format!("{}\n[env.same]\nregistry = \"{}\"\n", project.read("topika.toml"), other.url()),
        );
        project.clean(&["push", "--env", "same", "--import-ids", "test"]);
        for number in 1..=3 {
            let (here, there) =
                (client.version(SUBJECT, number).await.unwrap(), there.version(SUBJECT, number).await.unwrap());
            assert_eq!((here.id, &here.guid), (there.id, &there.guid));
        }
        project.clean(&["plan", "--env", "same"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_took_over_a_data_contract_that_had_gone_is_told_and_mended() {
    let (server, client) = server().await;
    let project = ours(&server, &json!({ "metadata": owned_by("shop") }));
    project.clean(PUSH);
    std::fs::remove_file(project.path().join(FILE)).unwrap();
    let later = ORDER.replace("\"string\"}", "\"string\"},{\"name\":\"note\",\"type\":\"string\",\"default\":\"\"}");
    project.write("schemas/orders/order-placed.avsc", &later);
    project.clean(&["lock"]);
    // As a client registers it that names nothing; and its id is known.
    let taken = client.register(SUBJECT, &NewSchema::avro(later)).await.unwrap();
    assert_eq!(latest(&client).await, (2, true));
    let ids = project.read("schemas/.history/ids.test.toml");
    let row = format!("  {{ number = 2, id = {}, version = 2 }},\n]", taken.id);
    project.write("schemas/.history/ids.test.toml", &ids.replace("\n]", &format!("\n{row}")));
    let run = project.run(PLAN);
    let told = format!("version 2 of {SUBJECT} is there as version 2 with other metadata or rules than in topika.lock");
    assert!(run.out.contains(&told) && !run.out.contains("had the id"), "{}", run.out);
    project.clean(PUSH);
    assert_eq!(latest(&client).await, (3, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_without_a_data_contract_that_was_deleted_is_not_taken_for_a_newer_one_with_it() {
    let (server, client) = server().await;
    let project = project(&[("test", &server)]);
    project.write("schemas/orders/order-placed.avsc", ORDER);
    project.clean(&["lock"]);
    project.clean(PUSH);
    project.write(FILE, &json!({ "metadata": owned_by("shop") }).to_string());
    project.clean(&["lock"]);
    project.clean(PUSH);
    project.clean(PLAN);
    for permanent in [false, true] {
        client.delete_version(SUBJECT, 1, permanent).await.unwrap();
    }
    let run = project.run(PLAN);
    let told = format!("version 1 of {SUBJECT} is not in the registry, where version 2 is");
    assert!(run.out.contains(&told) && !run.out.contains("had the id"), "{}", run.out);
    project.clean(PUSH);
}
