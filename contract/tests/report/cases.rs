//! The findings that the renderers are shown.

use topika_contract::report::{Edit, Finding, Fix, Reference, Report};
use topika_contract::rules::{
    AVRO_FIELD_ADDED_WITHOUT_DEFAULT, AVRO_TYPE_CHANGED, PROJECT_EMPTY, REF_MISSING, Severity,
};
use topika_contract::text::{Location, Source, Span};

const NEW: &str = r#"{
  "type": "record", "name": "OrderPlaced", "namespace": "orders",
  "fields": [
    { "name": "order_id", "type": "string" },
    { "name": "größe", "type": "int" },
    // how it came in
    { "name": "channel", "type": "string" }
  ]
}
"#;

fn new() -> Source {
    Source::new("schemas/orders/order-placed.avsc", NEW)
}

fn old() -> Source {
    let text = NEW
        .replace("\"int\"", "\"string\"")
        .replace(",\n    // how it came in\n    { \"name\": \"channel\", \"type\": \"string\" }", "");
    Source::new("schemas/.history/orders.events-orders.OrderPlaced/3.avsc", text)
}

/// The place of `part` in a file.
fn place(source: &Source, part: &str) -> Location {
    let start = source.text().find(part).expect("the text holds the part");
    source.at(Span::new(start, start + part.len()))
}

/// Everything that a finding can say, a bare one, one that is silent, and a waived one.
pub(crate) fn full() -> Report {
    let (new, old) = (new(), old());
    let field = r#"{ "name": "channel", "type": "string" }"#;
    let end = place(&new, field).span.end - 2;
    let mut report = Report::default();
    report.push(PROJECT_EMPTY.finding("nothing here"));
    report.push(
        AVRO_FIELD_ADDED_WITHOUT_DEFAULT
            .at(place(&new, field), "field `channel` has no default")
            .label("version 3, locked 2026-11-20, cannot be read by this schema")
            .related(place(&old, "\"fields\""), "version 3 has no `channel`")
            .pointer("/fields/2")
            .subject("orders.events-orders.OrderPlaced")
            .promise("BACKWARD_TRANSITIVE", "topika.toml:12")
            .witness(r#"{"order_id":"a"} written by v3 -> missing field `channel`"#)
            .hurts(["kitchen", "billing", "kitchen"])
            .help("add a `default`")
            .fix(Fix {
                title: "add `\"default\": \"\"`".to_owned(),
                edits: vec![Edit { at: new.at(Span::new(end, end)), text: ", \"default\": \"\"".to_owned() }],
            })
            .reference(Reference {
                kind: "READER_FIELD_MISSING_DEFAULT_VALUE",
                location: "/fields/2".to_owned(),
                message: "channel".to_owned(),
            }),
    );
    report.push(
        AVRO_TYPE_CHANGED
            .at(place(&new, "\"int\""), "`größe` was string and is now int")
            .label("version 3 cannot be read by this schema")
            .related(
                place(&old, "\"string\" },\n    { \"name\": \"größe\"").source.at(place(
                    &old,
                    "größe\", \"type\": \"string\"",
                )
                .span),
                "version 3: string",
            )
            .subject("orders.events-orders.OrderPlaced")
            .note("a note")
            .help("add a field beside it"),
    );
    report.push(Finding { severity: Severity::Allow, ..PROJECT_EMPTY.finding("silent") });
    report.push(Finding {
        severity: Severity::Allow,
        waived: Some("never written".to_owned()),
        ..AVRO_TYPE_CHANGED
            .at(place(&new, "\"order_id\""), "`order_id` was int and is now string")
            .subject("orders-value")
    });
    report.push(Finding {
        severity: Severity::Warn,
        ..REF_MISSING.at(new.at(Span::new(0, NEW.len())), "over many lines")
    });
    report
}

/// Words of somebody who wants a terminal, a CI system or a reader to do something.
pub(crate) fn hostile() -> Report {
    let evil = "a\n::error::b\r]]> <b>&\"'%0A \u{1b}[31m \u{0} \u{202e}cba\u{2066} \u{feff}\u{fffe} ,:=";
    let path = "schemas/a b%,:\n::set-output name=x::y/<&\"'>ü\u{202e}.avsc";
    let source = Source::new(path, format!("{{ \"doc\": \"{}\" }}\r\n", evil.replace('\n', " ")));
    let at = source.at(Span::new(9, 30));
    let mut report = Report::default();
    report.push(
        AVRO_TYPE_CHANGED
            .at(at.clone(), evil)
            .label(evil)
            .related(at.clone(), evil)
            .pointer(evil)
            .subject(evil)
            .promise(evil, evil)
            .witness(evil)
            .hurts([evil])
            .note(evil)
            .help(evil)
            .fix(Fix { title: evil.to_owned(), edits: vec![Edit { at: at.clone(), text: evil.to_owned() }] })
            .reference(Reference { kind: "TYPE_MISMATCH", location: evil.to_owned(), message: evil.to_owned() }),
    );
    report.push(Finding {
        severity: Severity::Allow,
        waived: Some(evil.to_owned()),
        ..AVRO_TYPE_CHANGED.at(at.clone(), evil).subject(evil)
    });
    // The same twice: two fingerprints.
    report.push(AVRO_TYPE_CHANGED.at(at.clone(), "twice"));
    report.push(AVRO_TYPE_CHANGED.at(at, "twice"));
    report
}
