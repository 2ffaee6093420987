//! Other names of subjects (`alias`), on their way between `topika.settings.json` and a registry in this process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail at any line")]

#[path = "support/of_subjects.rs"]
mod of_subjects;
mod support;

use of_subjects::{FILE, ORDER, ORDER_2, empty, has, ours, said, server, set};
use serde_json::{Value, json};
use support::{PLAN, PULL, PUSH};
use topika_registry::api::NewSchema;
use topika_registry::client::Client;

/// A subject with versions of its own that has become another name of a second one.
async fn renamed(client: &Client) {
    client.register("orders-value", &NewSchema::avro(ORDER)).await.unwrap();
    client.register("orders-value", &NewSchema::avro(ORDER_2)).await.unwrap();
    let new = ORDER.replace("OrderPlaced", "Placed");
    client.register("shop-value", &NewSchema::avro(new)).await.unwrap();
    set(client, Some("orders-value"), json!({ "alias": "shop-value" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_versions_of_a_subject_that_became_another_name_are_its_own() {
    let (server, client) = server().await;
    renamed(&client).await;
    let project = empty(&server);
    let run = project.clean(PULL);
    assert!(run.out.contains("Pulled 3 new versions of 2 subjects"), "{}", run.out);
    assert!(project.read("schemas/.history/orders-value/2.avsc").contains("note"));
    assert_eq!(said(&project), json!({ "subjects": { "orders-value": { "alias": "shop-value" } } }));
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));

    project.clean(&["check", "--baseline", "registry:test"]);

    // Into an empty registry: first the versions, then the name. Registered under it, they would be those of the other one.
    for import in [false, true] {
        let (other, there) = of_subjects::server().await;
        let manifest = project.read("topika.toml");
        project.write("topika.toml", &format!("{manifest}\n[env.new]\nregistry = \"{}\"\n", other.url()));
        let push: &[&str] = &["push", "--env", "new", "--import-ids", "test"];
        project.clean(if import { push } else { &push[..3] });
        assert_eq!(there.subjects().await.unwrap(), ["orders-value", "shop-value"]);
        assert_eq!(there.versions("orders-value").await.unwrap(), [1], "asked for by that name");
        assert_eq!(there.versions("shop-value").await.unwrap(), [1]);
        assert!(project.clean(&["plan", "--env", "new"]).out.ends_with("In line: nothing to push\n"));
        project.write("topika.toml", &manifest);
        std::fs::remove_file(project.path().join("schemas/.history/ids.new.toml")).unwrap();
    }

    // What is locked next would become a version of the other subject.
    project.write("schemas/orders/order-placed.avsc", &ORDER_2.replace("note", "remark"));
    project.clean(&["lock"]);
    let run = project.run(PUSH);
    assert_eq!(run.code, 100, "the lock is not there: {}{}", run.out, run.err);
    assert!(run.err.contains("error: 1 step not done"), "{}", run.err);
    let told = "version 3 of orders-value is not in the registry, where orders-value is another name of shop-value";
    assert!(run.err.contains(told), "{}", run.err);
    assert_eq!(client.versions("shop-value").await.unwrap(), [1]);
    project.write(FILE, r#"{"subjects": {"orders-value": {"alias": null}}}"#);
    project.clean(PUSH);
    assert_eq!(client.versions("orders-value").await.unwrap(), [1, 2, 3]);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_or_imported_by_the_name_of_another_subject() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.clean(PUSH);
    let ids = project.read("schemas/.history/ids.test.toml");
    // A stranger on our topic that has become another name of our subject: deleted by that name, ours would go.
    let other = ORDER.replace("OrderPlaced", "Old");
    client.register("t.orders-orders.Old", &NewSchema::avro(other)).await.unwrap();
    set(&client, Some("t.orders-orders.Old"), json!({ "alias": "t.orders-value" })).await;
    let run = project.run(&["push", "--env", "test", "--prune", "--permanent", "--yes"]);
    let note = "note: t.orders-orders.Old stays: it is another name of t.orders-value, whose versions would go";
    assert!(run.err.lines().any(|line| line == note) && !run.out.contains("Deleted"), "{}{}", run.out, run.err);
    assert_eq!(client.versions("t.orders-value").await.unwrap(), [1]);
    assert_eq!(client.subjects().await.unwrap(), ["t.orders-orders.Old", "t.orders-value"]);

    let (new, there) = of_subjects::server().await;
    set(&there, Some("t.orders-value"), json!({ "alias": "shop-value" })).await;
    let manifest = project.read("topika.toml").replace(&server.url(), &new.url());
    project.write("topika.toml", &manifest.replace("[env.test]", "[env.new]"));
    project.write("schemas/.history/ids.test.toml", &ids);
    let run = project.run(&["push", "--env", "new", "--import-ids", "test"]);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("t.orders-value is another name of shop-value there, which would get its versions"),
        "{}",
        run.err
    );
    assert!(there.subjects().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_that_stands_in_the_registry_alone_is_a_difference() {
    let (server, client) = server().await;
    let project = ours(&server);
    project.clean(PUSH);
    assert_eq!(project.clean(PLAN).out.matches("drift").count(), 0);
    set(&client, Some("t.short"), json!({ "alias": "t.orders-value" })).await;
    // One of what is not ours is none of ours.
    client.register("theirs", &NewSchema::avro(ORDER)).await.unwrap();
    set(&client, Some("their-short"), json!({ "alias": "theirs" })).await;
    let run = project.run(PLAN);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    has(
        &run,
        "drift     t.short is another name of t.orders-value in the registry, of which topika.settings.json says nothing",
    );
    assert_eq!(run.out.matches("drift").count(), 1, "{}", run.out);
    let run = project.run(&["plan", "--env", "test", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let schema: Value = serde_json::from_str(&project.clean(&["schema", "plan"]).out).unwrap();
    let problem = jsonschema::validator_for(&schema).unwrap().validate(&document).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{document}");
    assert_eq!(
        (&document["drift"][0]["kind"], &document["drift"][0]["subject"]),
        (&json!("unknown-alias"), &json!("t.short"))
    );
    assert!(project.clean(PUSH).out.contains("1 difference"), "a push takes nothing away");
    project.write(FILE, r#"{"subjects": {"short": {"alias": "orders-value"}}}"#);
    assert!(project.clean(PLAN).out.ends_with("In line: nothing to push\n"));
}
