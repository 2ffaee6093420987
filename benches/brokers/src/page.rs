//! Where the table stands.

use std::fs;
use std::path::Path;

use crate::questions::{BROKERS, QUESTIONS};

/// Puts rows into the page; the others stay as they are.
pub fn write(rows: &[String]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testkit/docs/comparison.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let begin = page.find("| | ").expect("it has a table");
    let (before, rest) = page.split_at(begin);
    let (old, behind) = rest.split_once("\n\n").expect("something stands behind the table");
    let mut table = format!("| | {} |\n|---|{}", BROKERS.join(" | "), "---|".repeat(BROKERS.len()));
    for question in QUESTIONS {
        let begins = format!("| {} |", question.text);
        let row = rows.iter().map(String::as_str).chain(old.lines()).find(|row| row.starts_with(&begins));
        let row = row.map_or_else(|| format!("{begins} {}", "not asked yet |".repeat(BROKERS.len())), str::to_owned);
        table = format!("{table}\n{row}");
    }
    fs::write(path, format!("{before}{table}\n\n{behind}")).expect("the page can be written");
}
