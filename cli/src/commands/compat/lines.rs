use std::io::{self, BufRead};

/// The longest line that is read: more than any schema, less than a machine's memory.
const LONGEST: usize = 128 << 20;

/// The next line without its end, or why it is none.
pub(super) enum Line {
    /// A line of text.
    Text(String),
    /// Bytes that are no line to judge; the reason.
    Broken(&'static str),
    /// Nothing is left.
    End,
}

/// Reads one line; one that is too long is passed over, and costs no more memory than the longest.
pub(super) fn next(input: &mut dyn BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut too_long = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            if line.is_empty() && !too_long {
                return Ok(Line::End);
            }
            break;
        }
        let (part, taken, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (buffer.get(..end).unwrap_or_default(), end + 1, true),
            None => (buffer, buffer.len(), false),
        };
        too_long |= line.len() + part.len() > LONGEST;
        if !too_long {
            line.extend_from_slice(part);
        }
        input.consume(taken);
        if ended {
            break;
        }
    }
    if too_long {
        return Ok(Line::Broken("the line is longer than 128 MiB"));
    }
    Ok(String::from_utf8(line).map_or(Line::Broken("the line is not UTF-8"), Line::Text))
}
