//! What Python's `json.dumps` wrote, byte for byte (`tests/python/plain_json.py` writes it, and a test holds these files to it), and what it is.

use crate::framing::web::PageViewed;

macro_rules! dump {
    ($name:literal) => {
        include_bytes!(concat!("dumps/", $name, ".json"))
    };
}

type Dump = (&'static str, &'static [u8], fn() -> PageViewed);

/// JSON of the event, with other escapes, white space and order of keys.
pub(crate) const DUMPS: &[Dump] = &[
    ("default", dump!("default"), menu),
    ("not_ascii", dump!("not_ascii"), menu),
    ("indented", dump!("indented"), menu),
    ("compact_and_sorted", dump!("compact_and_sorted"), menu),
    ("floats", dump!("floats"), || PageViewed { seconds: 1e22, visits: 9_007_199_254_740_993, ..menu() }),
    ("whole", dump!("whole"), || PageViewed { seconds: 12.0, ..menu() }),
];

/// What Python writes as well, and is no such event: with a part of what is said of it.
pub(crate) const BROKEN: &[(&str, &[u8], &str)] = &[
    ("nan", dump!("nan"), "`NaN` is no JSON"),
    ("infinity", dump!("infinity"), "`-Infinity` is no JSON"),
    ("text_in_text", dump!("text_in_text"), "string"),
    ("missing", dump!("missing"), "seconds"),
];

/// Smaller events: how many visits each says, of the page `/menü`.
pub(crate) const MIXED: &[(&str, i64, &[u8])] =
    &[("mixed_2", 2, dump!("mixed_2")), ("mixed_4", 4, dump!("mixed_4")), ("mixed_7", 7, dump!("mixed_7"))];

/// A message of [`DUMPS`].
pub(crate) fn dump(name: &str) -> &'static [u8] {
    DUMPS.iter().find(|(of, ..)| *of == name).unwrap().1
}

/// The event that all of them are.
pub(crate) fn menu() -> PageViewed {
    PageViewed {
        page: "/menü/✓".to_owned(),
        seconds: 12.5,
        visits: 3,
        tags: ["Müsli", "日本", "🥐", "say \"cheese\"\\\n"].map(str::to_owned).to_vec(),
        referrer: Some(None),
    }
}
