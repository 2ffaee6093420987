//! How a file was saved: its line ends and its byte order mark, which are an editor's and a checkout's affair, and stay what they are.

/// The byte order mark, with which some editors begin a file.
const MARK: char = '\u{feff}';

/// A new text of a file, saved as the old one was. Lines at the begin and at the end that are the same keep their own line ends; what is new has those
/// of most lines.
pub(crate) fn as_before(before: &str, now: &str) -> String {
    let (plain, now) = (before.trim_start_matches(MARK), now.trim_start_matches(MARK));
    let mark = if before.starts_with(MARK) { "\u{feff}" } else { "" };
    if !plain.contains('\r') && !now.contains('\r') {
        return format!("{mark}{now}");
    }
    let (old, new): (Vec<&str>, Vec<&str>) =
        (plain.split_inclusive('\n').collect(), now.split_inclusive('\n').collect());
    let windows = old.iter().filter(|line| line.ends_with("\r\n")).count();
    let ended = old.iter().filter(|line| line.ends_with('\n')).count();
    let most = if windows * 2 > ended { "\r\n" } else { "\n" };
    let same = |(a, b): &(&&str, &&str)| content(a) == content(b);
    let head = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    let mut out = mark.to_owned();
    for (at, line) in new.iter().enumerate() {
        let known = if at < head {
            old.get(at)
        } else if at >= new.len() - tail {
            old.get(at + old.len() - new.len())
        } else {
            None
        };
        // A line that was the last one had no end perhaps.
        match known.filter(|known| known.ends_with('\n') == line.ends_with('\n')) {
            Some(known) => out.push_str(known),
            None => {
                out.push_str(content(line));
                out.push_str(if line.ends_with('\n') { most } else { "" });
            }
        }
    }
    out
}

/// A line without its end.
fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_saved_as_the_one_before_it() {
        let cases = [
            ("a\nb\n", "a\nc\nb\n", "a\nc\nb\n"),
            ("a\r\nb\r\n", "a\nc\nb\n", "a\r\nc\r\nb\r\n"),
            ("\u{feff}a\r\nb", "a\nb\n\nc\n", "\u{feff}a\r\nb\r\n\r\nc\r\n"),
            ("\u{feff}a\n", "b\n", "\u{feff}b\n"),
            // Mixed: what nobody touched is not touched.
            ("a\r\nb\nc\r\nd\r\n", "a\nb\nc\nnew\nd\n", "a\r\nb\nc\r\nnew\r\nd\r\n"),
            ("a\nb\r\nc\n", "a\nb\nc\n", "a\nb\r\nc\n"),
            ("a\r\n", "", ""),
            ("", "a\n", "a\n"),
            ("a\n", "a\r\nb\r\n", "a\nb\n"),
        ];
        for (before, now, saved) in cases {
            assert_eq!(as_before(before, now), saved, "{before:?} {now:?}");
        }
    }
}
