use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;

/// A regular expression of ECMA-262, compiled when it is first asked.
///
/// It matches what the crate jsonschema matches: both take the same translation and the same engine.
#[derive(Debug)]
pub struct Pattern {
    text: Cow<'static, str>,
    compiled: OnceLock<Option<fancy_regex::Regex>>,
}

/// What a pattern says about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Matches,
    Differs,
    /// The pattern is none, or it takes too long on this text.
    Undecided,
}

impl Pattern {
    /// The pattern, not looked at yet.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), compiled: OnceLock::new() }
    }

    /// A pattern that is read at run time.
    pub(super) fn owned(text: &str) -> Self {
        Self { text: Cow::Owned(text.to_owned()), compiled: OnceLock::new() }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn compiled(&self) -> Option<&fancy_regex::Regex> {
        let compile = || fancy_regex::Regex::new(&jsonschema_regex::to_rust_regex(&self.text).ok()?).ok();
        self.compiled.get_or_init(compile).as_ref()
    }

    pub(super) fn verdict(&self, text: &str) -> Verdict {
        let Some(regex) = self.compiled() else { return Verdict::Undecided };
        // regex-automata 0.4 panics on a few patterns (rust-lang/regex#1344); a message must not end the process.
        match std::panic::catch_unwind(AssertUnwindSafe(|| regex.is_match(text))) {
            Ok(Ok(true)) => Verdict::Matches,
            Ok(Ok(false)) => Verdict::Differs,
            Ok(Err(_)) | Err(_) => Verdict::Undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_ecma_262() {
        let is = |pattern: &'static str, text: &str| Pattern::new(pattern).verdict(text);
        assert_eq!(is("b", "abc"), Verdict::Matches);
        assert_eq!(is(r"^\d+$", "12"), Verdict::Matches);
        assert_eq!(is(r"^\d+$", "१२"), Verdict::Differs);
        assert_eq!(is(r"^(?!bad)\w+$", "bad"), Verdict::Differs);
        assert_eq!(is(r"^\cA$", "\u{1}"), Verdict::Matches);
        assert_eq!(is("(", "("), Verdict::Undecided);
        assert_eq!(is("^(a|a)*(?=b)$", &"a".repeat(60)), Verdict::Undecided);
    }
}
