//! A text of JSON as the text that it means (RFC 8259, 7).

/// What a JSON string with its quotes says; none where it is no such string, or names half of a character.
pub(super) fn unescaped(json: &str) -> Option<String> {
    let mut out = String::with_capacity(json.len());
    let mut rest = json.strip_prefix('"')?.strip_suffix('"')?.chars();
    while let Some(c) = rest.next() {
        out.push(match c {
            '"' => return None,
            '\\' => match rest.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let first = unit(&mut rest)?;
                    match char::from_u32(first) {
                        Some(c) => c,
                        // Beyond the first 65,536 a character is written as two.
                        None if rest.next() == Some('\\') && rest.next() == Some('u') => {
                            let pair = [u16::try_from(first).ok()?, u16::try_from(unit(&mut rest)?).ok()?];
                            char::decode_utf16(pair).next()?.ok()?
                        }
                        None => return None,
                    }
                }
                c @ ('"' | '\\' | '/') => c,
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

/// The four digits behind `\u`.
fn unit(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + rest.next()?.to_digit(16)?;
    }
    Some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_the_character_that_it_means() {
        let json = r#""a\"b\\c\/\b\f\n\r\t\u00e4\ud83d\ude00 ü""#;
        assert_eq!(unescaped(json).as_deref(), Some("a\"b\\c/\u{8}\u{c}\n\r\tä😀 ü"));
        for bad in ["", "\"", "a", r#""\""#, r#""a"b""#, r#""\x""#, r#""\u12""#, r#""\ud83d""#, r#""\ud83d\u0041""#] {
            assert_eq!(unescaped(bad), None, "{bad}");
        }
    }
}
