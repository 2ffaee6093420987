use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// A text that a pattern may find something in; `None` where the pattern is beyond this.
pub(super) fn matching(pattern: &str, rng: &mut Rng) -> Option<String> {
    let hir = regex_syntax::parse(&in_rust(pattern)).ok()?;
    let mut out = String::new();
    write(&hir, rng, &mut out, 0)?;
    Some(out)
}

/// A pattern of JavaScript as one of Rust, without what looks ahead or behind: the validator sees whether a text has that too.
fn in_rust(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(next) = rest.chars().next() {
        let looks = ["(?!", "(?=", "(?<!", "(?<="].iter().any(|begin| rest.starts_with(begin));
        if looks && !in_class {
            rest = rest.get(group(rest)..).unwrap_or_default();
            continue;
        }
        let mut length = next.len_utf8();
        match (next, rest.get(1..).and_then(|rest| rest.chars().next())) {
            ('\\', Some('u')) if rest.get(2..6).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit())) => {
                out += &format!("\\x{{{}}}", rest.get(2..6).unwrap_or_default());
                length = 6;
            }
            ('\\', Some(escaped)) => {
                out.extend(['\\', escaped]);
                length += escaped.len_utf8();
            }
            // In a class these have a meaning in Rust alone.
            ('[' | '&' | '~', _) if in_class => out.extend(['\\', next]),
            _ => {
                in_class = (in_class && next != ']') || next == '[';
                out.push(next);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// How many bytes a group takes that begins a pattern, with its parentheses.
fn group(pattern: &str) -> usize {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    for (at, c) in pattern.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' if depth == 1 => return at + 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    pattern.len()
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
        for pattern in [
            "^[a-z]{2,5}$",
            "^(GB|CH)\\d{3}-\\w+$",
            "^[^/]+/[^/]+$",
            "^#([0-9a-f]{3}){1,2}$",
            "a|b",
            "^.+$",
            "^(?!aws:)[A-Z&&[]+$",
            "^(?=[)(]+|x)(?<!a)x(?!\\))$",
            "^[^\\u0000-\\u001F\\u007F]+\\/\\u00e9$",
        ] {
            for _ in 0..50 {
                let drawn = matching(pattern, &mut rng).unwrap();
                assert!(is_match(pattern, &drawn), "{pattern} {drawn:?}");
            }
        }
        assert_eq!(matching(r"(a)\1", &mut rng), None);
    }
}
