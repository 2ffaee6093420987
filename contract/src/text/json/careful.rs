//! The way of any text: its problems are told, each with its place.

use std::collections::HashMap;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, ParseStringErrorKind, parse_to_ast};

use super::comments::Comments;
use super::problem::{Problem, ProblemKind};
use super::scan::scan;
use super::value::{Json, Member, Value};
use crate::text::Span;

/// Which value of equal names in an object counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    First,
    Last,
}

/// Reads any text; where it is no JSON, one problem says why.
pub(super) fn careful(text: &str, comments: Comments, keep: Keep) -> (Option<Json>, Vec<Problem>) {
    if text.starts_with('\u{feff}') {
        let problem = Problem::new(ProblemKind::Syntax, Span::new(0, 3), "the file begins with a byte order mark");
        return (None, vec![problem.help("save it as UTF-8 without a byte order mark; registries refuse it")]);
    }
    if let Some(problem) = scan(text, comments) {
        return (None, vec![problem]);
    }
    let options = ParseOptions {
        allow_comments: comments == Comments::Allowed,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    match parse_to_ast(text, &CollectOptions::default(), &options) {
        Err(error) => (None, vec![syntax(&error, text)]),
        Ok(parsed) => match parsed.value {
            None => {
                let problem = Problem::new(ProblemKind::Syntax, Span::new(0, 0), "the file holds no JSON value");
                (None, vec![problem.help("write a schema into it, or delete it")])
            }
            Some(value) => {
                let mut reader = Reader { text, keep, problems: Vec::new(), broken: false };
                let json = reader.value(value);
                ((!reader.broken).then_some(json), reader.problems)
            }
        },
    }
}

/// How many problems beside the first are told.
const MOST_PROBLEMS: usize = 1_000;

struct Reader<'t> {
    text: &'t str,
    keep: Keep,
    problems: Vec<Problem>,
    broken: bool,
}

impl Reader<'_> {
    fn value(&mut self, value: ast::Value<'_>) -> Json {
        let range = value.range();
        let span = Span::new(range.start, range.end);
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
            ast::Value::StringLit(literal) => Value::String(self.string(literal).0),
            ast::Value::Array(array) => Value::Array(array.elements.into_iter().map(|item| self.value(item)).collect()),
            ast::Value::Object(object) => Value::Object(self.members(object)),
        };
        Json { value, span }
    }

    /// Keeps a problem, up to a bound: a text can hold a million of them.
    fn tell(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn string(&mut self, literal: ast::StringLit<'_>) -> (String, Span) {
        let span = Span::new(literal.range.start, literal.range.end);
        let raw = self.text.get(span.start..span.end).unwrap_or_default();
        if let Some(offset) = raw.bytes().position(|byte| byte < 0x20) {
            self.broken = true;
            let code = raw.as_bytes().get(offset).copied().unwrap_or_default();
            let at = span.start + offset;
            let message = if code == b'\n' {
                "a line break inside a string".to_owned()
            } else {
                format!("control character U+{code:04X} inside a string")
            };
            let escape = match code {
                b'\n' => "close the string on its line, or write `\\n`".to_owned(),
                b'\t' => "write `\\t`".to_owned(),
                _ => format!("write `\\u{code:04x}`"),
            };
            self.tell(Problem::new(ProblemKind::Syntax, Span::new(at, at + 1), message).help(escape));
        }
        (literal.value.into_owned(), span)
    }

    fn members(&mut self, object: ast::Object<'_>) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::with_capacity(object.properties.len());
        let mut seen: HashMap<String, (usize, Span)> = HashMap::with_capacity(object.properties.len());
        for property in object.properties {
            let (name, name_span) = match property.name {
                ast::ObjectPropName::String(literal) => self.string(literal),
                ast::ObjectPropName::Word(word) => (word.value.to_owned(), Span::new(word.range.start, word.range.end)),
            };
            let value = self.value(property.value);
            if let Some((index, first)) = seen.get(&name) {
                self.tell(Problem {
                    related: Some((*first, "the first one".to_owned())),
                    ..Problem::new(
                        ProblemKind::DuplicateKey,
                        name_span,
                        format!("`{name}` stands twice in this object"),
                    )
                    .help("keep one of the two; programs differ in which of them they read")
                });
                if let (Keep::Last, Some(member)) = (self.keep, members.get_mut(*index)) {
                    member.value = value;
                }
                continue;
            }
            seen.insert(name.clone(), (members.len(), name_span));
            members.push(Member { name, name_span, value });
        }
        members
    }
}

