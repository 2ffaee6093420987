use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Signs that stand between spaces.
const OPERATORS: &[&str] = &["->", "=>", "==", ">=", "<=", "!=", "&&", "=", "+"];

/// Code on one line, without comments and spaced as types and attributes are; `None` where it is no Rust.
pub(super) fn spelled(text: &str) -> Option<String> {
    let mut out = String::new();
    write(&mut out, text.parse().ok()?);
    Some(out)
}

// Only what a parser has gone through before is written, so groups are no deeper than that bears.
fn write(out: &mut String, tokens: TokenStream) {
    // Whether the last token was no sign, and whether a space has to follow it.
    let (mut is_word, mut blank) = (false, false);
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut signs = String::new();
        let mut punct = match &token {
            TokenTree::Punct(punct) => Some(punct.clone()),
            _ => None,
        };
        while let Some(sign) = punct {
            signs.push(sign.as_char());
            punct = match tokens.peek() {
                Some(TokenTree::Punct(next)) if sign.spacing() == Spacing::Joint => Some(next.clone()),
                _ => None,
            };
            if punct.is_some() {
                tokens.next();
            }
        }
        if signs.is_empty() {
            let is_brace = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            let is_group = matches!(token, TokenTree::Group(_));
            if blank || is_word && (is_brace || !is_group) {
                out.push(' ');
            }
            word(out, token);
            (is_word, blank) = (true, false);
            continue;
        }
        let mut rest = signs.as_str();
        while !rest.is_empty() {
            let operator = OPERATORS.iter().find_map(|operator| rest.strip_prefix(operator)).filter(|_| is_word);
            let (sign, behind) = match operator {
                Some(behind) => (rest.strip_suffix(behind).unwrap_or(rest), behind),
                None => rest.split_at_checked(1).unwrap_or((rest, "")),
            };
            if blank || operator.is_some() {
                out.push(' ');
            }
            out.push_str(sign);
            (is_word, blank) = (false, operator.is_some() || matches!(sign, "," | ";"));
            rest = behind;
        }
    }
}

fn word(out: &mut String, token: TokenTree) {
    let TokenTree::Group(group) = token else { return out.push_str(&token.to_string()) };
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::None => ("", ""),
    };
    out.push_str(open);
    write(out, group.stream());
    out.push_str(close);
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn code_is_spaced_as_a_person_would() {
        for (text, expected) in [
            ("serde :: Serialize", "serde::Serialize"),
            (
                "::std::collections::HashMap< String,::a::B<10,-2> >",
                "::std::collections::HashMap<String, ::a::B<10, -2>>",
            ),
            ("serde(rename=\"a,b\",default) // why", "serde(rename = \"a,b\", default)"),
            ("cfg_attr( all(test,not(a)) , doc = r#\"x\n\"y\"#)", "cfg_attr(all(test, not(a)), doc = r#\"x\n\"y\"#)"),
            ("Box<dyn Fn(&'static str)->u8+Send>", "Box<dyn Fn(&'static str) -> u8 + Send>"),
            ("a = -1", "a = -1"),
            ("A<{1+2}>", "A<{ 1 + 2 }>"),
            ("range(min=::a::B,max = 3)", "range(min = ::a::B, max = 3)"),
            ("check(value >= 1 && x == y)", "check(value >= 1 && x == y)"),
        ] {
            assert_eq!(spelled(text).as_deref(), Some(expected));
        }
        assert_eq!(spelled("a)"), None);
    }
}
