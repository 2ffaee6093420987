//! Texts that mean harm: each ends in time, without a panic, in a small stack.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

mod reading;

use std::fmt::Write as _;

use reading::{avro, json_schema};
use topika_contract::avro::Schema;
use topika_contract::compat::avro::{Kind, incompatibilities};
use topika_contract::compat::{Level, Terms, Verdict, compare, judge};
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

/// Runs in the stack of a worker thread of a web server, not in the large one of a main thread.
fn in_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn the_deepest_texts_are_read_in_a_small_stack() {
    in_a_small_stack(|| {
        let arrays = format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(127), "}".repeat(127));
        let schema = Schema::from_texts(&Source::new("arrays", arrays), &[]).unwrap();
        assert!(schema.canonical().len() > 127 * 20);

        let mut records = String::new();
        for level in 0..42 {
            write!(records, r#"{{"type":"record","name":"R{level}","fields":[{{"name":"f","type":"#).unwrap();
        }
        records.push_str("\"int\"");
        records.push_str(&"}]}".repeat(42));
        assert!(Schema::from_texts(&Source::new("records", records), &[]).is_ok());

        let items = format!("{}{{}}{}", r#"{"items":"#.repeat(127), "}".repeat(127));
        assert!(json_schema(&[&items]).0[0].is_some());
        for open in ["[", "{\"a\":", "{\"type\":", "{\"items\":"] {
            let text = open.repeat(100_000);
            assert!(avro(&[&text]).1.denies() && json_schema(&[&text]).1.denies());
        }
    });
}

#[test]
fn a_chain_of_definitions_may_be_long() {
    in_a_small_stack(|| {
        // Each name is used before it is defined, so that the canonical form nests them all.
        let count = 20_000;
        let mut text = "[".to_owned();
        for index in 0..count {
            let next = index + 1;
            write!(
                text,
                r#"{{"type":"record","name":"R{index}","fields":[{{"name":"f","type":"R{next}","default":{{}}}}]}},"#
            )
            .unwrap();
        }
        write!(text, r#"{{"type":"record","name":"R{count}","fields":[]}}]"#).unwrap();
        let schema = Schema::from_texts(&Source::new("chain", text), &[]).unwrap();
        assert_eq!(schema.definitions().count(), count + 1);
        assert!(schema.canonical().len() > count * 40);

        let mut text = "{\"definitions\":{".to_owned();
        for index in 0..count {
            write!(text, r##""d{index}":{{"$ref":"#/definitions/d{}"}},"##, index + 1).unwrap();
        }
        write!(text, r##""d{count}":{{}}}},"properties":{{"p":{{"$ref":"#/definitions/d0"}}}}}}"##).unwrap();
        let (schemas, report) = json_schema(&[&text]);
        assert!(report.findings().is_empty());
        let schema = schemas[0].as_ref().unwrap();
        let first = schema.node(schema.root()).unwrap().properties[0].node;
        assert_eq!(schema.target(first).unwrap().1.pointer, format!("#/definitions/d{count}"));
    });
}

#[test]
fn defaults_of_unions_of_records_do_not_multiply() {
    // Trying every branch at every level would take 2^40 steps.
    let records = r#"{"type":"record","name":"A","fields":[{"name":"f","type":["A",{"type":"record","name":"B","fields":[{"name":"f","type":["A","B"]}]}],"default":"#;
    let depth = 40;
    let text = format!("{records}{}1{}}}]}}", "{\"f\":".repeat(depth), "}".repeat(depth));
    assert!(avro(&[&text]).1.denies());
}

#[test]
fn wide_texts_take_linear_time() {
    let mut record = r#"{"type":"record","name":"Wide","fields":["#.to_owned();
    for index in 0..30_000 {
        write!(record, r#"{{"name":"f{index}","type":["null","string"],"default":null}},"#).unwrap();
    }
    record.push_str(r#"{"name":"last","type":"int"}]}"#);
    let (schemas, report) = avro(&[&record]);
    assert!(report.findings().is_empty() && schemas[0].is_some());

    let mut missing = "[".to_owned();
    for index in 0..20_000 {
        write!(missing, "\"x.Missing{index}\",").unwrap();
    }
    missing.push_str("\"int\"]");
    assert_eq!(avro(&[&missing]).1.findings().len(), 1_000);

    let mut symbols = r#"{"type":"enum","name":"E","symbols":["#.to_owned();
    for index in 0..30_000 {
        write!(symbols, "\"S{index}\",").unwrap();
    }
    symbols.push_str("\"LAST\"]}");
    assert!(avro(&[&symbols]).0[0].is_some());
}

#[test]
fn a_file_of_too_many_subschemas_is_refused_once() {
    let text = format!("{{\"anyOf\":[{}{{}}]}}", "{},".repeat(150_000));
    let (schemas, report) = json_schema(&[&text]);
    assert!(schemas[0].is_none());
    assert_eq!(report.findings().len(), 1);
    assert_eq!(report.findings()[0].message, "more than 100000 subschemas in one file");
    let name = "n".repeat(3_000);
    let (schemas, report) = json_schema(&[&format!(r#"{{ "properties": {{ "{name}": {{}} }} }}"#)]);
    assert!(schemas[0].is_none());
    assert_eq!(report.findings()[0].message, "the names on the way to this subschema are longer than 2000 bytes");
}

#[test]
fn messages_stay_short_whatever_a_file_holds() {
    let long = "x-".repeat(50_000);
    let name = "name".repeat(20_000);
    for text in [
        format!("{{\"type\":\"{long}\"}}"),
        format!("{{\"type\":\"fixed\",\"name\":\"{long}\",\"size\":1}}"),
        format!("{{\"type\":\"bytes\",\"logicalType\":\"{long}\"}}"),
        format!("{{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"{long}\"],\"default\":\"{long}{long}\"}}"),
        format!("{{\"type\":\"fixed\",\"name\":\"{name}\",\"size\":-1}}"),
        format!("[\"{name}\",{{\"type\":\"fixed\",\"name\":\"{name}\",\"size\":1}},\"{name}\",\"{name}x\"]"),
        format!(
            "{{\"type\":\"record\",\"name\":\"{name}\",\"fields\":[{{\"name\":\"{name}\",\"type\":\"{name}\",\"default\":1}},{{\"name\":\"{name}\",\"type\":\"{name}\",\"default\":{{}}}}]}}"
        ),
        format!("{{\"$schema\":\"{long}\",\"type\":\"{long}\",\"y{long}\":1,\"$ref\":\"{long}\"}}"),
    ] {
        for report in [avro(&[&text]).1, json_schema(&[&text]).1] {
            for finding in report.findings() {
                let length = finding.message.len() + finding.help.as_ref().map_or(0, String::len);
                assert!(length < 1_000, "{} bytes for {}", length, finding.rule.id);
            }
        }
    }
}

#[test]
fn a_text_of_a_million_faults_says_a_thousand() {
    let ones = format!("[{}1]", "1,".repeat(1_000_000));
    let twice = format!("{{{}\"a\":1}}", "\"a\":1,".repeat(200_000));
    let unions = format!("[{}\"int\"]", "\"int\",".repeat(200_000));
    let unknown = format!("{{{}\"type\":\"null\"}}", (0..100_000).map(|i| format!("\"k{i}\":1,")).collect::<String>());
    for text in [&ones, &twice, &unions] {
        let (schemas, report) = avro(&[text]);
        assert!(schemas.iter().all(Option::is_none) && report.denies());
        assert!(report.findings().len() <= 1_010, "{}", report.findings().len());
    }
    let (schemas, report) = json_schema(&[&unknown]);
    assert!(schemas[0].is_some());
    assert_eq!(report.findings().len(), 1_000);
    assert_eq!(report.findings()[999].notes, ["more findings after these 1000 are not told"]);
}

#[test]
fn many_references_to_a_large_place_that_is_no_schema_are_cheap() {
    let refs: String = (0..5_000).map(|i| format!("\"p{i}\":{{\"$ref\":\"#/enum\"}},")).collect();
    let text =
        format!("{{\"enum\":[{}0],\"properties\":{{{refs}\"q\":{{\"$ref\":\"#/enum/007\"}}}}}}", "0,".repeat(500_000));
    let (schemas, report) = json_schema(&[&text]);
    assert!(schemas[0].is_none());
    assert_eq!(report.findings().len(), 1_000);
}

/// Records that hold the next one twice, `depth` of them, behind what `field` makes of a name.
fn doubled(depth: usize, leaf: &str, field: impl Fn(&str) -> String) -> EventSchema {
    let mut texts = vec![Source::new("leaf", format!(r#"{{"type":"record","name":"R{depth}","fields":[{leaf}]}}"#))];
    for level in (0..depth).rev() {
        let next = field(&format!("R{}", level + 1));
        let fields = format!(r#"{{"name":"a","type":{next}}},{{"name":"b","type":{next}}}"#);
        texts.push(Source::new(
            level.to_string(),
            format!(r#"{{"type":"record","name":"R{level}","fields":[{fields}]}}"#),
        ));
    }
    let main = texts.pop().unwrap();
    EventSchema::Avro(Schema::from_texts(&main, &texts).unwrap())
}

#[test]
fn a_change_below_records_that_hold_each_other_twice_is_told_once() {
    let fields: [fn(&str) -> String; 3] = [
        |name| format!(r#"["null","{name}"]"#),
        |name| format!(r#""{name}""#),
        |name| format!(r#"{{"type":"array","items":["null","{name}"]}}"#),
    ];
    for field in fields {
        // Telling it for every way to it would take 2^60 findings.
        let old = doubled(60, r#"{"name":"v","type":"int"}"#, field);
        let new = doubled(60, r#"{"name":"v","type":"string"}"#, field);
        let found = judge(&new, &[(1, old)], Level::Full);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.ends_with("v` was int and is now string"), "{}", found[0].message);
    }
}

#[test]
fn records_that_hold_each_other_in_a_circle_are_compared_in_time() {
    let schema = |ty: &str| {
        let fields = |other: &str| {
            format!(
                r#"{{"name":"l","type":["null","{other}"]}},{{"name":"r","type":["null","{other}"]}},{{"name":"v","type":"{ty}"}}"#
            )
        };
        let text = format!(r#"{{"type":"record","name":"A","fields":[{}]}}"#, fields("B"));
        let other = format!(r#"{{"type":"record","name":"B","fields":[{}]}}"#, fields("A"));
        EventSchema::Avro(Schema::from_texts(&Source::new("a", text), &[Source::new("b", other)]).unwrap())
    };
    let found = judge(&schema("string"), &[(1, schema("int"))], Level::Backward);
    let mut messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    messages.sort_unstable();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages.contains(&"`v` was int and is now string"));
    assert!(messages.contains(&"`l.v` was int and is now string"));
}

#[test]
fn large_unions_that_differ_are_compared_in_time() {
    let schema = |letter: char| {
        let branches: Vec<String> =
            (0..1_000).map(|i| format!(r#"{{"type":"fixed","name":"{letter}{i}","size":1}}"#)).collect();
        let text =
            format!(r#"{{"type":"record","name":"R","fields":[{{"name":"u","type":[{}]}}]}}"#, branches.join(","));
        EventSchema::Avro(Schema::from_texts(&Source::new("u", text), &[]).unwrap())
    };
    assert!(!judge(&schema('b'), &[(1, schema('a'))], Level::Backward).is_empty());
}

#[test]
fn unions_of_a_hundred_thousand_branches_are_given_up_in_time() {
    let union = |prefix: &str| {
        let branches: Vec<String> =
            (0..100_000).map(|at| format!(r#"{{"type":"record","name":"{prefix}{at}","fields":[]}}"#)).collect();
        let text = format!("[{}]", branches.join(","));
        EventSchema::Avro(Schema::from_texts(&Source::new("u", text), &[]).unwrap())
    };
    let begun = std::time::Instant::now();
    assert_eq!(verdict(&union("A"), &union("B")), Verdict::Undecided);
    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn a_branch_that_was_not_compared_is_not_called_missing() {
    // Each of 60 records refers to all of them, so that the bound is met within the first branch.
    let union = |added: &str| {
        let records: Vec<String> = (0..60)
            .map(|at| {
                let fields: Vec<String> =
                    (0..60).map(|to| format!(r#"{{"name":"f{to}","type":["null","R{to}"]}}"#)).collect();
                format!(r#"{{"type":"record","name":"R{at}","fields":[{}{added}]}}"#, fields.join(","))
            })
            .collect();
        let text = format!("[{}]", records.join(","));
        Schema::from_texts(&Source::new("u", text), &[]).unwrap()
    };
    let (old, new) = (union(""), union(r#",{"name":"added","type":"int","default":0}"#));
    let told = incompatibilities(&new, &old);
    assert!(!told.is_empty());
    for one in told {
        assert_eq!(one.kind, Kind::NotCompared, "{one:?}");
    }
}

#[test]
fn a_long_row_of_references_takes_linear_time() {
    let count = 5_000;
    let mut texts = vec![Source::new("last", r#"{"type":"fixed","name":"R0","size":1}"#)];
    for index in 1..count {
        let before = index - 1;
        let text = format!(r#"{{"type":"record","name":"R{index}","fields":[{{"name":"f","type":"R{before}"}}]}}"#);
        texts.push(Source::new(index.to_string(), text));
    }
    let main = texts.pop().unwrap();
    assert_eq!(Schema::from_texts(&main, &texts).unwrap().definitions().count(), count);
}

#[test]
fn a_change_below_subschemas_that_hold_each_other_twice_is_told_once() {
    let schema = |leaf: &str| {
        let depth = 60;
        let mut text =
            r##"{"title":"T","type":"object","properties":{"r":{"$ref":"#/$defs/d0"}},"$defs":{"##.to_owned();
        for level in 0..depth {
            let next = format!(r##"{{"$ref":"#/$defs/d{}"}}"##, level + 1);
            write!(text, r#""d{level}":{{"type":"object","properties":{{"a":{next},"b":{next}}}}},"#).unwrap();
        }
        write!(text, r#""d{depth}":{{"type":"object","properties":{{"v":{{"type":"{leaf}"}}}}}}}}}}"#).unwrap();
        EventSchema::Json(json_schema(&[&text]).0.remove(0).unwrap())
    };
    let found = judge(&schema("string"), &[(1, schema("integer"))], Level::Full);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.ends_with("v` was integer and is now string"), "{}", found[0].message);
    assert!(judge(&schema("string"), &[(1, schema("string"))], Level::Full).is_empty());
}

fn json(text: &str) -> EventSchema {
    EventSchema::Json(json_schema(&[text]).0.remove(0).unwrap())
}

fn verdict(old: &EventSchema, new: &EventSchema) -> Verdict {
    compare(new, &[(1, old.clone())], &Terms::default()).verdict
}

#[test]
fn definitions_that_all_refer_to_each_other_are_judged() {
    // 50 definitions with 10 properties each; `seed` says where they lead, and one of the definitions holds a leaf.
    let schema = |draft: &str, seed: usize, leaf: &str| {
        let definition = |at: usize| {
            let step = |name: usize| (at * 7 + name * seed) % 50;
            let mut properties: Vec<String> =
                (0..10).map(|name| format!(r##""p{name}":{{"$ref":"#/definitions/d{}"}}"##, step(name))).collect();
            let ty = if at == 31 { leaf } else { "string" };
            properties.push(format!(r#""name":{{"type":"{ty}"}}"#));
            format!(
                r#""d{at}":{{"type":"object","additionalProperties":false,"properties":{{{}}}}}"#,
                properties.join(",")
            )
        };
        let definitions: Vec<String> = (0..50).map(definition).collect();
        json(&format!(
            r##"{{"$schema":"{draft}","title":"T","$ref":"#/definitions/d0","definitions":{{{}}}}}"##,
            definitions.join(",")
        ))
    };
    // In 2020-12 each reference has an object of its own, so there are a hundred times as many pairs.
    let newest = "https://json-schema.org/draft/2020-12/schema";
    assert_eq!(verdict(&schema(newest, 3, "string"), &schema(newest, 3, "string")), Verdict::Compatible);
    assert_eq!(verdict(&schema(newest, 3, "string"), &schema(newest, 3, "integer")), Verdict::Incompatible);
    let schema = |seed: usize, leaf: &str| schema("http://json-schema.org/draft-07/schema#", seed, leaf);
    assert_eq!(verdict(&schema(3, "string"), &schema(3, "string")), Verdict::Compatible);
    assert_eq!(verdict(&schema(3, "string"), &schema(3, "integer")), Verdict::Incompatible);
    assert_eq!(verdict(&schema(3, "string"), &schema(11, "string")), Verdict::Compatible);
    assert_eq!(verdict(&schema(3, "string"), &schema(11, "integer")), Verdict::Incompatible);
    assert_eq!(verdict(&schema(3, "integer"), &schema(11, "string")), Verdict::Incompatible);
}

#[test]
fn five_hundred_alternatives_are_held_against_five_hundred() {
    let schema = |kind: &dyn Fn(usize) -> usize| {
        let branch = |at: usize| {
            let properties = format!(r#""kind":{{"const":"k{}"}},"v":{{"type":"string"}}"#, kind(at));
            format!(
                r#"{{"type":"object","properties":{{{properties}}},"required":["kind"],"additionalProperties":false}}"#
            )
        };
        let branches: Vec<String> = (0..500).map(branch).collect();
        json(&format!(r#"{{"title":"T","oneOf":[{}]}}"#, branches.join(",")))
    };
    let (plain, turned, other) = (schema(&|at| at), schema(&|at| 499 - at), schema(&|at| at + 1));
    assert_eq!(verdict(&plain, &turned), Verdict::Compatible);
    assert_eq!(verdict(&plain, &other), Verdict::Incompatible);
}

#[test]
fn twenty_thousand_definitions_are_judged_in_linear_time() {
    let list = |item: &dyn Fn(usize) -> String| (0..20_000).map(item).collect::<Vec<_>>().join(",");
    let definitions = list(&|at| format!(r#""d{at}":{{"type":"string"}}"#));
    let properties = list(&|at| format!(r##""p{at}":{{"$ref":"#/$defs/d{at}"}}"##));
    for draft in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
        let text = format!(
            r#"{{"$schema":"{draft}","title":"T","type":"object","properties":{{{properties}}},"$defs":{{{definitions}}}}}"#
        );
        let schema = json(&text);
        assert_eq!(verdict(&schema, &schema), Verdict::Compatible);
    }
}

#[test]
fn a_chain_deeper_than_the_stack_is_judged_to_its_end() {
    let count = 12_000;
    let schema = |leaf: &str| {
        let links: Vec<String> = (0..count)
            .map(|at| format!(r##""d{at}":{{"properties":{{"a":{{"$ref":"#/$defs/d{}"}}}}}}"##, at + 1))
            .collect();
        json(&format!(
            r##"{{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"T","$ref":"#/$defs/d0",
                "$defs":{{{},"d{count}":{{"type":"{leaf}"}}}}}}"##,
            links.join(",")
        ))
    };
    assert_eq!(verdict(&schema("string"), &schema("string")), Verdict::Compatible);
    assert_eq!(verdict(&schema("string"), &schema("integer")), Verdict::Incompatible);
}
