//! The build as cargo sees it: what is written, what is said, and what happens to bad input.
#![allow(clippy::unwrap_used, reason = "an unwrap that fails fails the test")]

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use topika_build::{Builder, Generated};

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("topika.toml"), "").unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn generate(files: &[(&str, &str)]) -> Generated {
    Builder::new().project(project(files).path()).generate()
}

const PLACED: &str =
    r#"{"type":"record","name":"Placed","namespace":"orders","fields":[{"name":"id","type":"string"}]}"#;
const READY: &str =
    r#"{"type":"record","name":"Ready","namespace":"kitchen","fields":[{"name":"m","type":"types.Money"}]}"#;
const MONEY: &str = r#"{"type":"record","name":"Money","namespace":"types","fields":[{"name":"cents","type":"long"}]}"#;

fn run(project: &Path, out: &Path) {
    Builder::new().project(project).out_dir(out).run();
}

#[test]
fn what_has_not_changed_is_not_written_again() {
    let project = project(&[("schemas/orders/placed.avsc", PLACED)]);
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("topika_events.rs");
    run(project.path(), out.path());
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    fs::File::options().write(true).open(&file).unwrap().set_modified(long_ago).unwrap();
    run(project.path(), out.path());
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), long_ago);
    fs::write(project.path().join("schemas/orders/placed.avsc"), PLACED.replace("\"id\"", "\"key\"")).unwrap();
    run(project.path(), out.path());
    assert!(fs::metadata(&file).unwrap().modified().unwrap() > long_ago);
    assert!(fs::read_to_string(&file).unwrap().contains("pub key: String"));
}

#[test]
fn a_folder_that_cannot_be_written_is_no_panic() {
    let project = project(&[("schemas/orders/placed.avsc", PLACED)]);
    let folder = project.path().join("no/such/folder");
    run(project.path(), &folder);
    assert!(!folder.exists(), "the folder is cargo's to make");
}

#[test]
fn a_finding_is_one_error_with_its_place_and_the_next_step() {
    let generated =
        generate(&[("schemas/orders/placed.avsc", "{\"type\": \"record\",\n  \"name\": \"9lives\", \"fields\": []}")]);
    let problem = generated.problem.unwrap();
    assert!(problem.starts_with("avro/name: "), "{problem}");
    assert!(problem.contains("\n  --> schemas/orders/placed.avsc:2:11"), "{problem}");
    assert_eq!(generated.source.matches("compile_error!").count(), 1);
}

#[test]
fn two_findings_are_still_one_error() {
    let generated = generate(&[("schemas/a/b.avsc", "{"), ("schemas/a/c.avsc", "[")]);
    assert_eq!(generated.source.matches("compile_error!").count(), 1);
    assert_eq!(generated.problem.unwrap().matches("  --> ").count(), 2);
}

#[test]
fn a_selection_brings_what_it_needs_and_no_more() {
    let files = [
        ("schemas/orders/placed.avsc", PLACED),
        ("schemas/kitchen/ready.avsc", READY),
        ("schemas/types/money.avsc", MONEY),
    ];
    let project = project(&files);
    let orders = Builder::new().project(project.path()).only(["orders.*"]).generate().source;
    assert!(orders.contains("struct Placed") && !orders.contains("struct Ready") && !orders.contains("struct Money"));
    assert!(!orders.contains("READY__AVSC") && !orders.contains("KitchenReady"));
    let kitchen = Builder::new().project(project.path()).only(["kitchen.ready"]).generate().source;
    assert!(!kitchen.contains("struct Placed") && kitchen.contains("struct Ready") && kitchen.contains("struct Money"));
    assert!(kitchen.contains("TYPES__MONEY__AVSC"));
}

#[test]
fn a_topic_is_closed_so_a_selection_brings_its_other_events() {
    let project = project(&[
        ("schemas/orders/placed.avsc", PLACED),
        ("schemas/orders/cancelled.avsc", &PLACED.replace("Placed", "Cancelled")),
    ]);
    let toml = "[topic.orders]\nevents = [\"orders.placed\", \"orders.cancelled\"]\n";
    fs::write(project.path().join("topika.toml"), toml).unwrap();
    let source = Builder::new().project(project.path()).only(["orders.placed"]).generate().source;
    assert!(source.contains("Cancelled(crate::events::orders::Cancelled)"));
}

