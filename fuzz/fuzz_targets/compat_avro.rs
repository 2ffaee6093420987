//! Any two Avro schemas are compared to the end, in every mode: a schema reads its own data, and no mode forgives what another denies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use topika_contract::compat::{Level, Mode, Policy, Terms, Verdict, compare};
use topika_contract::schema::{EventSchema, Format};
use topika_contract::text::Source;

// Two texts with a form feed between them, which stands in no JSON.
fuzz_target!(|text: &str| {
    let Some((old, new)) = text.split_once('\u{c}') else { return };
    let read = |name: &str, text: &str| EventSchema::from_text(Format::Avro, &Source::new(name, text)).ok();
    let (Some(old), Some(new)) = (read("old", old), read("new", new)) else { return };
    let verdict = |new: &EventSchema, old: &EventSchema, mode| {
        let terms = Terms { level: Level::Full, mode, policy: Policy::Strict };
        compare(new, &[(1, old.clone())], &terms).verdict
    };
    let (reference, sound) = (verdict(&new, &old, Mode::Confluent), verdict(&new, &old, Mode::Sound));
    assert_eq!(verdict(&new, &old, Mode::Both), reference.and(sound));
    assert!(sound != Verdict::Compatible || reference == Verdict::Compatible);
    assert_eq!(reference, verdict(&old, &new, Mode::Confluent), "FULL looks both ways");
});
