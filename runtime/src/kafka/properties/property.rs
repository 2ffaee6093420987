use super::table::PROPERTIES;

/// One thing that librdkafka can be told.
#[derive(Debug)]
pub(in crate::kafka) struct Property {
    pub(in crate::kafka) name: &'static str,
    side: Side,
    pub(super) values: Values,
}

/// Which clients know it; librdkafka warns where another is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Both,
    Consumer,
    Producer,
}

/// The values that it takes.
#[derive(Debug)]
pub(super) enum Values {
    Text,
    Switch,
    /// A whole number, the first and the last one included.
    Whole(i64, i64),
    /// As `Whole`, or that word.
    WholeOr(&'static str, i64, i64),
    Decimal(f64, f64),
    One(&'static [&'static str]),
    /// Any of them, separated by commas.
    Several(&'static [&'static str]),
    /// Another name of that property, and takes what that takes.
    Same(&'static str),
    /// A function or an object of a program, which no text is.
    Code,
}

pub(super) const fn both(name: &'static str, values: Values) -> Property {
    Property { name, side: Side::Both, values }
}

pub(super) const fn consumer(name: &'static str, values: Values) -> Property {
    Property { name, side: Side::Consumer, values }
}

pub(super) const fn producer(name: &'static str, values: Values) -> Property {
    Property { name, side: Side::Producer, values }
}

impl Property {
    pub(in crate::kafka) fn is_of_consumers(&self) -> bool {
        self.side == Side::Consumer
    }

    pub(in crate::kafka) fn is_of_producers(&self) -> bool {
        self.side == Side::Producer
    }

    /// The property that this is another name of, or itself.
    pub(super) fn meant(&'static self) -> &'static Self {
        match self.values {
            Values::Same(name) => find(name).unwrap_or(self),
            _ => self,
        }
    }
}

pub(in crate::kafka) fn find(name: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.name == name)
}

impl Values {
    pub(super) fn take(&self, value: &str) -> bool {
        let is = |word: &&str| word.eq_ignore_ascii_case(value);
        match self {
            Self::Text => true,
            Self::Switch => ["true", "t", "1", "false", "f", "0"].iter().any(is),
            Self::Whole(least, most) => value.parse::<i64>().is_ok_and(|n| (*least..=*most).contains(&n)),
            Self::WholeOr(word, least, most) => is(word) || Self::Whole(*least, *most).take(value),
            Self::Decimal(least, most) => value.parse::<f64>().is_ok_and(|n| (*least..=*most).contains(&n)),
            Self::One(words) => words.iter().any(is),
            Self::Several(words) => value.split(',').all(|one| words.iter().any(|word| *word == one.trim())),
            Self::Same(name) => find(name).is_some_and(|property| property.values.take(value)),
            Self::Code => false,
        }
    }

    /// The values in words: `a whole number from 0 to 9`.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Switch => "true or false".to_owned(),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::WholeOr(word, least, most) => format!("{word}, or a whole number from {least} to {most}"),
            Self::Decimal(least, most) => format!("a number from {least} to {most}"),
            Self::One(words) => format!("one of {}", words.join(", ")),
            Self::Several(words) => format!("one or several of {}, separated by commas", words.join(", ")),
            Self::Same(name) => find(name).map(|property| property.values.describe()).unwrap_or_default(),
            Self::Code => "nothing that can be written as a text".to_owned(),
        }
    }
}
