//! A line of a schema's doc as Markdown in which rustdoc sees prose: emphasis, lists, code in backticks and web links stay, and what
//! would be HTML, a link to an item, or an address that is no link is written so that it shows as it was.

/// What ends an address, apart from a bracket that it does not open.
const ENDS: &[char] = &['<', '>', '"', '`', '\\', '|', '[', ']', '^'];

/// What an address in a sentence does not end with.
const TRAILING: &[char] = &['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~'];

/// The line with all that would be more than prose escaped.
pub(super) fn prose(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut before = None;
    loop {
        // Most of a line means nothing to rustdoc, and is copied in one piece.
        let (words, behind) = rest.split_at_checked(words(rest.as_bytes())).unwrap_or(("", rest));
        out.push_str(words);
        before = words.chars().next_back().or(before);
        rest = behind;
        let Some(c) = rest.chars().next() else { return out };
        let taken = match c {
            '\\' => escaped(rest, &mut out),
            '`' => code(rest, &mut out),
            '~' => fence(rest, &mut out),
            '<' => angle(rest, &mut out),
            '[' => bracket(rest, before == Some('!'), &mut out),
            'h' => address(rest, &mut out),
            _ => 0,
        };
        let taken = if taken == 0 { kept(rest, c.len_utf8(), &mut out) } else { taken };
        let (done, next) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        before = done.chars().next_back();
        rest = next;
    }
}

/// How many bytes there are before a sign that may mean something. A loop without iterators: build scripts are compiled without optimisation.
fn words(line: &[u8]) -> usize {
    let mut rest = line;
    while let [byte, behind @ ..] = rest {
        match byte {
            b'\\' | b'`' | b'~' | b'<' | b'[' => break,
            // The begin of an address.
            b'h' if matches!(behind, [b't', b't', b'p', ..]) => break,
            _ => rest = behind,
        }
    }
    line.len() - rest.len()
}

/// Takes so many bytes as they are.
fn kept(rest: &str, bytes: usize, out: &mut String) -> usize {
    let (taken, _) = rest.split_at_checked(bytes).unwrap_or((rest, ""));
    out.push_str(taken);
    taken.len()
}

/// A sign that the author has escaped.
fn escaped(rest: &str, out: &mut String) -> usize {
    let sign = rest.chars().nth(1).filter(char::is_ascii_punctuation);
    sign.map_or(0, |sign| kept(rest, 1 + sign.len_utf8(), out))
}

/// Code in backticks that ends on its line. Three are no code: a block would be a doc test.
fn code(rest: &str, out: &mut String) -> usize {
    let ticks = run(rest, '`');
    if ticks > 2 {
        out.push('\\');
        return kept(rest, ticks, out);
    }
    let mut at = ticks;
    while let Some(next) = rest.get(at..).and_then(|behind| behind.find('`')) {
        let start = at + next;
        let found = run(rest.get(start..).unwrap_or_default(), '`');
        if found == ticks {
            return kept(rest, start + found, out);
        }
        at = start + found;
    }
    out.push_str(&"\\`".repeat(ticks));
    ticks
}

fn fence(rest: &str, out: &mut String) -> usize {
    let tildes = run(rest, '~');
    if tildes > 2 {
        out.push('\\');
    }
    kept(rest, tildes, out)
}

/// How many of a sign a text begins with.
fn run(rest: &str, sign: char) -> usize {
    rest.len() - rest.trim_start_matches(sign).len()
}

/// `<`: of a web address in such brackets it stays; before what looks like a tag it is escaped.
fn angle(rest: &str, out: &mut String) -> usize {
    let behind = rest.strip_prefix('<').unwrap_or_default();
    if let Some(end) = behind.find('>')
        && let Some(inner) = behind.get(..end)
        && is_web(inner)
        && !inner.contains(|c: char| c.is_whitespace() || c == '<')
    {
        return kept(rest, end + 2, out);
    }
    let is_tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if is_tag {
        out.push('\\');
    }
    kept(rest, 1, out)
}

/// `[`: of a link into the web it stays, anything else may mean an item to rustdoc.
fn bracket(rest: &str, is_image: bool, out: &mut String) -> usize {
    let link = || {
        let (text, target) = rest.strip_prefix('[')?.split_once("](")?;
        let (target, _) = target.split_once(')')?;
        let plain = !text.contains(['[', ']', '`', '<', '\\']) && !text.trim().is_empty();
        let whole = is_web(target) && !target.contains(|c: char| c.is_whitespace() || "<>(\\`".contains(c));
        (plain && whole).then_some(text.len() + target.len() + 4)
    };
    match link().filter(|_| !is_image) {
        Some(length) => kept(rest, length, out),
        None => {
            out.push('\\');
            kept(rest, 1, out)
        }
    }
}

/// An address of the web, in brackets so that it is a link.
fn address(rest: &str, out: &mut String) -> usize {
    if !is_web(rest) {
        return 0;
    }
    let mut open = 0_usize;
    let end = rest.find(|c: char| {
        match c {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            ')' => return true,
            _ => {}
        }
        c.is_whitespace() || c.is_control() || ENDS.contains(&c)
    });
    let (address, _) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
    let address = address.trim_end_matches(TRAILING);
    out.push('<');
    out.push_str(address);
    out.push('>');
    address.len()
}

/// Whether a text begins with an address of the web.
fn is_web(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '{'))
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn what_would_be_html_or_a_link_is_prose() {
        for (text, expected) in [
            ("a Vec<String>, </b>, <!-- x", r"a Vec\<String>, \</b>, \<!-- x"),
            ("a < b, 1 <2, x<=y", "a < b, 1 <2, x<=y"),
            ("see [Order], [`Order`] and [Order](Order)", r"see \[Order], \[`Order`] and \[Order](Order)"),
            ("[x]: y", r"\[x]: y"),
            ("![x](https://example.com/x.png)", r"!\[x](<https://example.com/x.png>)"),
            ("`a<b>[c]` and ``a`<b>`` <b>", r"`a<b>[c]` and ``a`<b>`` \<b>"),
            ("an open ` and <b>", r"an open \` and \<b>"),
            (r"\<b> \\<b> \`<b>`", r"\<b> \\\<b> \`\<b>\`"),
            ("```<b>", r"\```\<b>"),
            ("~~~ ~~x~~", r"\~~~ ~~x~~"),
        ] {
            assert_eq!(prose(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_of_the_web_are_links() {
        for (text, expected) in [
            ("see https://example.com/a, or", "see <https://example.com/a>, or"),
            ("(http://example.com/a_(b)).", "(<http://example.com/a_(b)>)."),
            ("<https://example.com> stays", "<https://example.com> stays"),
            ("[docs](https://example.com/a) stay", "[docs](https://example.com/a) stay"),
            ("https://api.example.com/{id}/x", "<https://api.example.com/{id}/x>"),
            (
                "https:// is no address, nor is `https://example.com`",
                "https:// is no address, nor is `https://example.com`",
            ),
            ("xhttps://example.com<b>", r"x<https://example.com>\<b>"),
        ] {
            assert_eq!(prose(text), expected, "{text}");
        }
    }
}
