//! The lunch rush: checkouts produce, the schema evolves, two kitchens consume, and nothing may be lost.

mod checkouts;
mod outcome;
mod run;

pub use checkouts::Totals;
pub use outcome::{Outcome, Stored};
pub use run::{Plan, Rush};
