//! Any text ends in a schema or in findings, and a schema's canonical form is its own canonical form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::avro::Schema;
use topika_contract::text::Source;

fuzz_target!(|text: &str| {
    if let Ok(schema) = Schema::from_texts(&Source::new("fuzz.avsc", text), &[]) {
        let canonical = schema.canonical();
        let again = Schema::from_texts(&Source::new("again.avsc", canonical.as_str()), &[]);
        assert_eq!(again.expect("a canonical form is a schema").canonical(), canonical);
    }
});
