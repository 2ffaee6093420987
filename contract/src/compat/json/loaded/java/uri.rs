//! `java.net.URI`, which follows RFC 2396 and is stricter than what people write: a space in a `$ref` makes the registry refuse a schema.

/// A URI in its parts.
#[derive(Clone, Debug, Default, PartialEq)]
struct Parts<'t> {
    scheme: Option<&'t str>,
    /// What follows the scheme where that is no path: `urn:example:a`.
    opaque: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: Option<&'t str>,
    fragment: Option<&'t str>,
}

/// `new URI(base).resolve(reference)`; without a base, the reference itself. `None` where either is no URI.
pub(in crate::compat::json::loaded) fn resolve(base: Option<&str>, reference: &str) -> Option<String> {
    let child = parts(reference)?;
    let Some(written) = base else { return Some(reference.to_owned()) };
    let base = parts(written)?;
    if child.opaque.is_some() || base.opaque.is_some() || child.scheme.is_some() {
        return Some(reference.to_owned());
    }
    if child.authority.is_none() && child.path.is_empty() && child.query.is_none() && child.fragment.is_some() {
        return Some(Parts { fragment: child.fragment, ..base }.text());
    }
    if child.authority.is_some() {
        return Some(Parts { scheme: base.scheme, ..child }.text());
    }
    let path = if child.path.starts_with('/') {
        child.path.to_owned()
    } else {
        let folder = base.path.rfind('/').and_then(|at| base.path.get(..=at));
        match folder {
            Some(folder) => normalized(&format!("{folder}{}", child.path)),
            None if child.path.is_empty() || base.scheme.is_none() => normalized(child.path),
            None => normalized(&format!("/{}", child.path)),
        }
    };
    let whole = Parts { scheme: base.scheme, authority: base.authority, path: &path, ..child };
    Some(whole.text())
}

/// Whether Java takes the text for a URI.
pub(in crate::compat::json::loaded) fn is_uri(text: &str) -> bool {
    parts(text).is_some()
}

/// `URLDecoder.decode`: a plus is a space, and what is no UTF-8 becomes the replacement character.
pub(in crate::compat::json::loaded) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte.unwrap_or_default()).to_digit(16).unwrap_or_default();
                let value = digit(bytes.next()) * 16 + digit(bytes.next());
                out.push(u8::try_from(value).unwrap_or_default());
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

impl Parts<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        let mut push = |before: &str, part: Option<&str>, after: &str| {
            if let Some(part) = part {
                text.extend([before, part, after]);
            }
        };
        push("", self.scheme, ":");
        push("", self.opaque, "");
        push("//", self.authority, "");
        push("", Some(self.path), "");
        push("?", self.query, "");
        push("#", self.fragment, "");
        text
    }
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (rest, fragment) = match text.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (text, None),
    };
    let mut parts = Parts { fragment, ..Parts::default() };
    if !fragment.is_none_or(|fragment| legal(fragment, true)) {
        return None;
    }
    let mut rest = rest;
    if let Some(at) = rest.find([':', '/', '?']).filter(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(':')))
    {
        let (scheme, after) = rest.split_at(at);
        let well = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        rest = after.strip_prefix(':').filter(|rest| well && !rest.is_empty())?;
        parts.scheme = Some(scheme);
        if !rest.starts_with('/') {
            parts.opaque = Some(rest);
            return legal(rest, true).then_some(parts);
        }
    }
    if let Some((before, query)) = rest.split_once('?') {
        parts.query = Some(query).filter(|query| legal(query, true));
        parts.query?;
        rest = before;
    }
    if let Some(after) = rest.strip_prefix("//") {
        let end = after.find('/').unwrap_or(after.len());
        let (authority, path) = after.split_at(end);
        if !legal(authority, true) || (authority.is_empty() && path.is_empty()) {
            return None;
        }
        parts.authority = Some(authority).filter(|authority| !authority.is_empty());
        rest = path;
    }
    parts.path = rest;
    legal(rest, false).then_some(parts)
}

