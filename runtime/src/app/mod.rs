//! An application: handlers on topics, in one consumer group, until it is told to stop.

mod all_through;
mod apps;
mod at_work;
mod batched;
mod builder;
mod dispatch;
mod entry;
mod exactly_once;
mod health;
mod here;
mod lane;
mod lanes;
mod later;
mod place;
mod publish;
mod publishing;
mod retry;
mod running;
mod tiers;
mod unknown;
mod vital;
mod work;
mod worker;

pub use apps::{Apps, RunningApps};
pub use builder::App;
pub use exactly_once::ExactlyOnce;
pub use health::{Health, Probe, Trouble};
pub(crate) use lanes::lane_of;
pub use publish::Publish;
pub(crate) use publishing::{Publishing, Unpublished};
pub use retry::Retry;
pub use running::RunningApp;
pub use unknown::UnknownEvents;
pub(crate) use worker::{panicked, unpublished};