#[test]
fn names_of_topics_and_modules_that_had_to_change_are_told() {
    let record = |space: &str| format!(r#"{{"type":"record","name":"A","namespace":"{space}","fields":[]}}"#);
    let spaces = ["topics", "crate", "super", "Self", "__topika"].map(|space| (space, record(space)));
    let mut files: Vec<(String, String)> = spaces
        .iter()
        .map(|(space, text)| (format!("schemas/{}/a.avsc", space.trim_matches('_')), text.clone()))
        .collect();
    let keyed = |name: &str| {
        format!(
            r#"{{"type":"record","name":"{name}","namespace":"orders","fields":[{{"name":"a","type":"int"}},{{"name":"b","type":"int"}}]}}"#
        )
    };
    let mut rows = String::new();
    for (topic, name, key) in [
        ("web-router", "Web", ""),
        ("web_router", "Net", ""),
        ("orders", "Placed", "key = [\"a\", \"b\"]"),
        ("orders-router", "Routed", ""),
        ("orders-key", "Keyed", ""),
    ] {
        files.push((format!("schemas/orders/{}.avsc", name.to_lowercase()), keyed(name)));
        rows += &format!("[topic.{topic}]\nevents = [\"orders.{}\"]\n{key}\n", name.to_lowercase());
    }
    files.push(("topika.toml".to_owned(), rows));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let generated = generate(&files);
    let told: Vec<&str> =
        generated.warnings.iter().filter(|line| line.contains("types/renamed")).map(String::as_str).collect();
    for name in [
        "the module is `topics_`",
        "the module is `crate_`",
        "the module is `super_`",
        "the module is `self_`",
        "the module is `__topika_`",
        "the enum of `web_router` is `WebRouter2`",
        "the enum of `orders-router` is `OrdersRouter2`",
        "the key of `orders` is `OrdersKey2`",
    ] {
        assert_eq!(told.iter().filter(|line| line.contains(name)).count(), 1, "{name}: {:#?}", generated.warnings);
    }
    assert_eq!(told.len(), 8, "{told:#?}");
    // What is registered follows from the topic alone.
    assert!(generated.source.contains(r#"#[event(name = "OrdersKey")]"#), "{}", generated.source);
}

#[test]
fn a_record_without_end_is_one_error_and_no_type() {
    let endless =
        r#"{"type":"record","name":"Endless","namespace":"types","fields":[{"name":"me","type":"types.Endless"}]}"#;
    let user =
        r#"{"type":"record","name":"User","namespace":"ev","fields":[{"name":"of","type":["null","types.Endless"]}]}"#;
    let generated = generate(&[
        ("schemas/types/endless.avsc", endless),
        ("schemas/ev/user.avsc", user),
        ("schemas/orders/placed.avsc", PLACED),
    ]);
    let problem = generated.problem.unwrap();
    assert!(problem.starts_with("avro/endless-record: ") && problem.matches("  --> ").count() == 1, "{problem}");
    let source = generated.source;
    assert!(source.contains("struct Placed"), "{source}");
    assert!(!source.contains("struct Endless") && !source.contains("struct User"), "{source}");
}

#[test]
fn two_files_of_one_table_are_an_error() {
    let other = PLACED.replace("Placed", "Other");
    let generated = generate(&[("schemas/a/b-c.avsc", PLACED), ("schemas/a/b_c.avsc", &other)]);
    assert!(generated.problem.unwrap().contains("A__B_C__AVSC"));
}

#[test]
fn the_watched_files_are_those_that_exist() {
    let project = project(&[("schemas/orders/placed.avsc", PLACED)]);
    let watched = Builder::new().project(project.path()).generate().watched;
    let names: Vec<_> = watched.iter().map(|path| path.strip_prefix(project.path()).unwrap()).collect();
    assert_eq!(names, [Path::new("topika.toml"), Path::new("schemas")]);
}

#[test]
fn a_long_chain_of_types_needs_no_deep_stack() {
    let mut fields = Vec::new();
    for i in 0..3000 {
        fields.push(format!(
            "{{\"name\":\"f{i}\",\"type\":{{\"type\":\"record\",\"name\":\"R{i}\",\"fields\":[{{\"name\":\"n\",\"type\":\"R{}\"}}]}}}}",
            (i + 1) % 3000
        ));
    }
    let text =
        format!("{{\"type\":\"record\",\"name\":\"Root\",\"namespace\":\"a\",\"fields\":[{}]}}", fields.join(","));
    let source = generate(&[("schemas/a/chain.avsc", &text)]).source;
    assert!(source.contains("compile_error!") || source.contains("Box<R1>"));
}

#[test]
fn an_array_or_a_map_within_itself_is_a_type_of_its_own() {
    let schema = r##"{"title":"Deep","type":"object","properties":{"a":{"$ref":"#/$defs/a"},"m":{"$ref":"#/$defs/m"}},
        "$defs":{"a":{"type":"array","items":{"$ref":"#/$defs/a"}},
            "m":{"type":"object","additionalProperties":{"$ref":"#/$defs/m"}}}}"##;
    let generated = generate(&[("schemas/a/deep.schema.json", schema)]);
    for line in ["pub a: Option<A>,", "pub struct A(pub Vec<A>);", "BTreeMap<String, M>);"] {
        assert!(generated.source.contains(line), "{line}\n{}", generated.source);
    }
}

#[test]
fn a_namespace_of_very_many_segments_is_no_deep_module() {
    let text = PLACED.replace("\"orders\"", &format!("\"{}b\"", "a.".repeat(20_000)));
    let generated = generate(&[("schemas/a/deep.avsc", &text)]);
    assert!(syn::parse_file(&generated.source).is_ok());
    assert!(generated.source.matches("pub mod a").count() <= 16);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_name_and_any_doc_give_rust(
        title in "\\PC{0,12}",
        names in prop::collection::vec("[\\PC\\n\\r\\t\u{202e}]{0,8}", 0..6),
        symbols in prop::collection::hash_set("\\PC{0,6}", 1..6),
        doc in any::<String>(),
    ) {
        let string = |text: &str| serde_json::Value::String(text.to_owned()).to_string();
        let properties: std::collections::BTreeMap<&String, serde_json::Value> = names
            .iter()
            .map(|name| (name, serde_json::json!({"description": doc, "enum": symbols})))
            .collect();
        let schema = format!(
            "{{\"title\":{},\"description\":{},\"type\":\"object\",\"properties\":{}}}",
            string(&title),
            string(&doc),
            serde_json::json!(properties),
        );
        let generated = generate(&[("schemas/a/hostile.schema.json", &schema)]);
        prop_assert!(syn::parse_file(&generated.source).is_ok(), "{}", generated.source);
        let record = serde_json::json!({"type": "record", "name": "R", "namespace": "a", "doc": doc, "fields": [
            {"name": "x", "type": {"type": "string", "logicalType": title}, "doc": title, "default": doc}]});
        let generated = generate(&[("schemas/a/hostile.avsc", &record.to_string())]);
        prop_assert!(syn::parse_file(&generated.source).is_ok(), "{}", generated.source);
        prop_assert!(generated.problem.is_none(), "{:?}", generated.problem);
    }
}

#[test]
fn parts_of_a_shared_type_are_called_the_same_whoever_uses_them_first() {
    let person = r#"{"title":"Person","type":"object","properties":{"contact":{"type":"object","properties":{"kind":{"enum":["a"]}}}}}"#;
    let whole = r#"{"title":"Whole","type":"object","properties":{"who":{"$ref":"../types/person.schema.json"}}}"#;
    let more =
        r#"{"title":"More","allOf":[{"$ref":"../types/person.schema.json"},{"properties":{"x":{"type":"string"}}}]}"#;
    let names = |first: &str, second: &str| -> Vec<String> {
        let source = generate(&[
            ("schemas/types/person.schema.json", person),
            ("schemas/a/first.schema.json", first),
            ("schemas/b/second.schema.json", second),
        ])
        .source;
        let (_, types) = source.split_once("pub mod types {").unwrap();
        let (types, _) = types.split_once("\n}\n").unwrap();
        types
            .lines()
            .filter(|line| line.contains("pub struct") || line.contains("pub enum"))
            .map(str::to_owned)
            .collect()
    };
    let expected = ["    pub struct Person {", "    pub struct PersonContact {", "    pub enum PersonContactKind {"];
    for (first, second) in [(whole, more), (more, whole)] {
        assert_eq!(names(first, second), expected);
    }
}

#[test]
fn a_borrowed_type_whose_twin_has_the_name_of_another_is_told_with_both_places() {
    let manifest = "[types]\nborrowed = true\n";
    let order = r#"{"type":"record","name":"Order","namespace":"orders","fields":[
        {"name":"id","type":{"type":"record","name":"OrderRef","fields":[{"name":"id","type":"string"}]}}]}"#;
    let made = generate(&[("topika.toml", manifest), ("schemas/orders/order.avsc", order)]);
    let problem = made.problem.unwrap();
    let expected = "manifest/value: `orders::Order` is to be borrowed as `OrderRef`, which is the name of another type\n  \
                    --> schemas/orders/order.avsc:1:25\n  ::: schemas/orders/order.avsc:2:53\n   |  the other type\n   = help: say `borrowed = false`";
    assert!(problem.starts_with(expected), "{problem}");
    // What is no twin takes no name: JSON is not borrowed, and an enum is its own.
    let house = r#"{"type":"object","title":"House","properties":{"ref":{"type":"object","properties":{"id":{"type":"string"}}}}}"#;
    let door = r#"{"type":"record","name":"Door","namespace":"w","fields":[
        {"name":"state","type":{"type":"enum","name":"State","symbols":["OPEN"]}},
        {"name":"by","type":{"type":"record","name":"StateRef","fields":[{"name":"id","type":"string"}]}}]}"#;
    let files = [("topika.toml", manifest), ("schemas/w/house.schema.json", house), ("schemas/w/door.avsc", door)];
    assert_eq!(generate(&files).problem, None);
}
