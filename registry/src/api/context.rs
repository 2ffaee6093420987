//! Contexts in the names of subjects: `:.staging:orders-value`.

use std::borrow::Cow;

/// The default context, written out.
const DEFAULT: &str = ":.:";

/// The context that a subject names, as it stands before it: `:.staging:`. `:.:` is the default one; a subject that names none is meant in that
/// of whoever names it.
///
/// ```
/// use topika_registry::api::context_of;
///
/// assert_eq!(context_of(":.staging:orders-value"), Some(":.staging:"));
/// assert_eq!(context_of("orders-value"), None);
/// ```
#[must_use]
pub fn context_of(subject: &str) -> Option<&str> {
    let end = subject.strip_prefix(":.")?.find(':')?;
    subject.get(..end + 3)
}

/// The subject that a name means where a version of `holder` holds it: without a context of its own, one in the context of the holder. The default
/// context is none of its own, also where it is written out, as in Confluent's registry: nothing there can be referred to from another one.
///
/// ```
/// use topika_registry::api::subject_within;
///
/// assert_eq!(subject_within("money", ":.staging:orders-value"), ":.staging:money");
/// assert_eq!(subject_within("money", "orders-value"), "money");
/// ```
#[must_use]
pub fn subject_within<'a>(subject: &'a str, holder: &str) -> Cow<'a, str> {
    let bare = subject.strip_prefix(DEFAULT).unwrap_or(subject);
    match context_of(holder).filter(|context| *context != DEFAULT) {
        Some(context) if context_of(bare).is_none() => Cow::Owned(format!("{context}{bare}")),
        _ => Cow::Borrowed(bare),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_meant_in_the_context_of_what_refers_to_it() {
        for (subject, holder, meant) in [
            ("cur", "mon", "cur"),
            ("cur", ":.shared:mon", ":.shared:cur"),
            ("cur", ":.:mon", "cur"),
            (":.:cur", "mon", "cur"),
            ("cur", ":.shared:a:b", ":.shared:cur"),
            (":.other:cur", ":.shared:mon", ":.other:cur"),
            (":.:cur", ":.shared:mon", ":.shared:cur"),
            ("cur", ":.half", "cur"),
        ] {
            assert_eq!(subject_within(subject, holder), meant, "{subject} of {holder}");
        }
    }
}
