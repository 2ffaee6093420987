//! Text to tree.

use std::fmt;

use super::class::{Class, Name};
use super::syntax::{Place, Tree};

/// How deep groups may stand in each other.
const DEEPEST: usize = 100;
/// How often something may be repeated by a number.
const MOST_REPEATS: u32 = 10_000;

/// Why an expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Whether Java refuses it too; otherwise it is only not understood here.
    pub invalid: bool,
    /// What is wrong.
    pub message: String,
}

impl PatternError {
    pub(super) fn not_understood(message: &str) -> Self {
        Self { invalid: false, message: message.to_owned() }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self { invalid: true, message: message.into() }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

pub(super) fn parse(text: &str) -> Result<Tree, PatternError> {
    let mut parser = Parser { rest: text.chars().collect::<Vec<_>>(), at: 0, depth: 0, fold: false };
    let tree = parser.alternatives()?;
    match parser.peek() {
        None => Ok(tree),
        Some(_) => Err(PatternError::invalid("a `)` closes nothing")),
    }
}

struct Parser {
    rest: Vec<char>,
    at: usize,
    depth: usize,
    /// Whether letters stand for both cases.
    fold: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn takes(&mut self, text: &str) -> bool {
        let found = text.chars().enumerate().all(|(i, c)| self.rest.get(self.at + i) == Some(&c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    fn alternatives(&mut self) -> Result<Tree, PatternError> {
        let mut all = vec![self.sequence()?];
        while self.takes("|") {
            all.push(self.sequence()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Tree::Any(all) })
    }

    fn sequence(&mut self) -> Result<Tree, PatternError> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            if self.takes("\\Q") {
                self.quoted(&mut parts);
                continue;
            }
            let one = self.one()?;
            parts.push(self.repeated(one)?);
        }
        Ok(Tree::All(parts))
    }

    /// Up to `\E`, everything stands for itself.
    fn quoted(&mut self, parts: &mut Vec<Tree>) {
        while !self.takes("\\E") {
            match self.next() {
                Some(c) => parts.push(Tree::One(self.literal(c))),
                None => return,
            }
        }
    }

    fn literal(&self, c: char) -> Class {
        let class = Class::single(c);
        if self.fold && c.is_ascii_alphabetic() { Class::Folded(Box::new(class)) } else { class }
    }

    fn one(&mut self) -> Result<Tree, PatternError> {
        match self.next() {
            Some('.') => Ok(Tree::One(Class::Not(Box::new(Class::Named(Name::LineEnd))))),
            Some('^') => Ok(Tree::At(Place::Start)),
            Some('$') => Ok(Tree::At(Place::BeforeLastLineEnd)),
            Some('[') => Ok(Tree::One(self.class()?)),
            Some('(') => self.group(),
            Some('\\') => self.escaped(),
            Some(c @ ('*' | '+' | '?')) => Err(PatternError::invalid(format!("`{c}` repeats nothing"))),
            Some(c) => Ok(Tree::One(self.literal(c))),
            None => Ok(Tree::All(Vec::new())),
        }
    }

    fn group(&mut self) -> Result<Tree, PatternError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PatternError::not_understood("its groups are nested too deep"));
        }
        let fold = self.fold;
        let ahead = if self.takes("?=") {
            Some(true)
        } else if self.takes("?!") {
            Some(false)
        } else {
            None
        };
        if ahead.is_none() && self.takes("?") && !self.takes(":") {
            if self.takes("i)") {
                // Up to the end of the group around it.
                self.fold = true;
                self.depth -= 1;
                return Ok(Tree::All(Vec::new()));
            }
            if self.takes("i:") {
                self.fold = true;
            } else if self.takes("<") && self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
                while self.next().is_some_and(|c| c != '>') {}
            } else {
                return Err(PatternError::not_understood("it has a group of a kind that is not understood"));
            }
        }
        let inner = self.alternatives()?;
        if !self.takes(")") {
            return Err(PatternError::invalid("a `(` is not closed"));
        }
        self.fold = fold;
        self.depth -= 1;
        Ok(match ahead {
            Some(wanted) => Tree::Ahead { what: Box::new(inner), wanted },
            None => inner,
        })
    }

    fn repeated(&mut self, one: Tree) -> Result<Tree, PatternError> {
        let mut tree = one;
        while let Some((least, most)) = self.counts()? {
            if self.takes("+") {
                return Err(PatternError::not_understood("it repeats without giving back (`++`)"));
            }
            // Lazy or not, the same texts are found.
            self.takes("?");
            tree = Tree::Repeat { what: Box::new(tree), least, most };
        }
        Ok(tree)
    }

    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        Ok(match self.peek() {
            Some('*') => self.counted((0, None)),
            Some('+') => self.counted((1, None)),
            Some('?') => self.counted((0, Some(1))),
            Some('{') => {
                self.at += 1;
                let least = self.number()?;
                let most = if self.takes(",") {
                    if self.peek() == Some('}') { None } else { Some(self.number()?) }
                } else {
                    Some(least)
                };
                if !self.takes("}") || most.is_some_and(|most| most < least) {
                    return Err(PatternError::invalid("a repetition in braces is not `{n}`, `{n,}` or `{n,m}`"));
                }
                Some((least, most))
            }
            _ => None,
        })
    }

    fn counted(&mut self, counts: (u32, Option<u32>)) -> Option<(u32, Option<u32>)> {
        self.at += 1;
        Some(counts)
    }

    fn number(&mut self) -> Result<u32, PatternError> {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_digit) {
            text.push(c);
            self.at += 1;
        }
        if text.is_empty() {
            return Err(PatternError::invalid("a repetition in braces is not `{n}`, `{n,}` or `{n,m}`"));
        }
        match text.parse() {
            Ok(number) if number <= MOST_REPEATS => Ok(number),
            _ => Err(PatternError::not_understood("it repeats too much")),
        }
    }

    /// After a backslash, outside of a class.
    fn escaped(&mut self) -> Result<Tree, PatternError> {
        let place = match self.peek() {
            Some('b') => Place::WordEdge,
            Some('B') => Place::NoWordEdge,
            Some('A') => Place::Start,
            Some('z') => Place::End,
            Some('Z') => Place::BeforeLastLineEnd,
            Some('1'..='9' | 'k') => return Err(PatternError::not_understood("it refers back to a group")),
            Some('R' | 'X' | 'G' | 'N') => {
                return Err(PatternError::not_understood("it uses an escape that is not understood"));
            }
            _ => return Ok(Tree::One(self.escaped_class()?)),
        };
        self.at += 1;
        Ok(Tree::At(place))
    }

    /// After a backslash: a character, or a set with a name.
    fn escaped_class(&mut self) -> Result<Class, PatternError> {
        let not = |name| Class::Not(Box::new(Class::Named(name)));
        let Some(c) = self.next() else { return Err(PatternError::invalid("it ends in a backslash")) };
        Ok(match c {
            'd' => Class::Named(Name::Digit),
            'D' => not(Name::Digit),
            'w' => Class::Named(Name::Word),
            'W' => not(Name::Word),
            's' => Class::Named(Name::Space),
            'S' => not(Name::Space),
            'h' => Class::Named(Name::Blank),
            'H' => not(Name::Blank),
            't' => Class::single('\t'),
            'n' => Class::single('\n'),
            'r' => Class::single('\r'),
            'f' => Class::single('\u{c}'),
            'a' => Class::single('\u{7}'),
            'e' => Class::single('\u{1b}'),
            'u' => Class::single(self.hex(4)?),
            'x' if self.takes("{") => {
                let mut digits = 0;
                while self.rest.get(self.at + digits).is_some_and(char::is_ascii_hexdigit) {
                    digits += 1;
                }
                let c = self.hex(digits)?;
                if !self.takes("}") {
                    return Err(PatternError::invalid("a `\\x{` is not closed"));
                }
                Class::single(c)
            }
            'x' => Class::single(self.hex(2)?),
            'p' | 'P' => {
                let class = Class::Named(self.property()?);
                if c == 'P' { Class::Not(Box::new(class)) } else { class }
            }
            c if c.is_ascii_alphanumeric() => {
                return Err(PatternError::not_understood("it uses an escape that is not understood"));
            }
            c => Class::single(c),
        })
    }

    fn property(&mut self) -> Result<Name, PatternError> {
        let mut name = String::new();
        if self.takes("{") {
            loop {
                match self.next() {
                    Some('}') => break,
                    Some(c) => name.push(c),
                    None => return Err(PatternError::invalid("a `\\p{` is not closed")),
                }
            }
        } else {
            name.extend(self.next());
        }
        Name::of_property(&name)
            .ok_or_else(|| PatternError::not_understood("it names a set of characters that is not understood"))
    }

    fn hex(&mut self, digits: usize) -> Result<char, PatternError> {
        let text: String = self.rest.iter().skip(self.at).take(digits).collect();
        self.at += digits;
        let code = u32::from_str_radix(&text, 16).ok().filter(|_| text.chars().count() == digits && digits > 0);
        let code = code.ok_or_else(|| PatternError::invalid("a character is not given by hexadecimal digits"))?;
        char::from_u32(code).ok_or_else(|| PatternError::not_understood("it names half a character"))
    }

    /// After `[`.
    fn class(&mut self) -> Result<Class, PatternError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(PatternError::not_understood("its classes are nested too deep"));
        }
        let not = self.takes("^");
        let mut left: Option<Class> = None;
        let mut members = Vec::new();
        loop {
            if self.takes("&&") {
                let class = joined(left.take(), std::mem::take(&mut members));
                left = Some(class);
                continue;
            }
            match self.next() {
                Some(']') if !members.is_empty() || left.is_some() => break,
                Some(']') | None => return Err(PatternError::invalid("a `[` is not closed")),
                Some('[') => members.push(self.class()?),
                Some(c) => {
                    let from = if c == '\\' { self.escaped_class()? } else { Class::single(c) };
                    members.push(self.range(from)?);
                }
            }
        }
        self.depth -= 1;
        let class = joined(left, members);
        let class = if self.fold { Class::Folded(Box::new(class)) } else { class };
        Ok(if not { Class::Not(Box::new(class)) } else { class })
    }

    /// A member of a class, or a range from it.
    fn range(&mut self, from: Class) -> Result<Class, PatternError> {
        let Class::Range(first, _) = from else { return Ok(from) };
        let ranges = self.peek() == Some('-') && !matches!(self.rest.get(self.at + 1), None | Some(']' | '['));
        if !ranges {
            return Ok(from);
        }
        self.at += 1;
        let to = match self.next() {
            Some('\\') => self.escaped_class()?,
            Some(c) => Class::single(c),
            None => return Err(PatternError::invalid("a `[` is not closed")),
        };
        match to {
            Class::Range(last, _) if first <= last => Ok(Class::Range(first, last)),
            Class::Range(..) => Err(PatternError::invalid("a range ends before it begins")),
            // `a-\d` is three members.
            other => Ok(Class::Either(vec![from, Class::single('-'), other])),
        }
    }
}

fn joined(left: Option<Class>, members: Vec<Class>) -> Class {
    let members = Class::Either(members);
    match left {
        Some(left) => Class::Both(Box::new(left), Box::new(members)),
        None => members,
    }
}
