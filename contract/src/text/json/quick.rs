//! The way of a text that is plain, sound JSON: one pass, without a tree in between.

use std::collections::HashSet;

use super::scan::MAX_DEPTH;
use super::value::{Json, Member, Value};
use crate::text::Span;

/// Up to so many members of an object are compared with each other to find a name that stands twice.
const FEW: usize = 24;

/// The value of a text that holds no comment, no escape by number and nothing wrong. For any other text nothing: then the careful way
/// reads it anew, and says what is wrong. Both give the same value, which the tests of [`read`](super::read()) hold them to.
pub(super) fn quick(text: &str) -> Option<Json> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0 };
    reader.space();
    let json = reader.value()?;
    reader.space();
    (reader.at == text.len()).then_some(json)
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        while let [b' ' | b'\t' | b'\n' | b'\r', behind @ ..] = rest {
            rest = behind;
        }
        self.at = self.bytes.len() - rest.len();
    }

    /// Goes over a byte and the white space behind it, where it is the next.
    fn eat(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        if next {
            self.at += 1;
            self.space();
        }
        next
    }

    fn value(&mut self) -> Option<Json> {
        let start = self.at;
        let value = match self.peek()? {
            b'{' => self.nested(Self::object)?,
            b'[' => self.nested(Self::array)?,
            b'"' => Value::String(self.string()?),
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            b'n' => self.word("null", Value::Null)?,
            _ => self.number()?,
        };
        Some(Json { value, span: Span::new(start, self.at) })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        self.space();
        let value = read(self)?;
        self.depth -= 1;
        Some(value)
    }

    /// The members behind `{`, up to behind `}`.
    fn object(&mut self) -> Option<Value> {
        let mut members: Vec<Member> = Vec::new();
        let mut names: Option<HashSet<String>> = None;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(Value::Object(members));
        }
        loop {
            let start = self.at;
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            let name_span = Span::new(start, self.at);
            let twice = match &mut names {
                Some(names) => !names.insert(name.clone()),
                None => members.iter().any(|member| member.name == name),
            };
            if twice {
                return None;
            }
            self.space();
            if !self.eat(b':') {
                return None;
            }
            let value = self.value()?;
            members.push(Member { name, name_span, value });
            if members.len() == FEW {
                names = Some(members.iter().map(|member| member.name.clone()).collect());
            }
            self.space();
            if self.eat(b',') {
                continue;
            }
            if self.peek()? != b'}' {
                return None;
            }
            self.at += 1;
            return Some(Value::Object(members));
        }
    }

    /// The items behind `[`, up to behind `]`.
    fn array(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.eat(b',') {
                continue;
            }
            if self.peek()? != b']' {
                return None;
            }
            self.at += 1;
            return Some(Value::Array(items));
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at + 1;
        let end = start + self.plain(start)?;
        let plain = self.text.get(start..end)?;
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Some(plain.to_owned());
        }
        let mut value = plain.to_owned();
        let mut at = end;
        loop {
            let escaped = match (self.bytes.get(at)?, self.bytes.get(at + 1)) {
                (b'"', _) => break,
                (b'\\', Some(b'"')) => '"',
                (b'\\', Some(b'\\')) => '\\',
                (b'\\', Some(b'/')) => '/',
                (b'\\', Some(b'b')) => '\u{08}',
                (b'\\', Some(b'f')) => '\u{0c}',
                (b'\\', Some(b'n')) => '\n',
                (b'\\', Some(b'r')) => '\r',
                (b'\\', Some(b't')) => '\t',
                _ => return None,
            };
            value.push(escaped);
            let from = at + 2;
            at = from + self.plain(from)?;
            value.push_str(self.text.get(from..at)?);
        }
        self.at = at + 1;
        Some(value)
    }

    /// How many bytes there are before the end of a string, an escape or a control character.
    fn plain(&self, from: usize) -> Option<usize> {
        let bytes = self.bytes.get(from..)?;
        // A loop without iterators: build scripts are compiled without optimisation.
        let mut rest = bytes;
        while let [byte, behind @ ..] = rest {
            if matches!(byte, b'"' | b'\\' | 0..0x20) {
                return Some(bytes.len() - rest.len());
            }
            rest = behind;
        }
        None
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let end = self.at + word.len();
        if self.text.get(self.at..end)? != word {
            return None;
        }
        self.at = end;
        Some(value)
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        // What follows a number directly is for the careful way to judge: `01`, `1x`.
        if !matches!(self.peek(), None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}')) {
            return None;
        }
        Some(Value::Number(self.text.get(start..self.at)?.to_owned()))
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::quick;
    use crate::text::json::careful::{Keep, careful};
    use crate::text::json::{Comments, compact};

    #[test]
    fn the_quick_way_reads_what_the_careful_way_reads() {
        let many: Vec<String> = (0..60).map(|number| format!("\"name {number}\": [{number}]")).collect();
        let many = format!("{{ {} }}", many.join(", "));
        let deep = format!("{}1{}", "[".repeat(128), "]".repeat(128));
        let texts = [
            " { \"a\" : [ 1 , -0.5e+3 , true ,\r\n\tfalse, null ], \"b\\\"\\\\\\/\\b\\f\\n\\r\\t\": \"prénom 😀\", \"\": {} } ",
            "\"a\"",
            "-0",
            "12E3",
            "[]",
            "[[],[{}]]",
            "{\"a\":{\"a\":{\"a\":0}}}",
            &many,
            &deep,
        ];
        for text in texts {
            let (careful, problems) = careful(text, Comments::Refused, Keep::First);
            assert!(problems.is_empty(), "{text}");
            assert_eq!(quick(text), careful, "{text}");
            assert!(careful.is_some_and(|json| quick(&compact(&json)).is_some()));
        }
    }

    #[test]
    fn what_is_wrong_or_unusual_is_left_to_the_careful_way() {
        let deep = format!("{}1{}", "[".repeat(129), "]".repeat(129));
        let twice: Vec<String> = (0..60).map(|number| format!("\"{}\": 1", number % 50)).collect();
        let twice = format!("{{{}}}", twice.join(","));
        let texts = [
            "",
            " ",
            "{",
            "[1",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "[1 2]",
            "1 2",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "-",
            "0x1",
            "truex",
            "tru",
            "nul",
            "'a'",
            "\"a",
            "\"a\\",
            "\"\\x\"",
            "\"\\u00e9\"",
            "\"a\nb\"",
            "\u{feff}1",
            "\u{a0}1",
            "// why\n1",
            "/* why */ 1",
            "{\"a\":1,\"a\":2}",
            &deep,
            &twice,
        ];
        for text in texts {
            assert_eq!(quick(text), None, "{text}");
        }
    }
}
