//! Any text is Avro IDL, or findings at places that are in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::project::{Project, resolve};
use topika_contract::report::{self, Report};
use topika_contract::tree::Memory;

fuzz_target!(|text: &str| {
    let tree: Memory = [("topika.toml", ""), ("schemas/a/b.avdl", text)].into_iter().collect();
    let mut found = Report::default();
    let project = Project::of_tree(&tree, &mut found);
    resolve(&project, &mut found);
    for finding in found.findings() {
        report::short(finding);
    }
});
