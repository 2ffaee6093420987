//! Any bytes are an error or an event: by the straight path and through a resolution. What decodes is written again and decodes to
//! the same.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use topika::codec::Resolution;
use topika::types::{Bytes, Decimal};
use topika::{Event, Record};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

/// Every kind of the wire that can lie about its size, and a type that holds itself.
#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "fuzz.probe", project = ".")]
struct Probe {
    text: String,
    raw: Bytes,
    amount: Decimal<20, 4>,
    numbers: Vec<i64>,
    nothings: Vec<()>,
    named: BTreeMap<String, Vec<f64>>,
    #[event(default)]
    tree: Option<Tree>,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[event(name = "fuzz.Tree")]
struct Tree {
    value: i32,
    children: Vec<Tree>,
}

/// From a schema that has the fields in another order, one more, and narrower numbers.
static RESOLUTION: LazyLock<Resolution> = LazyLock::new(|| {
    let text = (Probe::DESCRIPTOR.text)();
    let older = text.replace("\"long\"", "\"int\"").replace("\"double\"", "\"float\"");
    let schema = |text: &str| Schema::from_texts(&Source::new("probe.avsc", text), &[]).expect("the schema is valid");
    Resolution::compile(&schema(&older), &schema(text)).expect("numbers may widen")
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(probe) = Probe::decode(bytes) {
        let mut again = Vec::new();
        probe.encode(&mut again).expect("what was read can be written");
        // Compared as text: a NaN is not equal to itself.
        let second = Probe::decode(&again).expect("what was written can be read");
        assert_eq!(format!("{second:?}"), format!("{probe:?}"));
    }
    let _ = Probe::decode_resolved(bytes, &RESOLUTION);
});
