use super::literal::literal;

/// What stands in the parentheses of an attribute: `rename = "a", default`.
#[derive(Default)]
pub(super) struct List(String);

impl List {
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// A word, or code of any kind.
    pub(super) fn word(&mut self, word: &str) {
        self.next().push_str(word);
    }

    /// `name = code`.
    pub(super) fn code(&mut self, name: &str, code: &str) {
        let out = self.next();
        out.push_str(name);
        out.push_str(" = ");
        out.push_str(code);
    }

    /// `name = "text"`.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.code(name, "");
        literal(&mut self.0, text);
    }

    /// `"text"`.
    pub(super) fn literal(&mut self, text: &str) {
        literal(self.next(), text);
    }

    /// `name = json("text")`; without a name, `json("text")`.
    pub(super) fn json(&mut self, name: &str, text: &str) {
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
        let out = self.next();
        out.push_str(name);
        out.push('(');
        out.push_str(&inner.0);
        out.push(')');
    }

    fn next(&mut self) -> &mut String {
        if !self.0.is_empty() {
            self.0.push_str(", ");
        }
        &mut self.0
    }
}
