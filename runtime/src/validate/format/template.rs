//! RFC 6570: URI templates.

pub(super) fn is_template(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at_checked(open).unwrap_or_default();
        let Some((expression, after)) = from.strip_prefix('{').and_then(|inner| inner.split_once('}')) else {
            return false;
        };
        if !is_literal(before) || !is_expression(expression) {
            return false;
        }
        rest = after;
    }
    is_literal(rest)
}

/// Whether every `%` begins two hexadecimal digits and `plain` says yes to the rest.
fn is_escaped(text: &str, plain: impl Fn(char) -> bool) -> bool {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default();
    first.chars().all(&plain)
        && parts.all(|part| {
            let (digits, rest) = part.split_at_checked(2).unwrap_or(("", ""));
            digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && rest.chars().all(&plain)
        })
}

fn is_literal(text: &str) -> bool {
    let refused = |c: char| c <= ' ' || c == '\u{7f}' || "\"<>%\\^`{|}".contains(c);
    is_escaped(text, |c| !refused(c))
}

fn is_expression(text: &str) -> bool {
    let variables = text.strip_prefix(['+', '#', '.', '/', ';', '?', '&', '=', ',', '!', '@', '|']).unwrap_or(text);
    variables.split(',').all(is_variable)
}

fn is_variable(text: &str) -> bool {
    let name = match text.split_once(':') {
        Some((name, length)) => {
            let counts = (1..=4).contains(&length.len()) && length.bytes().all(|byte| byte.is_ascii_digit());
            if !counts || length.starts_with('0') {
                return false;
            }
            name
        }
        None => text.strip_suffix('*').unwrap_or(text),
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.split('.').all(|part| !part.is_empty() && is_escaped(part, letter))
}
