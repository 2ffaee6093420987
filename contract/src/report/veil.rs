//! What no excerpt shows: somebody may have written a password into a manifest, which is refused, and the refusal goes into logs.

use std::borrow::Cow;
use std::ops::Range;

/// Words in the names of keys whose values are secrets.
const SECRET: [&str; 6] = ["pass", "pwd", "secret", "token", "pem", "jaas"];

/// A line of a file as it may be shown: of a TOML file without what looks like a secret, with a `*` for each byte of it, so that every place
/// in the line stays where it is.
pub(super) fn veiled<'l>(path: &str, line: &'l str) -> Cow<'l, str> {
    let hidden = if path.ends_with(".toml") { secrets(line) } else { Vec::new() };
    if hidden.is_empty() {
        return Cow::Borrowed(line);
    }
    let mut shown = String::with_capacity(line.len());
    let mut from = 0;
    for Range { start, end } in hidden {
        shown.push_str(line.get(from..start).unwrap_or_default());
        shown.extend(std::iter::repeat_n('*', end.saturating_sub(start)));
        from = end;
    }
    shown.push_str(line.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// The secrets of a line, by the names of its keys and by the looks of its URLs.
fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    // Whether the table that is open is the value of a secret key.
    let mut within = false;
    let mut at = 0;
    while let Some(rest) = line.get(at..)
        && let Some(equals) = rest.find('=')
    {
        let key = rest.get(..equals).unwrap_or_default();
        within &= !key.contains('}');
        // librdkafka's `sasl.oauthbearer.config` may hold anything.
        let is_config = key.trim_end().trim_end_matches(['"', '\'']).ends_with("oauthbearer.config");
        let key = last_word(key).to_lowercase();
        let is_secret = is_config || SECRET.iter().any(|word| key.contains(word)) || (within && key != "env");
        let value = after_blanks(line, at + equals + 1);
        if line.get(value..).is_some_and(|value| value.starts_with('{')) {
            within |= is_secret;
            at = value + 1;
            continue;
        }
        let value = value_at(line, value);
        at = value.end.max(at + equals + 1);
        if is_secret {
            hidden.push(value);
        } else if let Some(user) = line.get(value.clone()).and_then(credentials) {
            hidden.push(value.start + user.start..value.start + user.end);
        }
    }
    hidden.retain(|range| !range.is_empty());
    hidden
}

/// The name before an equals sign, without quotes.
fn last_word(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    text.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).next().unwrap_or_default()
}

fn after_blanks(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start().len())
}

/// The value that begins there, without its quotes; one that is never closed goes to the end of the line.
fn value_at(line: &str, at: usize) -> Range<usize> {
    let rest = line.get(at..).unwrap_or_default();
    match rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        Some(quote) => {
            let quotes = match rest.chars().take_while(|c| *c == quote).count() {
                // An empty text.
                2 => return at + 1..at + 1,
                1 => 1,
                _ => 3,
            };
            let inner = rest.get(quotes..).unwrap_or_default();
            at + quotes..at + quotes + closing(inner, quote).unwrap_or(inner.len())
        }
        None => at..at + rest.find([',', '}', '#']).unwrap_or(rest.len()),
    }
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && quote == '"' && !escaped;
        closes.then_some(at)
    })
}

/// User and password of a URL, and what stands behind its `?`.
fn credentials(value: &str) -> Option<Range<usize>> {
    let begin = value.find("://").map(|scheme| scheme + 3);
    let user = value.rfind('@').filter(|at| value.get(..*at).is_some_and(|before| before.contains(':')));
    match (user, begin.and(value.find('?'))) {
        (Some(end), query) => Some(begin.unwrap_or(0)..query.map_or(end, |_| value.len())),
        (None, query) => query.map(|query| query + 1..value.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_manifest_shows_a_secret_and_every_sign_stays_at_its_place() {
        for line in [
            "registry = \"https://me:hunter2@registry\"",
            "registry = \"https://hunter2@registry\"",
            "registry = 'https://me:hun/hunter2@registry'",
            "registry = \"me:hunter2@registry:8081\"",
            "registry = \"https://registry?key=hunter2\"",
            "registry = \"https://me:hunter2@registry?key=hunter2\"",
            "registry = \"https://me:hunter2@registry",
            "password = \"hunter2\"",
            "\"pass\" = \"\"\"hunter2\"\"\"",
            "password=hunter2",
            "password = \"a\\\"hunter2",
            "token='hunter2' # of prod",
            "password = { file = \"hunter2\" }",
            "oauth = { url = \"https://a\", client-id = \"b\", client-secret = \"hunter2\" }",
            "prod = { registry = \"https://me:hunter2@r\", user = \"ü\" }",
            "client_secret == \"hunter2\"",
            "oauth = { scope = \"\", client-secret = \"hunter2\" }",
        ] {
            let shown = veiled("a/topika.toml", line);
            assert!(!shown.contains("hunter2") && shown.len() == line.len(), "{shown}");
        }
    }

    #[test]
    fn all_else_is_shown() {
        for line in [
            "registry = \"https://registry:8081/sr\"",
            "password = { env = \"SR_PASSWORD\" }",
            "oauth = { client-secret = { env = \"A\" }, url = \"https://login/token\", scope = \"b\" }",
            "owner = \"team@example.com\"",
            "[topic.\"tokens\"] # a = b",
            "é = \"x\"",
            "",
            "=",
        ] {
            assert_eq!(veiled("topika.toml", line), line);
        }
        assert_eq!(veiled("a.json", "\"password = hunter2\""), "\"password = hunter2\"");
    }
}
