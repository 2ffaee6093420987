//! Any two JSON Schemas are compared to the end, in every mode and by both policies; what LENIENT refuses, STRICT refuses too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::compat::{Level, Mode, Policy, Terms, Verdict, compare};
use topika_contract::schema::{EventSchema, Format};
use topika_contract::text::Source;

// Two texts with a form feed between them, which stands in no JSON.
fuzz_target!(|text: &str| {
    let Some((old, new)) = text.split_once('\u{c}') else { return };
    let read = |name: &str, text: &str| EventSchema::from_text(Format::Json, &Source::new(name, text)).ok();
    let (Some(old), Some(new)) = (read("old", old), read("new", new)) else { return };
    let judged = |mode, policy| {
        let terms = Terms { level: Level::Full, mode, policy };
        compare(&new, &[(1, old.clone())], &terms)
    };
    let strict = judged(Mode::Confluent, Policy::Strict).verdict;
    let lenient = judged(Mode::Confluent, Policy::Lenient).verdict;
    assert!(strict != Verdict::Compatible || lenient == Verdict::Compatible);
    judged(Mode::Sound, Policy::Strict);
    judged(Mode::Both, Policy::Lenient);
});
