//! The files of each case.

use std::fs;
use std::path::Path;

use topika_contract::report::{self, Report};
use topika_contract::rules;

use crate::cases;

/// Every form of a report, with the name of its file.
pub(crate) fn forms(report: &Report) -> Vec<(&'static str, String)> {
    let base = "services/the shop";
    let each = |show: fn(&topika_contract::report::Finding) -> String| {
        report::shown(report).into_iter().map(|finding| show(finding) + "\n\n").collect::<String>()
    };
    vec![
        ("report.txt", each(|finding| report::full(finding, false))),
        ("report.short", each(report::short)),
        ("report.json", report::json(report)),
        ("report.sarif", report::sarif(report, base)),
        ("report.github", report::github(report, base)),
        ("report.gitlab.json", report::gitlab(report, base)),
        ("report.junit.xml", report::junit(report, base, &["orders-value".to_owned(), "clean-value".to_owned()])),
    ]
}

#[test]
fn every_renderer_writes_its_golden_file() {
    for (case, report) in [("full", cases::full()), ("hostile", cases::hostile()), ("empty", Report::default())] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report").join(case);
        for (name, text) in forms(&report) {
            // The pages of the rules are written elsewhere, and are not what is looked at here.
            let text = rules::all().iter().fold(text, |text, rule| {
                text.replace(&serde_json::Value::from(rule.page).to_string(), "\"(the page)\"")
            });
            let path = folder.join(name);
            if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, &text).unwrap();
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(text, expected, "{case}/{name} differs; UPDATE=1 writes it anew");
        }
    }
}
