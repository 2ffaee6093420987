use std::net::{Ipv4Addr, Ipv6Addr};

use super::format::{self, Format};
use super::newtype::Text;
use crate::types::{self, ParseError, TimestampMicros, TimestampMillis, TimestampNanos};

/// A type that texts of the format `F` are read as, and that is written as one.
#[diagnostic::on_unimplemented(
    message = "a text of this format is not read as `{Self}`",
    note = "date-time is read as TimestampMillis, TimestampMicros or TimestampNanos, date as Date, uuid as Uuid, ipv4 and ipv6 as the types of std::net"
)]
pub trait View<F: Format>: Sized {
    /// What is wrong with a text that is not of this type.
    type Error;

    /// Reads the text.
    ///
    /// # Errors
    /// When the text is not of this type, or says more than it can hold.
    fn view(text: &str) -> Result<Self, Self::Error>;

    /// Writes it.
    fn text(&self) -> Text<F>;
}

macro_rules! views {
    ($($format:ident: $ty:ty, $error:ty;)+) => {
        $(
            impl View<format::$format> for $ty {
                type Error = $error;

                fn view(text: &str) -> Result<Self, $error> {
                    text.parse()
                }

                fn text(&self) -> Text<format::$format> {
                    Text::new(self.to_string())
                }
            }

            impl From<$ty> for Text<format::$format> {
                fn from(value: $ty) -> Self {
                    value.text()
                }
            }
        )+
    };
}

views! {
    DateTime: TimestampMillis, ParseError;
    DateTime: TimestampMicros, ParseError;
    DateTime: TimestampNanos, ParseError;
    Date: types::Date, ParseError;
    Uuid: types::Uuid, ParseError;
    Ipv4: Ipv4Addr, std::net::AddrParseError;
    Ipv6: Ipv6Addr, std::net::AddrParseError;
}
