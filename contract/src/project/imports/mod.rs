//! Contracts that other repositories own: which subjects rows select, their frozen texts as schemas, and the events and topics of them.

mod made;
mod names;
mod reading;
mod selected;

pub use made::imported;
pub(crate) use made::{Owned, imports};
pub use reading::path_from;
pub(crate) use reading::read;
pub use selected::left_over_imports;
pub(crate) use selected::selected;
