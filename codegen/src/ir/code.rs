use std::fmt;

use super::spelled::spelled;

/// Code of the user's own, from their manifest or their build script: the only text that becomes code, and only where it parses
/// as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    text: String,
    last: String,
}

impl Code {
    /// The path of a trait.
    #[must_use]
    pub(crate) fn path(text: &str) -> Option<Self> {
        let path = syn::parse_str::<syn::Path>(text).ok()?;
        let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        Some(Self { text: spelled(text)?, last })
    }

    /// One attribute, without `#[` and `]`.
    #[must_use]
    pub(crate) fn attribute(text: &str) -> Option<Self> {
        syn::parse_str::<syn::Meta>(text).ok()?;
        Self::unnamed(text)
    }

    /// The path of a type that means the same in every module.
    #[must_use]
    pub(crate) fn ty(text: &str) -> Option<Self> {
        let path = syn::parse_str::<syn::TypePath>(text).ok().filter(|path| path.qself.is_none())?.path;
        means_the_same(&path).then(|| Self::unnamed(text)).flatten()
    }

    /// A type through which another one is written, perhaps within `Vec` and its like.
    #[must_use]
    pub(crate) fn way(text: &str) -> Option<Self> {
        syn::parse_str::<syn::TypePath>(text).ok().filter(|path| path.qself.is_none())?;
        Self::unnamed(text)
    }

    fn unnamed(text: &str) -> Option<Self> {
        Some(Self { text: spelled(text)?, last: String::new() })
    }

    /// The last part of a path without its arguments: what a trait is called.
    #[must_use]
    pub(crate) fn last(&self) -> &str {
        &self.last
    }

    /// The text, on one line and spaced as Rust is.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a path is one of a type from a root; `Vec`, `Option` and `Box` are what they are everywhere, and so is a bare primitive.
fn means_the_same(path: &syn::Path) -> bool {
    const PRIMITIVES: &[&str] = &["bool", "i32", "i64", "f32", "f64", "String"];
    if let Some(word) = path.get_ident() {
        return PRIMITIVES.iter().any(|primitive| word == primitive);
    }
    let Some(first) = path.segments.first() else { return false };
    let wraps = ["Vec", "Option", "Box"].iter().any(|wrapper| first.ident == wrapper) && path.segments.len() == 1;
    let rooted = (path.leading_colon.is_some() || first.ident == "crate") && path.segments.len() > 1;
    let within = |segment: &syn::PathSegment| match &segment.arguments {
        syn::PathArguments::None => true,
        syn::PathArguments::AngleBracketed(of) => of.args.iter().all(|argument| match argument {
            syn::GenericArgument::Type(syn::Type::Path(path)) => path.qself.is_none() && means_the_same(&path.path),
            syn::GenericArgument::Const(_) => true,
            _ => false,
        }),
        syn::PathArguments::Parenthesized(_) => false,
    };
    (wraps || rooted) && path.segments.iter().all(within)
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
        assert!(Code::ty("Vec<Option<crate::Money>>").is_some());
        assert!(Code::ty("::a::Decimal<10, 2>").is_some());
        assert!(Code::way("Vec<_>").is_some());
        assert!(Code::way("A; struct B").is_none());
        for text in ["Money", "crate", "a::B", "crate::A; struct B", "&'static str", "", "Vec<Money>", "Vec"] {
            assert!(Code::ty(text).is_none(), "{text}");
        }
        assert_eq!(Code::path("::serde::Serialize").unwrap().last(), "Serialize");
    }
}
