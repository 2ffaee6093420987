//! Texts of a regular expression.

use regex::Regex;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;

/// What is repeated without a bound is so often at most more than it must be.
const MORE: u32 = 6;
/// Texts are no longer than that.
const LONGEST: usize = 10_000;
/// Drawn anew so often, until the expression takes it and the length fits.
const TRIES: u32 = 200;

/// A text that the expression takes, as long as it may be; `None` where none was found. It matches anywhere in a text, as JSON Schema has it.
pub(super) fn text(pattern: &str, least: usize, most: Option<usize>, random: &mut Random) -> Option<String> {
    let hir = ParserBuilder::new().build().parse(pattern).ok()?;
    let taken = Regex::new(pattern).ok()?;
    let mut kept = None;
    for turn in 0..TRIES {
        let mut text = String::new();
        // Every other turn as long as it has to be.
        let more = if turn % 2 == 0 { MORE } else { MORE.max(u32::try_from(least).unwrap_or(MORE)) };
        write(&hir, more, random, &mut text)?;
        // An end that is not tied down may be filled up.
        let missing = least.saturating_sub(text.chars().count());
        if missing > 0 {
            let filled = format!("{text}{}", "x".repeat(missing));
            if taken.is_match(&filled) {
                text = filled;
            }
        }
        let length = text.chars().count();
        if taken.is_match(&text) {
            if length >= least && most.is_none_or(|most| length <= most) {
                return Some(text);
            }
            kept = Some(text);
        }
    }
    kept
}

/// Whether the expression takes the text. One that is none of Rust's takes nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// Whether the expression can be judged at all: looking around it cannot.
pub(super) fn is_known(pattern: &str) -> bool {
    Regex::new(pattern).is_ok()
}

fn write(hir: &Hir, more: u32, random: &mut Random, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        // What stands at an edge is held to by the match behind.
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(letter(class, random)?),
        HirKind::Repetition(repeated) => {
            let most = repeated.max.unwrap_or_else(|| repeated.min.saturating_add(more));
            let most = most.min(repeated.min.saturating_add(more.max(64)));
            for _ in 0..random.between(i128::from(repeated.min), i128::from(most)) {
                write(&repeated.sub, more, random, out)?;
            }
        }
        HirKind::Capture(group) => write(&group.sub, more, random, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, more, random, out)?;
            }
        }
        HirKind::Alternation(branches) => write(random.one(branches)?, more, random, out)?,
    }
    Some(())
}

/// One that people can read, where the class has such.
fn letter(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let within = |least: u32, most: u32| -> Vec<(u32, u32)> {
        let cut = ranges.iter().map(|(start, end)| (*start.max(&least), *end.min(&most)));
        cut.filter(|(start, end)| start <= end).collect()
    };
    let of_words: Vec<(u32, u32)> =
        [('0', '9'), ('A', 'Z'), ('a', 'z')].into_iter().flat_map(|(a, z)| within(a.into(), z.into())).collect();
    let printable = within(0x21, 0x7e);
    let chosen = [of_words, printable, ranges.clone()].into_iter().find(|ranges| !ranges.is_empty())?;
    let (start, end) = *random.one(&chosen)?;
    let code = random.between(start.into(), end.into());
    u32::try_from(code).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_their_expression_takes() {
        let mut random = Random::new(3);
        for pattern in [
            "^ORD-\\d{8}-\\d{5}$",
            "^[A-Z]{3}$",
            "^(a|b)+c?$",
            "x",
            "^[^@]+@[a-z]+\\.[a-z]{2,}$",
            "^.{4,8}$",
            "^\\p{Lu}\\w*$",
            "\\bid\\b",
        ] {
            for _ in 0..50 {
                let text = text(pattern, 0, None, &mut random).unwrap();
                assert!(matches(pattern, &text), "{pattern}: {text}");
            }
        }
        assert_eq!(text("^[0-9]+$", 9, Some(9), &mut random).unwrap().len(), 9);
        assert_eq!(text("^a", 5, Some(5), &mut random).as_deref(), Some("axxxx"));
        assert_eq!(text("(?=x)", 0, None, &mut random), None);
        assert!(!is_known("(?=x)"));
    }
}
