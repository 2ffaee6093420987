//! What the check has to say: findings, collected and never cut short; and the forms in which they are shown.

#[cfg(feature = "formats")]
mod escaped;
#[cfg(feature = "excerpt")]
mod excerpt;
mod facts;
mod finding;
#[cfg(feature = "formats")]
mod fingerprint;
#[cfg(feature = "excerpt")]
mod full;
#[cfg(feature = "formats")]
mod github;
#[cfg(feature = "formats")]
mod gitlab;
#[cfg(feature = "formats")]
mod json;
#[cfg(feature = "formats")]
mod junit;
mod order;
#[cfg(feature = "excerpt")]
mod paint;
#[cfg(feature = "formats")]
mod place;
mod plain;
#[cfg(feature = "formats")]
mod sarif;
mod short;
#[cfg(feature = "excerpt")]
mod veil;

pub use finding::{Edit, Finding, Fix, Promise, Reference, Related, Report};
#[cfg(feature = "excerpt")]
pub use full::full;
#[cfg(feature = "formats")]
pub use github::github;
#[cfg(feature = "formats")]
pub use gitlab::gitlab;
#[cfg(feature = "formats")]
pub use json::{JSON_SCHEMA, JSON_VERSION, json};
#[cfg(feature = "formats")]
pub use junit::junit;
pub use order::{shown, waived};
pub use plain::plain;
#[cfg(feature = "formats")]
pub use sarif::sarif;
pub use short::short;
