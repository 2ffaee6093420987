//! What the check has to say: findings, collected and never cut short; and the forms in which they are shown.

mod finding;
#[cfg(feature = "excerpt")]
mod full;
mod json;
mod short;

pub use finding::{Edit, Finding, Fix, Promise, Reference, Related, Report};
#[cfg(feature = "excerpt")]
pub use full::full;
pub use json::{JSON_VERSION, json};
pub use short::short;
