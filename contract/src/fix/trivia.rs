//! What stands between the values of a JSON text: white space, comments, commas.

/// The comma behind a value, passing comments by; `None` where another character comes first.
pub(super) fn comma(text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < to {
        match bytes.get(at)? {
            b',' => return Some(at),
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'/' => at = comment_end(text, at),
            _ => return None,
        }
    }
    None
}

/// Behind the comments that stand on the rest of a line; `from` itself where something else does, or nothing.
pub(super) fn rest_of_line(text: &str, from: usize, to: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut behind) = (from, from);
    while at < to {
        match bytes.get(at) {
            Some(b' ' | b'\t') => at += 1,
            Some(b'/') => {
                let end = comment_end(text, at).min(to);
                if text.get(at..end).is_some_and(|comment| comment.contains('\n')) {
                    break;
                }
                (at, behind) = (end, end);
            }
            _ => break,
        }
    }
    behind
}

/// Behind the comment that begins at an offset, its line break left out.
fn comment_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let length = if rest.starts_with("//") {
        let line = rest.find('\n').unwrap_or(rest.len());
        rest.get(..line).map_or(line, |line| line.trim_end_matches('\r').len())
    } else {
        rest.find("*/").map_or(rest.len(), |end| end + 2)
    };
    at + length.max(1)
}

/// A text of several lines for another place: its lines but the first get the indentation of the list that it comes into, in which
/// `separator` is the line break before an entry.
pub(super) fn indented(text: &str, separator: &str, lines: bool) -> String {
    if !lines || !text.contains('\n') {
        return text.to_owned();
    }
    let (newline, indent) = separator.split_at(separator.find('\n').map_or(0, |newline| newline + 1));
    let rest = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    // The last line closes what the first one opened: what stands before it is the indentation of the place that it comes from.
    let own = text.lines().last().map_or(0, |line| line.len() - line.trim_start().len());
    let mut out = text.lines().next().unwrap_or_default().trim_end().to_owned();
    for line in rest {
        let spaces = line.len() - line.trim_start().len();
        out.push_str(newline);
        out.push_str(indent);
        out.push_str(line.get(own.min(spaces)..).unwrap_or_default().trim_end());
    }
    out
}
