//! Files as they are saved: each as a whole, so that nobody reads half of one, however a run ends.

mod left_over;
mod replace;

pub use left_over::sweep;
pub use replace::{delete, replace, replace_all};
