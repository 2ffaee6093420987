use super::literal::literal;

/// What stands in the parentheses of an attribute: `rename = "a", default`.
#[derive(Default)]
pub(super) struct List {
    text: String,
    /// Where its items end.
    ends: Vec<usize>,
    /// Whether an item may have to be broken itself: it has brackets, or a comma outside texts.
    nested: bool,
}

impl List {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The items, where none of them is ever broken.
    pub(super) fn items(&self) -> Option<impl Iterator<Item = &str>> {
        let mut start = 0;
        let items = self.ends.iter().copied().chain([self.text.len()]).map(move |end| {
            let item = self.text.get(start..end).unwrap_or_default();
            start = end + ", ".len();
            item
        });
        (!self.nested).then_some(items)
    }

    /// A word, or code of any kind.
    pub(super) fn word(&mut self, word: &str) {
        self.nested |= word.contains('(') || word.contains(',');
        self.next().push_str(word);
    }

    /// `name = code`.
    pub(super) fn code(&mut self, name: &str, code: &str) {
        self.nested |= code.contains('(') || code.contains(',');
        let out = self.next();
        out.push_str(name);
        out.push_str(" = ");
        out.push_str(code);
    }

    /// `name = "text"`.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let out = self.next();
        out.push_str(name);
        out.push_str(" = ");
        literal(out, text);
    }

    /// `"name" = "text"`.
    pub(super) fn pair(&mut self, name: &str, text: &str) {
        let out = self.next();
        literal(out, name);
        out.push_str(" = ");
        literal(out, text);
    }

    /// `"text"`.
    pub(super) fn literal(&mut self, text: &str) {
        literal(self.next(), text);
    }

    /// `name = json("text")`; without a name, `json("text")`.
    pub(super) fn json(&mut self, name: &str, text: &str) {
        self.nested = true;
        let out = self.next();
        if !name.is_empty() {
            out.push_str(name);
            out.push_str(" = ");
        }
        out.push_str("json(");
        literal(out, text);
        out.push(')');
    }

    /// `name(inner)`.
    pub(super) fn within(&mut self, name: &str, inner: &Self) {
        self.nested = true;
        let out = self.next();
        out.push_str(name);
        out.push('(');
        out.push_str(&inner.text);
        out.push(')');
    }

    fn next(&mut self) -> &mut String {
        if !self.text.is_empty() {
            self.ends.push(self.text.len());
            self.text.push_str(", ");
        }
        &mut self.text
    }
}
