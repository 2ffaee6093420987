//! Where the parts of a made `.avsc` stand in the IDL files: the compiler tells it of errors only, so the names are looked for.

use std::collections::HashMap;

use crate::report::Report;
use crate::syntax::{Comments, parse_json};
use crate::text::json::{Json, Value};
use crate::text::{Location, Source, Span};

/// The declarations of all IDL files.
#[derive(Default)]
pub(super) struct Places {
    /// The paths of the files below the schema folder, and what they declare by its short name.
    files: Vec<(String, File)>,
}

struct File {
    source: Source,
    declared: HashMap<String, Declaration>,
}

struct Declaration {
    name: Span,
    /// The fields of a record, the symbols of an enum.
    parts: HashMap<String, Span>,
}

impl Places {
    /// Reads a file; `path` is its path below the schema folder.
    pub(super) fn add(&mut self, path: &str, source: Source) {
        let declared = declarations(source.text());
        self.files.push((path.to_owned(), File { source, declared }));
    }

    /// Where the parts of a made text come from, the outer before the inner. `path` is the file that declares the type.
    pub(super) fn of(&self, text: &str, path: &str) -> Vec<(Span, Location)> {
        let Some((_, file)) = self.files.iter().find(|(known, _)| known == path) else { return Vec::new() };
        let mut origins = vec![(Span::new(0, text.len()), file.source.at(Span::default()))];
        let made = Source::new("", text);
        if let Some(json) = parse_json(&made, Comments::Refused, &mut Report::default()) {
            self.walk(&json, path, &mut origins);
        }
        origins
    }

    fn walk(&self, json: &Json, path: &str, origins: &mut Vec<(Span, Location)>) {
        match &json.value {
            Value::Array(branches) => branches.iter().for_each(|branch| self.walk(branch, path, origins)),
            Value::Object(_) => {
                let declared = json.get("name").and_then(Json::as_str).and_then(|name| self.find(name, path));
                if let Some((file, declared)) = declared {
                    origins.push((json.span, file.source.at(declared.name)));
                    for part in parts(json) {
                        let name = part.as_str().or_else(|| part.get("name").and_then(Json::as_str));
                        if let Some(span) = name.and_then(|name| declared.parts.get(name)) {
                            origins.push((part.span, file.source.at(*span)));
                        }
                    }
                }
                let inner = ["items", "values"].iter().filter_map(|key| json.get(key));
                let fields = json.get("fields").and_then(Json::as_array).unwrap_or_default();
                let types = fields.iter().filter_map(|field| field.get("type"));
                inner.chain(types).for_each(|inner| self.walk(inner, path, origins));
            }
            _ => {}
        }
    }

    /// A declaration: of the file itself before any other.
    fn find(&self, name: &str, path: &str) -> Option<(&File, &Declaration)> {
        let short = name.rsplit('.').next().unwrap_or(name);
        let (own, others): (Vec<_>, Vec<_>) = self.files.iter().partition(|(known, _)| known == path);
        own.into_iter().chain(others).find_map(|(_, file)| Some((file, file.declared.get(short)?)))
    }
}

fn parts(json: &Json) -> impl Iterator<Item = &Json> {
    ["fields", "symbols"].into_iter().filter_map(|key| json.get(key)?.as_array()).flatten()
}

/// A word or a sign of IDL; comments and texts are none.
struct Token<'t> {
    text: &'t str,
    at: usize,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match rest.as_bytes() {
            [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => rest.get(2..).and_then(|rest| rest.find("*/")).map_or(rest.len(), |end| end + 4),
            [quote @ (b'"' | b'\''), ..] => quoted(rest, *quote),
            _ => {
                let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let length = word.max(first);
                if let Some(token) = rest.get(..length).filter(|token| !token.trim().is_empty() && *token != "`") {
                    tokens.push(Token { text: token, at });
                }
                length
            }
        };
        at += length;
    }
    tokens
}

/// How long a text in quotes is.
fn quoted(rest: &str, quote: u8) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            byte if byte == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn declarations(text: &str) -> HashMap<String, Declaration> {
    let tokens = tokens(text);
    let mut declared = HashMap::new();
    for (number, token) in tokens.iter().enumerate() {
        if !matches!(token.text, "record" | "error" | "enum" | "fixed") {
            continue;
        }
        let Some([name, open]) = tokens.get(number + 1..number + 3) else { continue };
        let body = matches!(open.text, "{" | "(").then(|| tokens.get(number + 3..)).flatten();
        let Some(body) = body else { continue };
        let parts = if open.text == "{" { parts_of(body) } else { HashMap::new() };
        declared.entry(name.text.to_owned()).or_insert(Declaration { name: span(name), parts });
    }
    declared
}

/// The names in a body: those with an end, a comma or a default behind them, and not within the brackets of a type or an annotation.
fn parts_of(body: &[Token<'_>]) -> HashMap<String, Span> {
    let mut parts = HashMap::new();
    let mut depth = 0_usize;
    let mut in_default = false;
    for (number, token) in body.iter().enumerate() {
        match token.text {
            "=" | ";" | "," if depth == 0 => in_default = token.text == "=",
            "{" | "(" | "<" | "[" => depth += 1,
            "}" if depth == 0 => break,
            "}" | ")" | ">" | "]" => depth = depth.saturating_sub(1),
            name if depth == 0 && !in_default => {
                let next = body.get(number + 1).map_or("", |next| next.text);
                if matches!(next, ";" | "," | "=" | "}") {
                    parts.entry(name.to_owned()).or_insert_with(|| span(token));
                }
            }
            _ => {}
        }
    }
    parts
}

fn span(token: &Token<'_>) -> Span {
    Span::new(token.at, token.at + token.text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_and_their_parts_are_found_beside_all_that_looks_like_them() {
        let text = "/** record Lost { int a; } */ record `error` { // int b;\n union { null, b } a = null; array<b> b;\n\
                    @doc(\"record X {\") map<int> c = {\"b\": 1}, d; } enum b { ONE, `b` } = ONE; fixed F(16);";
        let declared = declarations(text);
        let mut names: Vec<_> = declared.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["F", "b", "error"]);
        let of = |name: &str| {
            let mut parts: Vec<_> =
                declared[name].parts.iter().map(|(name, span)| (span.start, name.as_str())).collect();
            parts.sort_unstable();
            parts
        };
        let at = |part: &str| text.find(part).unwrap();
        assert_eq!(of("error"), [(at("a = null"), "a"), (at("b;\n@doc"), "b"), (at("c = {"), "c"), (at("d; }"), "d")]);
        assert_eq!(of("b"), [(at("ONE, "), "ONE"), (at("b` }"), "b")]);
        assert!(of("F").is_empty());
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in ["record", "record A", "record A {", "enum é { ü, ", "\"", "/*", "'\\", "fixed (", "`"] {
            declarations(text);
        }
    }
}
