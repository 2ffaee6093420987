use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The headers of a message, in their order. A name may stand several times; a value is any bytes, or null, which is not the same as empty.
///
/// ```
/// use topika::handler::Headers;
///
/// let headers = Headers::new().with("trace", "abc").with("part", [0_u8, 255]).with("part", "2").with_null("gone");
/// assert_eq!(headers.text("trace"), Some("abc"));
/// assert_eq!(headers.last("part"), Some(&b"2"[..]));
/// assert_eq!(headers.all("part").count(), 2);
/// assert_eq!(headers.all("gone").next(), Some(None));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Arc<Vec<(String, Option<Bytes>)>>);

/// A header with a type: its name, and what its bytes mean.
///
/// ```
/// use topika::handler::{Header, HeaderError, Headers};
///
/// #[derive(Debug, PartialEq)]
/// struct Tries(u32);
///
/// impl Header for Tries {
///     const NAME: &'static str = "tries";
///
///     fn write(&self) -> Option<Vec<u8>> {
///         Some(self.0.to_string().into_bytes())
///     }
///
///     fn read(value: Option<&[u8]>) -> Result<Self, HeaderError> {
///         let text = value.and_then(|value| std::str::from_utf8(value).ok());
///         text.and_then(|text| text.parse().ok()).map(Self).ok_or(HeaderError::new(Self::NAME, "a number"))
///     }
/// }
///
/// let headers = Headers::new().with_typed(&Tries(3));
/// assert_eq!(headers.get::<Tries>(), Ok(Some(Tries(3))));
/// ```
pub trait Header: Sized {
    /// Its name.
    const NAME: &'static str;

    /// Its value; `None`: null.
    fn write(&self) -> Option<Vec<u8>>;

    /// Reads a value.
    ///
    /// # Errors
    /// When it is none of this header.
    fn read(value: Option<&[u8]>) -> Result<Self, HeaderError>;
}

/// A header whose value is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderError {
    name: &'static str,
    expected: &'static str,
}

impl HeaderError {
    /// The header `name` is no `expected`.
    #[must_use]
    pub const fn new(name: &'static str, expected: &'static str) -> Self {
        Self { name, expected }
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the header \"{}\" is not {}", self.name, self.expected)
    }
}

impl std::error::Error for HeaderError {}

impl Headers {
    /// No headers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more, behind those that are there.
    #[must_use]
    pub fn with(self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.and(name.into(), Some(Bytes::copy_from_slice(value.as_ref())))
    }

    /// With one more whose value is null.
    #[must_use]
    pub fn with_null(self, name: impl Into<String>) -> Self {
        self.and(name.into(), None)
    }

    /// With one more of a type.
    #[must_use]
    pub fn with_typed<H: Header>(self, header: &H) -> Self {
        self.and(H::NAME.to_owned(), header.write().map(Bytes::from))
    }

    /// Without those of a name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if self.all(name).next().is_some() {
            Arc::make_mut(&mut self.0).retain(|(header, _)| header != name);
        }
        self
    }

    fn and(mut self, name: String, value: Option<Bytes>) -> Self {
        Arc::make_mut(&mut self.0).push((name, value));
        self
    }

    /// The last value of a header, as Kafka's own clients take it; `None` where it is null, or not there.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().rev().find(|(header, _)| header == name).and_then(|(_, value)| value.as_deref())
    }

    /// The last value of a header, where it is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.last(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// All values of a header, in their order; null is `None`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Option<&'a [u8]>> {
        self.iter().filter(move |(header, _)| *header == name).map(|(_, value)| value)
    }

    /// The last header of a type; `None` where there is none.
    ///
    /// # Errors
    /// When its value is none of that header.
    pub fn get<H: Header>(&self) -> Result<Option<H>, HeaderError> {
        self.all(H::NAME).last().map(H::read).transpose()
    }

    /// All headers, in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, Option<&[u8]>)> + ExactSizeIterator {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<(String, Option<Bytes>)>> for Headers {
    fn from(headers: Vec<(String, Option<Bytes>)>) -> Self {
        Self(Arc::new(headers))
    }
}

impl<N: Into<String>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let header = |(name, value): (N, V)| (name.into(), Some(Bytes::copy_from_slice(value.as_ref())));
        headers.into_iter().map(header).collect::<Vec<_>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_header_of_a_name_counts_and_null_is_not_empty() {
        let headers = Headers::from_iter([("a", "1"), ("a", "2"), ("e", "")]).with_null("b").with("c", [255]);
        assert_eq!(headers.text("a"), Some("2"));
        assert_eq!(headers.all("a").collect::<Vec<_>>(), [Some(&b"1"[..]), Some(&b"2"[..])]);
        assert_eq!(headers.last("b"), None);
        assert_eq!(headers.all("b").collect::<Vec<_>>(), [None]);
        assert_eq!(headers.last("e"), Some(&b""[..]));
        assert_eq!(headers.text("c"), None);
        assert_eq!((headers.len(), headers.clone().without("a").len(), headers.is_empty()), (5, 3, false));
        assert_eq!(headers.iter().next_back(), Some(("c", Some(&[255][..]))));
    }

    #[test]
    fn a_typed_header_says_what_is_wrong_with_its_value() {
        #[derive(Debug, PartialEq)]
        struct Shard(u8);
        impl Header for Shard {
            const NAME: &'static str = "shard";
            fn write(&self) -> Option<Vec<u8>> {
                (self.0 > 0).then(|| vec![self.0])
            }
            fn read(value: Option<&[u8]>) -> Result<Self, HeaderError> {
                match value {
                    None => Ok(Self(0)),
                    Some([shard]) => Ok(Self(*shard)),
                    Some(_) => Err(HeaderError::new(Self::NAME, "one byte")),
                }
            }
        }
        let headers = Headers::new().with("shard", "ab");
        assert_eq!(headers.get::<Shard>().unwrap_err().to_string(), "the header \"shard\" is not one byte");
        assert_eq!(headers.with_typed(&Shard(0)).get(), Ok(Some(Shard(0))));
        assert_eq!(Headers::new().with_typed(&Shard(7)).get(), Ok(Some(Shard(7))));
        assert_eq!(Headers::new().get::<Shard>(), Ok(None));
    }
}
