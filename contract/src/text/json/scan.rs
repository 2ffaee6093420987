use super::comments::Comments;
use super::problem::{Problem, ProblemKind};
use crate::text::Span;

/// How deep arrays and objects may be nested. Schemas that people write stay below twenty; every reader behind this one walks
/// the value by recursion, and this bound is what keeps their stacks small.
pub const MAX_DEPTH: usize = 128;

/// One pass over the bytes for what the parser would let through: nesting without bound, raw control characters in strings, and
/// white space that JSON does not know. The first such thing is told.
pub(super) fn scan(text: &str, comments: Comments) -> Option<Problem> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(too_deep(at));
                }
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'/' if comments == Comments::Allowed => at = comment_end(bytes, at),
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            0..0x20 | 0x80.. => return Some(stray(text, at)),
            _ => at += 1,
        }
    }
    None
}

/// The byte behind the string that begins at `start`; `None` where it does not end, which the parser tells better.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = match rest.get(1) {
        Some(b'/') => rest.iter().position(|b| *b == b'\n' || *b == b'\r'),
        Some(b'*') => rest.get(2..).and_then(|body| body.windows(2).position(|w| w == b"*/")).map(|i| i + 4),
        _ => Some(1),
    };
    start + length.unwrap_or(rest.len())
}

fn too_deep(at: usize) -> Problem {
    Problem::new(ProblemKind::Nesting, Span::new(at, at + 1), format!("nested deeper than {MAX_DEPTH} levels"))
        .help("give the inner types names of their own and refer to them by name")
}

fn stray(text: &str, at: usize) -> Problem {
    let found = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
    let span = Span::new(at, at + found.len_utf8());
    let code = u32::from(found);
    let problem = if found == '\u{feff}' {
        Problem::new(ProblemKind::Syntax, span, "a byte order mark inside the text")
    } else if found.is_whitespace() {
        Problem::new(ProblemKind::Syntax, span, format!("U+{code:04X} is no white space in JSON"))
    } else if found.is_control() {
        Problem::new(ProblemKind::Syntax, span, format!("control character U+{code:04X} outside a string"))
    } else {
        Problem::new(ProblemKind::Syntax, span, format!("unexpected character `{found}` outside a string"))
    };
    match found {
        '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => problem.help("write straight double quotes: `\"`"),
        _ => problem.help("take it out"),
    }
}
