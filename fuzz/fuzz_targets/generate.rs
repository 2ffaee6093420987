//! What is generated of any schema is Rust: names, docs, defaults and patterns of it never become code, and nothing of it ends the generator.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_build::part;
use topika_contract::project::{SchemaFile, alone};
use topika_contract::text::Source;

// A text of Avro, and one of JSON Schema.
fuzz_target!(|text: &str| {
    for path in ["a/b.avsc", "a/b.schema.json"] {
        let Some(file) = SchemaFile::new(path, Source::new(path, text)) else { continue };
        for one in alone(&[file]) {
            let Some(contract) = one.contract else { continue };
            let part = part(&contract, "crate::m1");
            if let Err(error) = syn::parse_file(&part.source) {
                panic!("{error} in {}", part.source);
            }
        }
    }
});
