//! An application: handlers on topics, in one consumer group, until it is told to stop.

mod all_through;
mod at_work;
mod batched;
mod builder;
mod dispatch;
mod exactly_once;
mod health;
mod lanes;
mod publish;
mod retry;
mod running;
mod vital;
mod work;
mod worker;

pub use builder::App;
pub use exactly_once::ExactlyOnce;
pub use health::{Health, Probe, Trouble};
pub use publish::Publish;
pub use retry::Retry;
pub use running::RunningApp;
