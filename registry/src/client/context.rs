use std::borrow::Cow;

use super::error::{Error, ErrorKind};

/// The context that a client was set to: every subject without one of its own is meant there.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// `:.staging:`; empty for the default context.
    prefix: String,
}

impl Context {
    /// Reads `staging`, `.staging` or `:.staging:`; nothing and `.` are the default context.
    pub(super) fn parse(name: &str) -> Result<Self, Error> {
        let bare = name.strip_prefix(':').and_then(|name| name.strip_suffix(':')).unwrap_or(name);
        let bare = bare.strip_prefix('.').unwrap_or(bare);
        if bare.is_empty() {
            return Ok(Self::default());
        }
        if bare.contains(':') || bare.chars().any(char::is_control) {
            let message = format!("{name:?} cannot be a context: a colon ends its name, as in \":.staging:orders\"");
            return Err(Error::new(ErrorKind::Settings, message));
        }
        Ok(Self { prefix: format!(":.{bare}:") })
    }

    /// The subject as the registry knows it.
    pub(super) fn qualify<'a>(&self, subject: &'a str) -> Cow<'a, str> {
        // A subject that names its context is meant there.
        if self.prefix.is_empty() || subject.starts_with(":.") {
            return Cow::Borrowed(subject);
        }
        Cow::Owned(format!("{}{subject}", self.prefix))
    }

    /// The subject as the client's user knows it.
    pub(super) fn strip(&self, subject: String) -> String {
        match subject.strip_prefix(&self.prefix) {
            Some(bare) if !self.prefix.is_empty() => bare.to_owned(),
            _ => subject,
        }
    }

    /// Whether it is the context that a registry lists under that name: `.` for the default one, `.staging`.
    pub(super) fn is_named(&self, listed: &str) -> bool {
        let own = self.prefix.trim_matches(':');
        listed == if own.is_empty() { "." } else { own }
    }

    /// What routes without a subject take to know the context.
    pub(super) fn hint(&self) -> Option<&str> {
        (!self.prefix.is_empty()).then_some(self.prefix.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_read_in_all_its_spellings_and_goes_before_subjects() {
        for name in ["staging", ".staging", ":.staging:"] {
            let context = Context::parse(name).unwrap();
            assert_eq!(context.qualify("orders"), ":.staging:orders");
            assert_eq!(context.qualify(":.other:orders"), ":.other:orders");
            assert_eq!(context.qualify(":.:orders"), ":.:orders");
            assert_eq!(context.strip(":.staging:orders".into()), "orders");
            assert_eq!(context.strip(":.other:orders".into()), ":.other:orders");
            assert_eq!(context.hint(), Some(":.staging:"));
            assert!(context.is_named(".staging") && !context.is_named(".") && !context.is_named(".stag"));
        }
    }

    #[test]
    fn the_default_context_changes_nothing() {
        for name in ["", ".", ":.:"] {
            let context = Context::parse(name).unwrap();
            assert_eq!((context.qualify("orders").as_ref(), context.hint()), ("orders", None));
            assert_eq!(context.strip(":.x:orders".into()), ":.x:orders");
            assert!(context.is_named(".") && !context.is_named(".staging"));
        }
        assert_eq!(Context::parse("a:b").unwrap_err().kind(), ErrorKind::Settings);
    }
}
