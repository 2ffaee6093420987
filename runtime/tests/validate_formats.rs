//! Every format says what the crate jsonschema says: valid texts, and thousands that are a letter or two off.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails fails the test")]

use serde_json::{Value, json};
use topika::validate::Format;

/// Texts that are right, or almost, for each format.
fn seeds(format: Format) -> &'static [&'static str] {
    match format {
        Format::Date => &["2024-02-29", "1900-02-28", "0000-12-31", "2023-04-30"],
        Format::DateTime => &["2026-11-21T10:00:00Z", "1990-12-31T23:59:60Z", "1937-01-01t12:00:27.87+00:20"],
        Format::Time => &["23:59:60Z", "10:00:00.123-05:30", "15:59:60-08:00", "00:29:60+00:30", "23:59:59z"],
        Format::Duration => &["P3Y6M4DT12H30M5S", "P1W", "PT36H", "P1Y", "P23DT23H", "PT1M30S", "P1M2D"],
        Format::Email => &[
            "a.b+c@example.com",
            "\"quoted space\"@example.com",
            "x@[127.0.0.1]",
            "x@[IPv6:::1]",
            "\"\"@example.com",
            "te~st@xn--bcher-kva.example",
        ],
        Format::Hostname => &[
            "example.com",
            "xn--bcher-kva.example",
            "a-b.c1",
            "xn--4dbrk0ce",
            "xn--9n2bp8q.xn--9t4b11yi5a",
            "xn--l-0ga",
            "ab--cd.x",
            "xn--a-ecp.ru",
        ],
        Format::HostnameRfc1034 => &["example.com", "xn--x", "a-b.c1", "ab--cd.x"],
        Format::Ipv4 => &["127.0.0.1", "255.255.255.255", "0.0.0.0"],
        Format::Ipv6 => &["::1", "2001:db8::8a2e:370:7334", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8"],
        Format::Iri | Format::IriReference => &["http://ƒøø.ßår/?∂éœ=πîx#πîüx", "urn:é", "//ü/a?b", "/é", "a:b@c:80"],
        Format::Uri | Format::UriReference => &[
            "https://user@example.com:8042/over/there?name=ferret#nose",
            "urn:oasis:names",
            "ftp://[2001:db8::7]/c=GB?objectClass?one",
            "/a/../b",
            "?q",
            "#%41",
            "a:",
        ],
        Format::UriTemplate => {
            &["http://example.com/{term:1}/{term}", "{+x,y*}/{#a.b}", "{?q,lang:9999}é", "%41{x%20y}", "/'{;z}"]
        }
        Format::JsonPointer => &["/foo/bar~0/baz~1/%a", "", "/", "/a//b"],
        Format::RelativeJsonPointer => &["0", "1/0", "0#", "10/a~1b", "2#"],
        Format::Regex => &[r"^\d{2,3}(?=a)[^\]x-z]+\1?(a|b)*$", r"\cA\u0041\p{L}", "(?<n>a)", "[a-z]", "a{2}"],
        Format::Uuid => &["67e55044-10b1-426f-9247-bb680e5fe0c8", "00000000-0000-0000-0000-00000000000F"],
    }
}

/// Numbers in a row that look drawn, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const LETTERS: &str = "aAfFgxXzZ019 60.:/-_+@#?%~{}[]()\\\"'^$*|,;=&!<>nPTYWDHMS\u{b7}\u{200d}éßア٠\u{301}\t\u{0}";

fn spoilt(text: &str, draw: &mut Draw) -> String {
    let letters: Vec<char> = LETTERS.chars().collect();
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..draw.below(4) {
        let at = draw.below(text.len() + 1);
        match draw.below(4) {
            0 => text.insert(at, draw.of(&letters)),
            1 if at < text.len() => drop(text.remove(at)),
            2 if at < text.len() => text[at] = draw.of(&letters),
            3 if at < text.len() => text.insert(at, text[at]),
            _ => {}
        }
    }
    text.into_iter().collect()
}

/// jsonschema 0.60 reads several digits at once and takes `202.` for a year, or `1/` for a month; we do not.
fn is_misread(format: Format, text: &str) -> bool {
    let is_digits = |places: &str, text: &str| {
        places.bytes().zip(text.bytes()).all(|(place, byte)| place != b'd' || byte.is_ascii_digit())
    };
    let time = |text: &str| {
        let offset = text.rfind(['+', '-']).and_then(|at| text.get(at + 1..)).unwrap_or_default();
        is_digits("dd:dd:dd", text) && is_digits("dd:dd", offset)
    };
    match format {
        Format::Date => !is_digits("dddd-dd-dd", text),
        Format::Time => !time(text),
        Format::DateTime => {
            let (date, after) = text.split_once(['T', 't']).unwrap_or_default();
            !is_digits("dddd-dd-dd", date) || !time(after)
        }
        _ => false,
    }
}

#[test]
fn every_format_is_what_jsonschema_says() {
    for format in Format::ALL {
        let (name, draft) = match format {
            Format::HostnameRfc1034 => ("hostname", jsonschema::Draft::Draft4),
            other => (other.name(), jsonschema::Draft::Draft202012),
        };
        let schema = json!({ "format": name });
        let options = jsonschema::options().with_draft(draft).should_validate_formats(true);
        let validator = options.should_ignore_unknown_formats(false).build(&schema).unwrap();
        let mut draw = Draw(7);
        let mut accepted = 0;
        for round in 0..6_000 {
            let seed = draw.of(seeds(*format));
            let text = if round < 10 { seed.to_owned() } else { spoilt(seed, &mut draw) };
            let wanted = validator.is_valid(&Value::String(text.clone()));
            if !(wanted && is_misread(*format, &text)) {
                assert_eq!(format.accepts(&text), wanted, "{format:?} of {text:?}");
            }
            accepted += usize::from(wanted);
        }
        assert!((500..5_900).contains(&accepted), "{format:?}: {accepted} of 6000 are right");
    }
}
