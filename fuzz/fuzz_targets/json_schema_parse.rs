//! Any text ends in a schema or in findings, and every `$ref` of a schema leads to an end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::json_schema::Schema;
use topika_contract::text::Source;

fuzz_target!(|text: &str| {
    if let Ok(schema) = Schema::from_texts(&Source::new("fuzz.json", text), &[]) {
        assert!(schema.target(schema.root()).is_some());
    }
});
