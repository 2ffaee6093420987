//! Names of subjects with their context: `:.ctx:subject`, and without such a prefix in the default context.

/// The default context, as it is listed.
const DEFAULT: &str = ".";
/// The context whose settings hold where neither a subject nor its context says anything.
const GLOBAL: &str = ".__GLOBAL";
/// What stands for every context, in prefixes of lists.
const WILDCARD: &str = ":*:";

/// A name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// `.` for the default context, `.ctx` for another one.
    pub(super) context: &'a str,
    /// What follows; empty where the context itself is meant.
    pub(super) subject: &'a str,
}

/// The key of the settings that hold where nothing else is said.
pub(super) const GLOBAL_SETTINGS: &str = ":.__GLOBAL:";

impl<'a> Name<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        match text.strip_prefix(':').filter(|rest| rest.starts_with('.')) {
            Some(rest) => {
                let (context, subject) = rest.split_once(':').unwrap_or((rest, ""));
                Self { context, subject }
            }
            None => Self { context: DEFAULT, subject: text },
        }
    }

    pub(super) fn is_default_context(&self) -> bool {
        self.context == DEFAULT
    }

    /// What stands before the subjects of the context: nothing for the default one.
    pub(super) fn prefix(&self) -> String {
        if self.is_default_context() { String::new() } else { format!(":{}:", self.context) }
    }

    pub(super) fn full(&self) -> String {
        self.prefix() + self.subject
    }

    /// Whether schemas may be registered under it; with `settings` whether it may have settings.
    pub(super) fn is_valid(&self, settings: bool) -> bool {
        let text = [self.context, self.subject];
        !text.iter().any(|part| part.chars().any(is_control))
            && !matches!(self.subject, "__GLOBAL" | "__EMPTY")
            && (settings || (!self.subject.is_empty() && self.context != GLOBAL))
    }
}

/// As Java's `isISOControl`.
fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}

/// The name in one form: `:.:s` is `s`.
pub(super) fn normal(name: &str) -> String {
    Name::of(name).full()
}

/// What a list's prefix asks for: names with a prefix in one context, or in all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted<'a> {
    /// Names of that context whose subject begins so. What names no context means the default one.
    InContext(Name<'a>),
    /// Names whose subject begins so, whatever their context.
    InEveryContext(&'a str),
}

impl<'a> Wanted<'a> {
    pub(super) fn of(prefix: &'a str) -> Self {
        match prefix.strip_prefix(WILDCARD) {
            Some(rest) => Self::InEveryContext(rest),
            None => Self::InContext(Name::of(prefix)),
        }
    }

    pub(super) fn holds(&self, name: &str) -> bool {
        let name = Name::of(name);
        match self {
            Self::InContext(prefix) => name.context == prefix.context && name.subject.starts_with(prefix.subject),
            Self::InEveryContext(prefix) => name.subject.starts_with(prefix),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_and_put_together_again() {
        assert_eq!(Name::of("s"), Name { context: ".", subject: "s" });
        assert_eq!(Name::of(":.a:s:t"), Name { context: ".a", subject: "s:t" });
        assert_eq!(Name::of(":.a"), Name { context: ".a", subject: "" });
        assert_eq!(Name::of(":s"), Name { context: ".", subject: ":s" });
        assert_eq!(normal(":.:s"), "s");
        assert_eq!(normal(":.a"), ":.a:");
    }

    #[test]
    fn names_with_control_characters_and_reserved_ones_are_not_valid() {
        for bad in ["", "a\nb", "a\u{85}", "__GLOBAL", ":.c:__EMPTY", ":.__GLOBAL:s"] {
            assert!(!Name::of(bad).is_valid(false), "{bad:?}");
        }
        assert!(Name::of(":.__GLOBAL:").is_valid(true) && Name::of("ü b").is_valid(false));
    }

    #[test]
    fn a_wildcard_asks_every_context() {
        assert!(Wanted::of(":*:").holds("s") && Wanted::of(":*:").holds(":.a:s"));
        assert!(Wanted::of(":*:s").holds(":.a:st") && !Wanted::of(":*:s").holds(":.a:t"));
        assert!(Wanted::of(":.a:").holds(":.a:t") && !Wanted::of(":.a:").holds("a"));
        assert!(!Wanted::of(":.a:").holds(":.ab:t") && !Wanted::of(":.a").holds(":.ab:t"));
    }

    #[test]
    fn what_names_no_context_asks_the_default_one() {
        for prefix in ["", ":.:"] {
            assert!(Wanted::of(prefix).holds("t") && !Wanted::of(prefix).holds(":.a:t"), "{prefix:?}");
        }
        assert!(Wanted::of(":.:t").holds("tu") && !Wanted::of(":.:t").holds("u"));
    }
}
