//! Avro IDL that nobody would write.
#![cfg(feature = "avdl")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

use topika_contract::project::{Project, resolve};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::Severity;
use topika_contract::tree::Memory;

fn read(text: String) -> (Project, Vec<String>) {
    let tree: Memory = [("schemas/shop/a.avdl".to_owned(), text)].into_iter().collect();
    let mut report = Report::default();
    let project = Project::of_tree(&tree, &mut report);
    let _ = resolve(&project, &mut report);
    let line = |finding: &Finding| format!("{} {}: {}", finding.at.as_ref().unwrap(), finding.rule.id, finding.message);
    let told = report.findings().iter().filter(|finding| finding.severity == Severity::Deny).map(line).collect();
    (project, told)
}

#[test]
fn brackets_are_nested_as_deep_as_those_of_json_and_no_deeper() {
    let arrays = |depth| format!("namespace a;\nrecord A {{ {}int{} f; }}", "array<".repeat(depth), ">".repeat(depth));
    // Each level of an array is an object of its own in the `.avsc` text, below the object of the record, the list of its fields, and a field.
    let (project, told) = read(arrays(124));
    assert_eq!((project.files.len(), told), (1, Vec::new()));
    for text in [arrays(128), arrays(100_000), format!("namespace a;\nrecord A {{ int f = {}", "[".repeat(100_000))] {
        let (_, told) = read(text);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("schemas/shop/a.avdl:2:"), "{told:?}");
        assert!(told[0].ends_with(" text/nesting: the brackets are nested too deep"), "{told:?}");
    }
}

#[test]
fn a_chain_of_types_that_is_too_deep_is_told_and_a_wide_file_is_read() {
    let chain = |length: usize| {
        let links = (0..length).map(|link| format!("record R{link} {{ R{} next; }}\n", link + 1));
        format!("namespace a;\n{}record R{length} {{ int end; }}\n", links.collect::<String>())
    };
    let (project, told) = read(chain(30));
    assert_eq!((project.files.len(), told), (1, Vec::new()));
    let (_, told) = read(chain(300));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("text/nesting"), "{told:?}");

    let wide = |width: usize| {
        let users = (0..width).map(|user| format!("record R{user} {{ S{user} own; S{} other; }}\n", user * 7 % width));
        let used = (0..width).map(|used| format!("record S{used} {{ int end; }}\n"));
        format!("namespace a;\n{}", users.chain(used).collect::<String>())
    };
    let (project, told) = read(wide(500));
    // S0 and S250 are used by one record, twice; every other one by two records.
    assert_eq!((project.files.len(), told), (998, Vec::new()));
}
