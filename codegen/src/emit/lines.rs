use std::fmt::Write as _;

use super::list::List;
use super::wrap::{Brackets, INDENT, MARGIN, wrapped};

/// Rust, line by line, as prettyplease would lay it out.
///
/// It is written as text: to make tokens, parse them and print the tree took half of the time of a build script, which cargo builds
/// without optimisation. A test holds every golden module to prettyplease.
pub(super) struct Lines {
    out: String,
    /// The spaces before each line, for the modules around the item. They take nothing from the width of a line.
    base: usize,
}

impl Lines {
    /// No lines yet, within so many modules.
    pub(super) fn within(modules: usize) -> Self {
        Self { out: String::new(), base: modules * INDENT }
    }

    /// All lines.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// A line that is never broken.
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.words(indent, &[text]);
    }

    /// The same, made of several texts.
    pub(super) fn words(&mut self, indent: usize, words: &[&str]) {
        spaces(&mut self.out, self.base + indent);
        for word in words {
            self.out.push_str(word);
        }
        self.out.push('\n');
    }

    /// `#[name(list)]`; nothing where the list is empty.
    pub(super) fn attribute(&mut self, indent: usize, name: &str, list: &List) {
        if list.is_empty() {
            return;
        }
        let items = list.items();
        let list = list.as_str();
        // `#[`, `(`, `)]`
        if indent + name.len() + list.len() + 5 <= MARGIN {
            self.words(indent, &["#[", name, "(", list, ")]"]);
        } else if let Some(items) = items {
            self.words(indent, &["#[", name, "("]);
            let mut items = items.peekable();
            while let Some(item) = items.next() {
                self.words(indent + INDENT, &[item, if items.peek().is_some() { "," } else { "" }]);
            }
            self.line(indent, ")]");
        } else {
            self.broken(indent, &format!("#[{name}({list})]"), Brackets::Attribute);
        }
    }

    /// An attribute of the user.
    pub(super) fn code(&mut self, indent: usize, code: &str) {
        // `#[`, `]`
        if indent + code.len() + 3 <= MARGIN {
            self.words(indent, &["#[", code, "]"]);
        } else {
            self.broken(indent, &format!("#[{code}]"), Brackets::Attribute);
        }
    }

    /// A line that holds a type, as that of a field does: `before` and `after` stand around the type.
    pub(super) fn typed(&mut self, indent: usize, before: &[&str], ty: &str, after: &str) {
        let width = before.iter().fold(indent + ty.len() + after.len(), |width, word| width + word.len());
        if width > MARGIN {
            let flat = format!("{}{ty}{after}", before.concat());
            return self.broken(indent, &flat, Brackets::Type);
        }
        spaces(&mut self.out, self.base + indent);
        for word in before {
            self.out.push_str(word);
        }
        self.out.push_str(ty);
        self.out.push_str(after);
        self.out.push('\n');
    }

    /// `before(attributes ty)after`, as variants and newtypes are.
    pub(super) fn holding(
        &mut self,
        indent: usize,
        before: &[&str],
        attributes: &[(&str, &List)],
        ty: &str,
        after: &str,
    ) {
        let said = attributes.iter().filter(|(_, list)| !list.is_empty());
        let mut flat = before.concat();
        flat.push('(');
        for (name, list) in said.clone() {
            let _ = write!(flat, "#[{name}({})] ", list.as_str());
        }
        let _ = write!(flat, "{ty}){after}");
        if indent + flat.len() <= MARGIN {
            return self.line(indent, &flat);
        }
        self.words(indent, &[before.concat().as_str(), "("]);
        for (name, list) in said {
            self.attribute(indent + INDENT, name, list);
        }
        // The comma is not there when the width is measured.
        let ty = wrapped(ty, self.base, indent + INDENT, Brackets::Type);
        self.words(indent + INDENT, &[&ty, ","]);
        self.words(indent, &[")", after]);
    }

    /// A line that is too long.
    fn broken(&mut self, indent: usize, flat: &str, brackets: Brackets) {
        let text = wrapped(flat, self.base, indent, brackets);
        self.line(indent, &text);
    }
}

/// So many spaces.
pub(super) fn spaces(out: &mut String, count: usize) {
    const SOME: &str = "                                ";
    let mut left = count;
    while left > 0 {
        let now = SOME.get(..left).unwrap_or(SOME);
        out.push_str(now);
        left -= now.len();
    }
}
