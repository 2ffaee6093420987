use fastrand::Rng;
use serde_json::{Map, Value};

use super::super::super::random::{ascii, text};
use super::patterns;
use super::schemas::Draw;

/// How often a text is drawn anew because it is too long or too short.
const TRIES: usize = 20;

pub(super) fn string(draw: &mut Draw<'_>, schema: &Map<String, Value>) -> Option<String> {
    let number = |keyword: &str| schema.get(keyword).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (least, most) = (number("minLength").unwrap_or(0), number("maxLength").unwrap_or(usize::MAX));
    let fits = |text: &String| (least..=most).contains(&text.chars().count());
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        return (0..TRIES).find_map(|_| patterns::matching(pattern, draw.rng).filter(fits));
    }
    if let Some(drawn) = schema.get("format").and_then(Value::as_str).and_then(|format| formatted(format, draw.rng)) {
        return Some(drawn);
    }
    (0..TRIES).find_map(|_| Some(text(draw.rng)).filter(fits)).or_else(|| {
        let length = least.max(most.min(least.saturating_add(8))).min(100_000);
        Some((0..length).map(|_| draw.rng.alphanumeric()).collect())
    })
}

/// A text of a format; `None` for one that is not known here.
fn formatted(format: &str, rng: &mut Rng) -> Option<String> {
    let date = |rng: &mut Rng| format!("{:04}-{:02}-{:02}", rng.u32(1900..2100), rng.u32(1..=12), rng.u32(1..=28));
    let time = |rng: &mut Rng| {
        let fraction = rng.choice(["", ".1", ".123", ".123456", ".123456789", ".000"]).unwrap_or_default();
        let zone = rng.choice(["Z", "+00:00", "-07:00", "+05:30", "z"]).unwrap_or_default();
        format!("{:02}:{:02}:{:02}{fraction}{zone}", rng.u32(0..24), rng.u32(0..60), rng.u32(0..60))
    };
    let fixed = |rng: &mut Rng, of: &[&str]| rng.choice(of).map(|text| (*text).to_owned());
    match format {
        "date-time" => Some(format!("{}T{}", date(rng), time(rng))),
        "date" => Some(date(rng)),
        "time" => Some(time(rng)),
        "duration" => fixed(rng, &["P1D", "PT5M", "P1Y2M3DT4H5M6S", "P2W"]),
        "email" | "idn-email" => Some(format!("a{}@example.com", ascii(rng, 8))),
        "hostname" | "idn-hostname" => Some(format!("h{}.example.com", ascii(rng, 8))),
        "ipv4" => Some(format!("{}.{}.{}.{}", rng.u8(..), rng.u8(..), rng.u8(..), rng.u8(..))),
        "ipv6" => fixed(rng, &["::1", "2001:db8::ff00:42:8329", "fe80::1", "::ffff:192.0.2.1"]),
        "uri" | "iri" => fixed(
            rng,
            &[
                "https://example.com/a?b=c#d",
                "urn:isbn:0451450523",
                "http://user@[::1]:8080/",
                "mailto:a@example.com",
                "https://example.com",
            ],
        ),
        "uri-reference" | "iri-reference" => fixed(rng, &["/a/b", "../c", "#d", "", "https://example.com/"]),
        "uri-template" => fixed(rng, &["https://example.com/{id}", "/a{?b,c}", "x"]),
        "uuid" => {
            let bits = format!("{:032x}", rng.u128(..));
            let mut text = String::new();
            for (index, digit) in bits.chars().enumerate() {
                if matches!(index, 8 | 12 | 16 | 20) {
                    text.push('-');
                }
                text.push(digit);
            }
            Some(if rng.usize(0..4) == 0 { text.to_uppercase() } else { text })
        }
        "json-pointer" => fixed(rng, &["", "/a/b~1c/0", "/~0"]),
        "relative-json-pointer" => fixed(rng, &["0", "1/a", "2#"]),
        "regex" => fixed(rng, &["^a+$", "[0-9]{2}", ""]),
        _ => None,
    }
}