fn syntax(error: &ParseError, text: &str) -> Problem {
    let range = error.range();
    let span = Span::new(range.start.min(text.len()), range.end.min(text.len()));
    let (message, help) = words(error.kind());
    // What does not end is marked where it begins; marking all the rest of the file would hide the place.
    let span = match error.kind() {
        ParseErrorKind::UnterminatedObject | ParseErrorKind::UnterminatedArray => Span::new(span.start, span.start + 1),
        ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral)
        | ParseErrorKind::UnterminatedCommentBlock => {
            let line = text.get(span.start..span.end).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            Span::new(span.start, span.start + line)
        }
        _ => span,
    };
    let problem = Problem::new(ProblemKind::Syntax, span, message);
    if help.is_empty() { problem } else { problem.help(help) }
}

fn words(kind: &ParseErrorKind) -> (String, &'static str) {
    use ParseErrorKind as K;
    let (message, help) = match kind {
        K::CommentsNotAllowed => {
            ("comments are not allowed in this file", "JSON has none; write it into a `$comment` or `description`")
        }
        K::TrailingCommasNotAllowed => ("a comma before the closing bracket", "take the comma out"),
        K::ExpectedComma => ("a comma is missing", "write a comma between the two values"),
        K::ExpectedColonAfterObjectKey => ("a colon is missing after the name", "write `\"name\": value`"),
        K::ExpectedObjectValue => ("a value is missing after the colon", ""),
        K::ExpectedStringObjectProperty | K::UnexpectedTokenInObject => {
            ("expected a name in double quotes", "members of an object are written `\"name\": value`")
        }
        K::SingleQuotedStringsNotAllowed => ("single quotes", "write strings in double quotes"),
        K::MultipleRootJsonValues => ("text after the end of the JSON value", "keep one value per file"),
        K::UnterminatedObject => ("this `{` is never closed", "write `}`"),
        K::UnterminatedArray => ("this `[` is never closed", "write `]`"),
        K::UnterminatedCommentBlock => ("this comment is never closed", "write `*/`"),
        K::UnexpectedCloseBrace => ("unexpected `}`", ""),
        K::UnexpectedCloseBracket => ("unexpected `]`", ""),
        K::UnexpectedComma => ("unexpected comma", "a value is missing, or the comma is one too many"),
        K::UnexpectedColon => ("unexpected colon", ""),
        K::UnexpectedWord | K::UnexpectedToken => (
            "expected a JSON value",
            "values are objects, arrays, strings in double quotes, numbers, true, false, null",
        ),
        K::NestingDepthExceeded => ("nested too deep", "give the inner types names of their own"),
        K::String(ParseStringErrorKind::UnterminatedStringLiteral) => ("this string is never closed", "write `\"`"),
        K::String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_)) => {
            ("half of a surrogate pair", "write the character itself, or both halves: `\\ud83d\\ude00`")
        }
        K::String(_) => ("invalid escape in a string", "JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"),
        K::HexadecimalNumbersNotAllowed
        | K::UnaryPlusNumbersNotAllowed
        | K::BareDecimalPointNumbersNotAllowed
        | K::NonFiniteNumbersNotAllowed
        | K::ExpectedDigit
        | K::ExpectedDigitFollowingNegativeSign
        | K::ExpectedPlusMinusOrDigitInNumberLiteral => {
            ("not a JSON number", "write it in decimal: `-12`, `0.5`, `1e6`")
        }
        #[allow(unreachable_patterns)]
        // The crate adds kinds under features of its own, which another package may switch on.
        other => return (format!("no JSON: {other}").to_lowercase(), ""),
    };
    (message.to_owned(), help)
}
