//! What is read as JSON is printed so that serde_json reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::text::json::{Comments, compact, read};

fuzz_target!(|text: &str| {
    if let (Some(json), problems) = read(text, Comments::Allowed) {
        let printed = compact(&json);
        let (again, _) = read(&printed, Comments::Refused);
        assert!(again.expect("what was printed is JSON").same(&json) || !problems.is_empty());
    }
});
