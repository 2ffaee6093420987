//! A project of any files is read, judged, mended in memory and reported, whatever its manifest, its lock and its schemas say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::project::{Project, resolve};
use topika_contract::report::{self, Report};
use topika_contract::tree::Memory;

const PATHS: [&str; 6] = [
    "topika.toml",
    "schemas/a/b.avsc",
    "schemas/a/types/c.avsc",
    "schemas/a/d.schema.json",
    "topika.lock",
    "schemas/.history/a.b-value/1.avsc",
];

// The files in this order, with form feeds between them, which stand in none.
fuzz_target!(|text: &str| {
    let tree: Memory = PATHS.into_iter().zip(text.split('\u{c}')).collect();
    let mut found = Report::default();
    let project = Project::of_tree(&tree, &mut found);
    let contract = resolve(&project, &mut found);
    check(&contract, &project, &mut found);
    let frozen = lock(&project, &contract, "2026-11-21");
    // What lock would write can be read.
    let mut printed = Report::default();
    let text = frozen.lock().print();
    topika_contract::lock::Lock::parse(&topika_contract::text::Source::new("topika.lock", text), &mut printed);
    assert!(found.denies() || !printed.denies(), "{:?}", printed.findings());
    report::json(&found);
    for finding in found.findings() {
        report::short(finding);
    }
});
