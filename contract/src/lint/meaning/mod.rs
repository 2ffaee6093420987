//! What the name of a field promises.

mod moment;
mod money;
mod personal;
mod tags;

pub(super) use moment::is_moment;
pub(super) use money::is_money;
pub(super) use personal::personal;
pub(super) use tags::Tags;
