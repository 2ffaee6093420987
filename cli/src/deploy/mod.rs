//! A registry brought in line with the lock: what it has to hold, what it holds, what differs, and the steps that mend it.

mod apply;
mod closed;
mod contracts;
mod deleted;
mod emptied;
mod ids;
mod import;
mod observe;
mod other_ids;
mod past;
mod plan;
mod prune;
mod same;
mod settings;
mod waiting;
mod wanted;

pub(crate) use apply::{Applied, Applier, Refused};
pub(crate) use ids::{IdsFile, read_ids};
pub(crate) use import::{Import, import};
pub(crate) use observe::{Observed, observe};
pub(crate) use other_ids::other_ids;
pub(crate) use past::{Gone, Past, past};
pub(crate) use plan::{Drift, Plan, Step, plan};
pub(crate) use prune::{Prune, delete, prune};
pub(crate) use settings::names;
pub(crate) use waiting::Waiting;
pub(crate) use wanted::{Wanted, wanted, wanted_imports};
