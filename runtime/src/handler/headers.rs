use super::RawHeaders;

/// The headers of a message, in its order; a name may come more than once.
#[derive(Clone, Debug)]
pub struct Headers(pub RawHeaders);

impl Headers {
    /// The last value of a header, as Kafka's own clients take it.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().rev().find(|(header, _)| header == name).and_then(|(_, value)| value.as_deref())
    }

    /// The last value of a header, where it is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.last(name).and_then(|value| std::str::from_utf8(value).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn the_last_header_of_a_name_counts() {
        let value = |text: &'static [u8]| Some(Bytes::from_static(text));
        let headers: [(String, _); 4] =
            [("a".into(), value(b"1")), ("a".into(), value(b"2")), ("b".into(), None), ("c".into(), value(&[255]))];
        let headers = Headers(headers.into());
        assert_eq!(headers.text("a"), Some("2"));
        assert_eq!(headers.last("b"), None);
        assert_eq!(headers.text("c"), None);
    }
}
