use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// A text that a pattern finds something in; `None` where the pattern is beyond this.
pub(super) fn matching(pattern: &str, rng: &mut Rng) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut out = String::new();
    write(&hir, rng, &mut out, 0)?;
    Some(out)
}

/// Whether a pattern finds something in a text: good enough for names, where patterns are prefixes, classes and alternatives.
pub(super) fn is_match(pattern: &str, text: &str) -> bool {
    jsonschema::is_valid(&serde_json::json!({ "pattern": pattern }), &text.into())
}

fn write(hir: &Hir, rng: &mut Rng, out: &mut String, depth: usize) -> Option<()> {
    // No sensible pattern gives a text this long.
    if depth > 100 || out.len() > 10_000 {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges: Vec<(char, char)> = class.ranges().iter().map(|range| (range.start(), range.end())).collect();
            // `\d` and `\w` mean ASCII to those who write schemas, and to most validators.
            let plain: Vec<(char, char)> = ranges
                .iter()
                .filter(|(start, _)| (' '..'\u{7f}').contains(start))
                .map(|(start, end)| (*start, (*end).min('~')))
                .collect();
            let (start, end) = *rng.choice(if plain.is_empty() { &ranges } else { &plain })?;
            out.push(rng.char(start..=end));
        }
        HirKind::Class(Class::Bytes(class)) => {
            let range = *rng.choice(class.ranges())?;
            out.push(char::from(rng.u8(range.start()..=range.end().min(0x7e))));
        }
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let most = max.unwrap_or(min.saturating_add(6)).min(min.saturating_add(30));
            for _ in 0..rng.u32(*min..=most) {
                write(sub, rng, out, depth + 1)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, rng, out, depth + 1)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, rng, out, depth + 1)?;
            }
        }
        HirKind::Alternation(parts) => write(rng.choice(parts)?, rng, out, depth + 1)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{is_match, matching};

    #[test]
    fn what_is_drawn_for_a_pattern_matches_it() {
        let mut rng = Rng::with_seed(1);
        for pattern in ["^[a-z]{2,5}$", "^(GB|CH)\\d{3}-\\w+$", "^[^/]+/[^/]+$", "^#([0-9a-f]{3}){1,2}$", "a|b", "^.+$"]
        {
            for _ in 0..50 {
                let drawn = matching(pattern, &mut rng).unwrap();
                assert!(is_match(pattern, &drawn), "{pattern} {drawn:?}");
            }
        }
        assert_eq!(matching("(?=a)b", &mut rng), None);
    }
}
