//! Who may use a broker, how a client proves who it is, and how what is said is kept from others. Nothing here knows of sockets.

mod door;
mod hash;
#[cfg(not(feature = "tls"))]
mod no_tls;
mod plain;
mod sasl;
mod scram;
#[cfg(feature = "tls")]
mod tls;

pub(crate) use door::{Door, Exchange, Step};
#[cfg(not(feature = "tls"))]
pub(crate) use no_tls::Tls;
pub use sasl::{Mechanism, Sasl};
#[cfg(feature = "tls")]
pub use tls::Tls;
