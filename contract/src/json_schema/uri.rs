//! URIs and pointers, as far as `$ref` needs them (RFC 3986, section 5; RFC 6901).

/// `reference` seen from `base`, both without fragment. Dots that would climb above the first segment are dropped.
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme(reference) {
        return reference.to_owned();
    }
    let (root, path) = split(base);
    if reference.starts_with("//") {
        let scheme = root.split_once("//").map_or("", |(scheme, _)| scheme);
        return format!("{scheme}{reference}");
    }
    if reference.starts_with('/') {
        return format!("{root}{}", without_dots(reference));
    }
    let folder = path.rsplit_once('/').map(|(folder, _)| folder);
    match folder {
        Some(folder) => format!("{root}{}", without_dots(&format!("{folder}/{reference}"))),
        None if root.is_empty() => without_dots(reference),
        None => format!("{root}/{}", without_dots(reference)),
    }
}

/// What `before`, a reference cut at `#`, may mean for the file at `path`: a URI, a path from the referring file, or the name under which a
/// registry has it. The first that is known counts; `None` where it is no UTF-8.
pub(super) fn meanings(before: &str, base: &str, path: &str) -> Option<[String; 5]> {
    let plain = decode(before)?;
    Some([resolve(base, before), resolve(path, before), resolve(path, &plain), before.to_owned(), resolve("", &plain)])
}

/// A reference as written, cut at `#`; no fragment is the empty one.
pub(super) fn cut(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// `https://host` and `/path`; a base without scheme is all path.
fn split(base: &str) -> (&str, &str) {
    if !has_scheme(base) {
        return ("", base);
    }
    let after = base.find("://").map(|at| at + 3).or_else(|| base.find(':').map(|at| at + 1)).unwrap_or_default();
    let path = base.get(after..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| after + at);
    (base.get(..path).unwrap_or_default(), base.get(path..).unwrap_or_default())
}

fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    for segment in path.split('/').skip(usize::from(absolute)) {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let joined = kept.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// A name as one step of a pointer.
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The steps of a pointer without its `#`, unescaped; `None` where it begins with no slash or holds a wrong escape.
pub(super) fn steps(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer.strip_prefix('/')?.split('/').map(|step| unescape(&decode(step)?)).collect()
}

fn unescape(step: &str) -> Option<String> {
    let mut out = String::with_capacity(step.len());
    let mut characters = step.chars();
    while let Some(character) = characters.next() {
        match character {
            '~' => match characters.next()? {
                '0' => out.push('~'),
                '1' => out.push('/'),
                _ => return None,
            },
            other => out.push(other),
        }
    }
    Some(out)
}

/// Percent-decoding; `None` where it gives no UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
            out.push(u8::try_from(value).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}