fn legal(part: &str, brackets: bool) -> bool {
    let mut characters = part.chars();
    while let Some(character) = characters.next() {
        let well = match character {
            '%' => (0..2).all(|_| characters.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            '[' | ']' => brackets,
            'a'..='z' | 'A'..='Z' | '0'..='9' => true,
            '-' | '_' | '.' | '!' | '~' | '*' | '\'' | '(' | ')' | ';' | '/' | '?' | ':' | '@' | '&' | '=' | '+'
            | '$' | ',' => true,
            other => !other.is_ascii() && !other.is_control() && !other.is_whitespace(),
        };
        if !well {
            return false;
        }
    }
    true
}

/// Takes `.` and `..` out, and doubled slashes with them. A path that climbs too high keeps its `..`.
fn normalized(path: &str) -> String {
    let absolute = path.starts_with('/');
    let dots = |segment: &str| matches!(segment, "." | "..");
    let segments: Vec<&str> = path.split('/').skip(usize::from(absolute)).collect();
    let doubled = segments.iter().rev().skip(1).any(|segment| segment.is_empty());
    if !doubled && !segments.iter().any(|segment| dots(segment)) {
        return path.to_owned();
    }
    let folder = segments.last().is_some_and(|last| last.is_empty() || dots(last));
    let mut kept: Vec<&str> = Vec::new();
    for segment in segments {
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut text = if absolute { "/".to_owned() } else { String::new() };
    // A first step with a colon would be read as a scheme.
    if !absolute && kept.first().is_some_and(|first| first.contains(':')) {
        text.push_str("./");
    }
    text.push_str(&kept.join("/"));
    if folder && !kept.is_empty() {
        text.push('/');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each of these answers is what Java 17 gave.
    #[test]
    fn references_are_resolved_as_java_does() {
        for (base, reference, resolved) in [
            ("http://h/a/b.json", "#/definitions/x", "http://h/a/b.json#/definitions/x"),
            ("http://h/a/b.json", "c.json", "http://h/a/c.json"),
            ("http://h/a/b.json", "../c.json#/d", "http://h/c.json#/d"),
            ("http://h/a/b.json", "/c/./d", "http://h/c/./d"),
            ("http://h", "c.json", "http://h/c.json"),
            ("http://h/a/b.json", "../../../c", "http://h/../../c"),
            ("urn:example:a", "#/definitions/x", "#/definitions/x"),
            ("b.json", "../c.json", "../c.json"),
            ("b.json", "#/x", "b.json#/x"),
            ("dir/b.json", "./c.json", "dir/c.json"),
            ("http://h/a/b.json", "http://other/c", "http://other/c"),
            ("http://h/a/b.json#/x", "#/y", "http://h/a/b.json#/y"),
            ("mem://input", "x.json", "mem://input/x.json"),
            ("http://h/a//b/c", "d", "http://h/a/b/d"),
            ("b.json", "", ""),
            ("http://h/a/b", "?q", "http://h/a/?q"),
            ("http://h/a/b", "//o/c/../d", "http://o/c/../d"),
            ("x/y", "a:b", "a:b"),
            ("http://h/a/b", "./a:b", "http://h/a/a:b"),
            ("x", "./a:b", "./a:b"),
            ("http://h/a/b", ".", "http://h/a/"),
            ("http://h/a/b/c", "..", "http://h/a/"),
        ] {
            assert_eq!(resolve(Some(base), reference).as_deref(), Some(resolved), "{reference} from {base}");
        }
    }

    #[test]
    fn a_space_or_a_bar_makes_no_uri() {
        for text in
            ["#/definitions/My Type", "a|b", "#/a^b", "{x}", "a\\b", "#/100%", ":x", "x y", "a#b#c", "http:", "a[0]"]
        {
            assert!(!is_uri(text), "{text}");
        }
        for text in ["", "#", "#/definitions/Größe", "#/$defs/a~1b", "#/a[0]", "urn:example:a"] {
            assert!(is_uri(text), "{text}");
        }
    }
}
