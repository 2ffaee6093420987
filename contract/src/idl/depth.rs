/// How deep the brackets of a file may stand in each other; as deep as those of JSON.
const MOST: usize = 128;

/// Where the first bracket stands that is nested too deep for the compiler, whose every level is a call.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'<' | b'{' | b'(' | b'[' => {
                depth += 1;
                if depth > MOST {
                    return Some(at);
                }
            }
            b'>' | b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            quote @ (b'"' | b'\'') => {
                // An ending that is missing ends with the line, for the compiler too.
                while let Some((_, byte)) = bytes.next_if(|(_, byte)| *byte != b'\n') {
                    match byte {
                        b'\\' => drop(bytes.next()),
                        byte if byte == quote => break,
                        _ => {}
                    }
                }
            }
            b'/' if bytes.next_if(|(_, byte)| *byte == b'/').is_some() => {
                while bytes.next_if(|(_, byte)| *byte != b'\n').is_some() {}
            }
            b'/' if bytes.next_if(|(_, byte)| *byte == b'*').is_some() => {
                let mut star = false;
                for (_, byte) in bytes.by_ref() {
                    if star && byte == b'/' {
                        break;
                    }
                    star = byte == b'*';
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_of_every_kind_count_and_those_of_texts_and_comments_do_not() {
        let nested = |depth: usize| format!("{}int{}", "array<".repeat(depth), ">".repeat(depth));
        assert_eq!(too_deep(&nested(128)), None);
        assert_eq!(too_deep(&nested(129)), Some(128 * 6 + 5));
        let open = "{<([".repeat(200);
        assert_eq!(too_deep(&open), Some(128));
        for text in
            [format!("\"\\\"{open}\" "), format!("'{open}'"), format!("// {open}\n"), format!("/** * {open} **/")]
        {
            assert_eq!(too_deep(&format!("{text}{text}")), None, "{text}");
        }
        assert!(too_deep(&format!("\"{open}\n{open}")).is_some());
        assert_eq!(too_deep(&"{}".repeat(1000)), None);
    }
}
