//! Paths and queries as they stand in a request: taken apart, and put together again with other names in them.

/// What stands between two slashes, decoded; what is no UTF-8 then is `None`.
pub(super) fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (hex(rest.next()?)?, hex(rest.next()?)?);
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// A text as it may stand between two slashes, or in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'*' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The pairs of a query, decoded; a `+` is a space there.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let text = |part: &str| decoded(&part.replace('+', " ")).unwrap_or_default();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

/// A query of pairs.
pub(super) fn query(pairs: &[(String, String)]) -> String {
    let all: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    all.join("&")
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_survives_both_ways() {
        for text in ["a/b c?%ü", ":.a:s", "", "%"] {
            assert_eq!(decoded(&encoded(text)).as_deref(), Some(text));
        }
        assert_eq!(decoded("%FF"), None);
        assert_eq!(decoded("%4"), None);
    }

    #[test]
    fn a_query_survives_both_ways() {
        let read = pairs("a=1&b=x+y%26&c&&d=");
        let told: Vec<(&str, &str)> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(told, [("a", "1"), ("b", "x y&"), ("c", ""), ("d", "")]);
        assert_eq!(pairs(&query(&read)), read);
    }
}
