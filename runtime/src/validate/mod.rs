//! Whether a value is what its schema says beyond its type: bounds, lengths, patterns, formats.
//!
//! `#[derive(Validate)]` takes the rules from `#[validate(...)]`, which the generator writes from JSON Schema. "Decodes and validates"
//! is then the verdict of a validator on the JSON, but for the keywords that the build names in findings (`types/unchecked`).
//!
//! Nothing is validated on its own: neither a producer nor a consumer calls it, since it costs what it costs. Call it where data
//! comes from outside. Only a union without a tag asks its branches while it is read, to find the one that is meant.
//!
//! ```
//! use topika::Validate;
//!
//! #[derive(serde::Serialize, topika::Validate)]
//! struct Order {
//!     #[validate(pattern = "^ORD-[0-9]+$")]
//!     id: String,
//!     #[validate(min_items = 1, items(minimum = 1))]
//!     amounts: Vec<i64>,
//! }
//!
//! let order = Order { id: "ORD-1".into(), amounts: vec![3, 0] };
//! let wrong = order.validate().unwrap_err();
//! assert_eq!(wrong.to_string(), "/amounts/1: 0 is less than the minimum 1");
//! ```

mod checks;
mod containers;
mod fields;
mod format;
mod json;
mod number;
mod pattern;
mod place;
mod schema;
mod traits;
mod unique;
mod values;
mod violation;

#[doc(hidden)]
pub use checks::Checks;
#[doc(hidden)]
pub use fields::{Checked, check_fields};
pub use format::Format;
#[doc(hidden)]
pub use number::Number;
#[doc(hidden)]
pub use pattern::Pattern;
pub use place::Place;
#[cfg(feature = "kafka")]
pub(crate) use schema::OwnedSchema;
#[doc(hidden)]
pub use schema::Schema;
pub use traits::Validate;
pub use violation::{Violation, Violations};
