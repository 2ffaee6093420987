//! Avro IDL as a source: what its types become, where its errors stand.
#![cfg(feature = "avdl")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

use topika_contract::avro;
use topika_contract::project::{Contract, EventSchema, Project, resolve};
use topika_contract::report::Report;
use topika_contract::tree::Memory;

const PROTOCOL: &str = r#"
@namespace("shop")
protocol Orders {
    /** What things cost. */
    record Money { decimal(10, 2) amount; Currency currency = "CHF"; }
    enum Currency { CHF, EUR }
    record Line { string sku; int count; }

    /** Somebody ordered. */
    record OrderPlaced {
        uuid id;
        @logicalType("timestamp-micros") long at;
        array<Line> lines;
        Money total;
        union { null, string } note = null;
    }
    record OrderCancelled { uuid id; Money refund; }
    error NotFound { string message; }
    OrderPlaced find(string id) throws NotFound;
}
"#;

fn read(files: &[(&str, &str)]) -> (Project, Contract, Report) {
    let tree: Memory = files.iter().map(|(path, text)| (*path, *text)).collect();
    let mut report = Report::default();
    let project = Project::of_tree(&tree, &mut report);
    let contract = resolve(&project, &mut report);
    (project, contract, report)
}

fn paths(project: &Project) -> Vec<&str> {
    project.files.iter().map(|file| file.path.as_str()).collect()
}

fn told(report: &Report) -> Vec<String> {
    let line = |finding: &topika_contract::report::Finding| {
        format!("{} {}: {}", finding.at.as_ref().unwrap(), finding.rule.id, finding.message)
    };
    report
        .findings()
        .iter()
        .filter(|finding| finding.severity == topika_contract::rules::Severity::Deny)
        .map(line)
        .collect()
}

#[test]
fn a_protocol_gives_an_event_for_each_type_that_no_other_uses_and_shares_what_several_use() {
    let (project, contract, report) = read(&[("schemas/orders/orders.avdl", PROTOCOL)]);
    assert_eq!(told(&report), [""; 0]);
    assert_eq!(
        paths(&project),
        [
            "orders/OrderCancelled.avsc",
            "orders/OrderPlaced.avsc",
            "orders/types/Money.avsc",
            "orders/types/NotFound.avsc"
        ]
    );
    let events: Vec<&str> = contract.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(events, ["orders.OrderCancelled", "orders.OrderPlaced"]);
    let placed = &contract.events[1];
    assert_eq!(
        (placed.record.as_str(), placed.source.path()),
        ("shop.OrderPlaced", "schemas/orders/orders.avdl#OrderPlaced.avsc")
    );
    let references: Vec<&str> = placed.references.iter().map(|reference| reference.path.as_str()).collect();
    assert_eq!(references, ["orders/types/Money.avsc"]);
    let EventSchema::Avro(schema) = &placed.schema else { panic!("it is Avro") };
    assert!(schema.named(&avro::FullName::new("shop.Currency")).is_some());
}

#[test]
fn a_file_of_one_event_is_called_like_the_file() {
    let bare = r#"namespace shop; record Paid { long cents; Way way; } enum Way { CARD, CASH }"#;
    let main = r#"namespace shop; schema array<Paid>; record Paid { long cents; }"#;
    let (project, contract, report) =
        read(&[("schemas/shop/paid-out.avdl", bare), ("schemas/other/batch.avdl", &main.replace("shop", "other"))]);
    assert_eq!(told(&report), [""; 0]);
    assert_eq!(paths(&project), ["other/batch.avsc", "shop/paid-out.avsc"]);
    assert_eq!(contract.events[1].record, "shop.Paid");
    let text = contract.events[0].source.text();
    assert!(text.starts_with("{\n  \"type\": \"array\""), "{text}");
}

#[test]
fn what_is_imported_belongs_to_the_file_that_declares_it() {
    let money = r#"namespace types; record Money { long cents; }"#;
    let event = r#"namespace shop; import idl "../types/money.avdl"; import schema "../types/way.avsc";
        record Paid { types.Money sum; types.Way way; }"#;
    let way = r#"{ "type": "enum", "name": "types.Way", "symbols": ["CARD"] }"#;
    let avsc =
        r#"{ "type": "record", "name": "shop.Refunded", "fields": [ { "name": "sum", "type": "types.Money" } ] }"#;
    let (project, contract, report) = read(&[
        ("schemas/types/money.avdl", money),
        ("schemas/types/way.avsc", way),
        ("schemas/shop/paid.avdl", event),
        ("schemas/shop/refunded.avsc", avsc),
    ]);
    assert_eq!(told(&report), [""; 0]);
    assert_eq!(paths(&project), ["shop/paid.avsc", "shop/refunded.avsc", "types/money.avsc", "types/way.avsc"]);
    let references = |event: usize| {
        contract.events[event].references.iter().map(|reference| reference.path.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(references(0), ["types/money.avsc", "types/way.avsc"]);
    assert_eq!(references(1), ["types/money.avsc"]);
}

#[test]
fn types_that_hold_each_other_are_one_event() {
    let idl = r#"namespace shop; record Node { string name; union { null, Edge } out = null; } record Edge { union { null, Node } to = null; }"#;
    let (project, _, report) = read(&[("schemas/graph.avdl", idl)]);
    assert_eq!(told(&report), [""; 0]);
    assert_eq!(paths(&project), ["graph.avsc"]);
}

#[test]
fn an_error_stands_at_its_place_in_the_file_that_has_it() {
    let (_, _, report) = read(&[("schemas/a.avdl", "namespace shop;\nrecord A { strin g; }\n")]);
    let told = told(&report);
    assert!(told[0].starts_with("schemas/a.avdl:2:12 text/syntax: "), "{told:?}");
    let (_, _, report) = read(&[("schemas/a.avdl", "namespace shop;\nrecord A { union { int, int } g; }\n")]);
    assert_eq!(self::told(&report), ["schemas/a.avdl:2:25 text/syntax: Duplicate in union: int"]);
    let (_, _, report) = read(&[
        ("schemas/a.avdl", "import idl \"types/b.avdl\";\nrecord A { long b; }\n"),
        ("schemas/types/b.avdl", "record B {"),
    ]);
    let said = report.findings()[0].at.as_ref().unwrap().to_string();
    assert!(said.starts_with("schemas/types/b.avdl:1:"), "{said}");
}

#[test]
fn a_finding_about_a_made_file_stands_where_the_idl_says_it() {
    let idl = "namespace shop;\n\nimport idl \"types/money.avdl\";\n\nrecord Paid {\n    long cents;\n    Money sum;\n    int count = 0;\n}\n";
    let (_, contract, report) = read(&[
        ("schemas/paid.avdl", idl),
        ("schemas/types/money.avdl", "namespace shop;\nrecord Money {\n    decimal(4, 2) cents;\n}\n"),
    ]);
    assert_eq!(told(&report), [""; 0]);
    let EventSchema::Avro(schema) = &contract.events[0].schema else { panic!("it is Avro") };
    let paid = schema.named(&avro::FullName::new("shop.Paid")).unwrap();
    let avro::Definition::Record(fields) = &paid.definition else { panic!("it is a record") };
    assert_eq!(paid.at.to_string(), "schemas/paid.avdl:5:8");
    let places: Vec<String> = fields.iter().map(|field| field.ty.at.to_string()).collect();
    assert_eq!(places, ["schemas/paid.avdl:6:10", "schemas/paid.avdl:7:11", "schemas/paid.avdl:8:9"]);
}
