//! Machines take what the renderers write: schemas, parsers, and no word of a hostile contract that they would obey.

use std::collections::BTreeSet;

use serde_json::Value;
use topika_contract::report::{self, Report};

use crate::cases;
use crate::golden::forms;

fn reports() -> [Report; 3] {
    [cases::full(), cases::hostile(), Report::default()]
}

fn validate(schema: &str, document: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let document: Value = serde_json::from_str(document).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

#[test]
fn a_json_report_keeps_to_its_published_schema() {
    for report in reports() {
        validate(report::JSON_SCHEMA, &report::json(&report));
    }
}

#[test]
fn the_published_schema_knows_every_field() {
    let schema: Value = serde_json::from_str(report::JSON_SCHEMA).unwrap();
    let document: Value = serde_json::from_str(&report::json(&cases::full())).unwrap();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(names(&schema["properties"]), names(&document));
    assert_eq!(names(&schema["$defs"]["finding"]["properties"]), names(&document["findings"][0]));
}

#[test]
fn a_sarif_log_keeps_to_the_schema_of_2_1_0() {
    // One pattern of the published schema is no regular expression with the flag `u`, which our validator has: a bracket stands alone. It
    // is about the language of a run, of which we say nothing.
    let wrong = r#""pattern": "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$""#;
    let schema = include_str!("sarif-schema-2.1.0.json").replace(wrong, r#""minLength": 2"#);
    for report in reports() {
        validate(&schema, &report::sarif(&report, "services/the shop"));
    }
}

#[test]
fn a_sarif_log_has_rules_fixes_and_suppressions() {
    let log: Value = serde_json::from_str(&report::sarif(&cases::full(), "")).unwrap();
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let fixed = run["results"].as_array().unwrap().iter().find(|one| one.get("fixes").is_some()).unwrap();
    let replacement = &fixed["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], ", \"default\": \"\"");
    let suppressed = run["results"].as_array().unwrap().last().unwrap();
    assert_eq!(suppressed["suppressions"][0]["justification"], "never written");
}

#[test]
fn fingerprints_differ_within_a_run_and_survive_lines_above() {
    let prints = |report: &Report| -> Vec<String> {
        let issues: Vec<Value> = serde_json::from_str(&report::gitlab(report, "")).unwrap();
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let hostile = prints(&cases::hostile());
    assert_eq!(hostile.iter().collect::<BTreeSet<_>>().len(), hostile.len());
    let at = |text: &str| {
        let source = topika_contract::text::Source::new("a.avsc", text);
        let start = text.find('x').unwrap();
        let mut report = Report::default();
        report.push(
            topika_contract::rules::AVRO_TYPE_CHANGED
                .at(source.at(topika_contract::text::Span::new(start, start + 1)), "m"),
        );
        prints(&report)
    };
    assert_eq!(at("x"), at("\n\n  x"));
}

#[test]
fn a_junit_report_is_xml_that_says_what_was_said() {
    for report in reports() {
        let xml = report::junit(&report, "", &["clean-value".to_owned()]);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count().to_string();
        let suite = document.root_element();
        assert_eq!(suite.attribute("tests"), Some(count("testcase").as_str()));
        assert_eq!(suite.attribute("failures"), Some(count("failure").as_str()));
    }
    let xml = report::junit(&cases::hostile(), "", &[]);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.text().unwrap().contains("]]> <b>&\"'%0A"), "{xml}");
}

#[test]
fn a_workflow_command_is_one_line_and_no_word_of_a_contract_begins_another() {
    let report = cases::hostile();
    let text = report::github(&report, "");
    assert_eq!(text.lines().count(), report::shown(&report).len());
    for line in text.lines() {
        let (properties, message) = line.strip_prefix("::error ").unwrap().split_once("::").unwrap();
        assert_eq!(properties.matches("file=").count(), 1, "{line}");
        for property in properties.split(',') {
            assert!(property.split_once('=').is_some_and(|(_, value)| !value.contains(':')), "{property}");
        }
        assert!(!message.contains('\r'));
    }
}

#[test]
fn no_form_holds_a_character_that_a_reader_would_not_see() {
    for (name, text) in forms(&cases::hostile()) {
        let hidden = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        });
        assert_eq!(hidden, None, "{name}");
        // On a runner of GitHub every line of any output that begins so is obeyed.
        let commands =
            text.lines().filter(|line| line.trim_start().starts_with("::") && !line.trim_start().starts_with("::: "));
        assert!(name == "report.github" || commands.count() == 0, "{name}:\n{text}");
    }
}

#[test]
fn equal_findings_give_equal_reports_in_whatever_order_they_are_found() {
    let forwards = cases::full();
    let mut backwards = Report::default();
    backwards.extend(forwards.findings().iter().rev().cloned());
    assert_eq!(forms(&forwards), forms(&backwards));
}

#[test]
fn a_terminal_gets_colours_where_it_wants_them() {
    let report = cases::full();
    let finding = report::shown(&report)[1];
    assert!(report::full(finding, true).contains('\u{1b}') && !report::full(finding, false).contains('\u{1b}'));
}
