//! Lines that are too long, broken as prettyplease breaks them: what stands in brackets stays on the line as a whole, or each item of it gets a line.

use super::lines::spaces;

/// The width of a line in bytes, without the modules around it.
pub(super) const MARGIN: usize = 89;

/// So much stands on a line however deep it is indented.
const LEAST: usize = 60;

/// The spaces of a step inwards.
pub(super) const INDENT: usize = 4;

/// Where a line may be broken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Brackets {
    /// In the parentheses of an attribute.
    Attribute,
    /// In `<>` and `()` of types, with a comma behind the last item.
    Type,
}

/// A part of a line.
enum Piece<'t> {
    Text(&'t str),
    Open,
    /// A place to break at, with so many spaces where the line is not broken there.
    Break(usize),
    /// The place before the closing bracket, and what stands there if the line is broken.
    Last(&'static str),
    Close,
}

/// The text of a line, broken where it has to be. It begins behind `indent` spaces.
pub(super) fn wrapped(flat: &str, base: usize, indent: usize, brackets: Brackets) -> String {
    let pieces = pieces(flat, brackets);
    let mut out = String::with_capacity(flat.len() * 2);
    let room = |indent: usize| MARGIN.saturating_sub(indent).max(LEAST);
    let mut space = room(indent);
    let mut inner = indent;
    // For each open bracket: whether it is broken.
    let mut open = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        let broken = open.last() == Some(&true);
        match piece {
            Piece::Text(text) => {
                out.push_str(text);
                space = space.saturating_sub(text.len());
            }
            Piece::Open => {
                let breaks = size(pieces.get(place..).unwrap_or_default()) > space;
                inner += if breaks { INDENT } else { 0 };
                open.push(breaks);
            }
            Piece::Break(_) | Piece::Last(_) if broken => {
                let mut to = inner;
                if let Piece::Last(comma) = piece {
                    out.push_str(comma);
                    to = to.saturating_sub(INDENT);
                }
                // Between empty brackets nothing stands on the line.
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                spaces(&mut out, base + to);
                space = room(to);
            }
            Piece::Break(blank) => {
                spaces(&mut out, *blank);
                space = space.saturating_sub(*blank);
            }
            Piece::Last(_) => {}
            Piece::Close => inner = inner.saturating_sub(if open.pop() == Some(true) { INDENT } else { 0 }),
        }
    }
    out
}

/// The width of a bracket's content and of all behind it up to the next place to break at.
fn size(pieces: &[Piece<'_>]) -> usize {
    let mut depth = 0_usize;
    let mut width = 0;
    for piece in pieces {
        match piece {
            Piece::Text(text) => width += text.len(),
            Piece::Open => depth += 1,
            Piece::Close => depth = depth.saturating_sub(1),
            Piece::Break(_) | Piece::Last(_) if depth == 0 => break,
            Piece::Break(blank) => width += blank,
            Piece::Last(_) => {}
        }
    }
    width
}

fn pieces(flat: &str, brackets: Brackets) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at, mut depth, mut before) = (0, 0, 0_usize, ' ');
    let text = |from: usize, to: usize| Piece::Text(flat.get(from..to).unwrap_or_default());
    while let Some(rest) = flat.get(at..)
        && let Some(c) = rest.chars().next()
    {
        let end = at + literal(rest, before).unwrap_or(c.len_utf8());
        let behind = flat.get(end..).and_then(|rest| rest.chars().next());
        let of_type = brackets == Brackets::Type;
        match c {
            '(' if of_type && behind == Some(')') => {}
            ')' if of_type && before == '(' => {}
            // The sign of what a function gives.
            '>' if before == '-' => {}
            '<' | '(' if of_type || c == '(' => {
                pieces.extend([text(start, end), Piece::Open, Piece::Break(0)]);
                (start, depth) = (end, depth + 1);
            }
            '>' | ')' if depth > 0 && (of_type || c == ')') => {
                let comma = if of_type && before != ',' { "," } else { "" };
                pieces.extend([text(start, at), Piece::Last(comma), Piece::Close]);
                (start, depth) = (at, depth - 1);
            }
            ' ' if depth > 0 && (before == ',' || !of_type && before != '=' && behind != Some('=')) => {
                pieces.extend([text(start, at), Piece::Break(1)]);
                start = end;
            }
            _ => {}
        }
        (at, before) = (end, c);
    }
    pieces.push(text(start, flat.len()));
    pieces
}

/// The length of a text or a character with its quotes that `rest` begins with.
fn literal(rest: &str, before: char) -> Option<usize> {
    let is_word = before.is_alphanumeric() || before == '_';
    let raw = ["r", "br", "cr"].iter().filter(|_| !is_word).find_map(|prefix| {
        let behind = rest.strip_prefix(prefix)?;
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        let inner = behind.get(hashes..)?.strip_prefix('"')?;
        let closing = format!("\"{}", "#".repeat(hashes));
        Some(prefix.len() + hashes + 1 + inner.find(&closing)? + closing.len())
    });
    raw.or_else(|| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let mut escaped = false;
        let closing = rest.char_indices().skip(1).find(|(_, c)| {
            let closes = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            closes
        });
        let length = closing.map(|(place, _)| place + 1)?;
        // Anything longer between single quotes is lifetimes.
        let inner = rest.get(1..length - 1)?;
        (quote == '"' || inner.starts_with('\\') || inner.chars().count() == 1).then_some(length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_that_does_not_fit_gives_each_item_a_line() {
        let long = "a".repeat(60);
        let attribute = format!(r##"#[event(schema = "a, (b", other = r#"{long}",)"#, two = json("{{}}"))]"##);
        let expected =
            format!("#[event(\n    schema = \"a, (b\",\n    other = r#\"{long}\",)\"#,\n    two = json(\"{{}}\")\n)]");
        assert_eq!(wrapped(&attribute, 0, 0, Brackets::Attribute), expected);
        let ty = format!("pub a: Option<std::Map<String, (A, {long})>>,");
        let expected = format!(
            "pub a: Option<\n        std::Map<\n            String,\n            (A, {long}),\n        >,\n    >,"
        );
        assert_eq!(wrapped(&ty, 0, 4, Brackets::Type), expected);
        assert_eq!(wrapped("pub a: Vec<()>,", 0, 0, Brackets::Type), "pub a: Vec<()>,");
    }

    #[test]
    fn empty_brackets_and_lists_are_broken_as_prettyplease_does() {
        for name in [60, 68, 69, 70, 71, 72, 73, 80, 90] {
            let name = "a".repeat(name);
            for value in [
                format!("{name}::<-1>()"),
                format!("{name}().b(1, 2).c()"),
                format!("Vec::from([{name}(1), ({name}, -2)])"),
                format!("[({name}, 1), (a, {name}())]"),
            ] {
                let line = format!("#[event(default = json(\"1\"), unset = {value}, null_last)]");
                let file = syn::parse_file(&format!("{line} struct A;")).unwrap();
                let expected = prettyplease::unparse(&file).replace("\nstruct A;\n", "");
                assert_eq!(wrapped(&line, 0, 0, Brackets::Attribute), expected);
            }
        }
    }

    #[test]
    fn what_stands_between_quotes_is_never_broken() {
        for (text, length) in [
            (r#""a\"b" c"#, Some(6)),
            (r##"r#"a"b"# c"##, Some(8)),
            ("'(' c", Some(3)),
            (r"'\'' c", Some(4)),
            ("'a, 'b>", None),
            ("ab", None),
        ] {
            assert_eq!(literal(text, ' '), length, "{text}");
        }
        assert_eq!(literal("r\"", 'a'), None);
    }
}
