use std::fmt;

/// Code of the user's own, from their manifest or their build script: the only text that becomes code, and only where it parses
/// as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code(String);

impl Code {
    /// The path of a trait.
    #[must_use]
    pub(crate) fn path(text: &str) -> Option<Self> {
        syn::parse_str::<syn::Path>(text).is_ok().then(|| Self(text.to_owned()))
    }

    /// One attribute, without `#[` and `]`.
    #[must_use]
    pub(crate) fn attribute(text: &str) -> Option<Self> {
        syn::parse_str::<syn::Meta>(text).is_ok().then(|| Self(text.to_owned()))
    }

    /// The path of a type that means the same in every module.
    #[must_use]
    pub(crate) fn ty(text: &str) -> Option<Self> {
        let path = syn::parse_str::<syn::TypePath>(text).ok().filter(|path| path.qself.is_none())?.path;
        let rooted = path.leading_colon.is_some() || path.segments.first().is_some_and(|first| first.ident == "crate");
        (rooted && path.segments.len() > 1).then(|| Self(text.to_owned()))
    }

    /// The last part of a path without its arguments: what a trait is called.
    #[must_use]
    pub(crate) fn last(&self) -> String {
        let path = syn::parse_str::<syn::Path>(&self.0).ok();
        path.and_then(|path| path.segments.last().map(|last| last.ident.to_string())).unwrap_or_default()
    }

    /// The text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn only_what_parses_as_what_it_should_be_is_code() {
        assert!(Code::path("serde::Serialize").is_some());
        assert!(Code::path("Eq)] struct A; #[derive(Eq").is_none());
        assert!(Code::attribute("serde(rename = \"a\")").is_some());
        assert!(Code::attribute("a] struct B; #[b").is_none());
        assert!(Code::attribute("doc = \"a\"] #[b").is_none());
        assert!(Code::ty("crate::Id<crate::Order>").is_some());
        assert!(Code::ty("::time::Date").is_some());
        for text in ["Money", "crate", "a::B", "crate::A; struct B", "&'static str", ""] {
            assert!(Code::ty(text).is_none(), "{text}");
        }
        assert_eq!(Code::path("::serde::Serialize").unwrap().last(), "Serialize");
    }
}
