use std::fmt;

/// What is kept for ever, in words.
const FOREVER: &str = "forever";

/// How long a topic keeps its messages: a whole number and a unit, `d`, `h`, `m` or `s`; or `forever`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    text: String,
    millis: u64,
}

impl Retention {
    /// Reads `7d`, `12h`, `30m`, `90s` or `forever`; `None` for anything else, zero included.
    ///
    /// ```
    /// use topika_contract::manifest::Retention;
    ///
    /// assert_eq!(Retention::parse("7d").map(|kept| kept.millis()), Some(604_800_000));
    /// assert_eq!(Retention::parse("7 days"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == FOREVER {
            return Some(Self { text: text.to_owned(), millis: u64::MAX });
        }
        let unit = text.chars().last()?;
        let number = text.strip_suffix(unit)?;
        let unit: u64 = match unit {
            'd' => 86_400_000,
            'h' => 3_600_000,
            'm' => 60_000,
            's' => 1_000,
            _ => return None,
        };
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // Kafka keeps retention.ms in a signed 64-bit number.
        let millis =
            number.parse::<u64>().ok()?.checked_mul(unit).filter(|ms| *ms > 0 && i64::try_from(*ms).is_ok())?;
        Some(Self { text: text.to_owned(), millis })
    }

    /// The time in milliseconds; for ever is longer than any other.
    #[must_use]
    pub fn millis(&self) -> u64 {
        self.millis
    }

    /// As `retention.ms` takes it: in milliseconds, and -1 for what is kept for ever.
    #[must_use]
    pub fn setting(&self) -> String {
        if self.text == FOREVER { "-1".to_owned() } else { self.millis.to_string() }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_known_unit_is_none() {
        for text in ["", "d", "7", "7w", "-7d", "+7d", "0d", "7 d", "99999999999999999999d", "ä"] {
            assert_eq!(Retention::parse(text), None, "{text}");
        }
        assert_eq!(Retention::parse("90s").map(|kept| kept.millis()), Some(90_000));
        let forever = Retention::parse("forever");
        assert_eq!(forever.as_ref().map(Retention::setting).as_deref(), Some("-1"));
        assert!(forever.map(|kept| kept.millis()) > Retention::parse("999999d").map(|kept| kept.millis()));
        assert_eq!(
            Retention::parse("30m").map(|kept| (kept.millis(), kept.to_string())),
            Some((1_800_000, "30m".to_owned()))
        );
    }
}
