//! The topics that a project wants on a Kafka, what is there, and what lies between.

mod plan;
mod same;
mod wanted;

pub(crate) use plan::{Drift, Plan, Step, plan};
pub(crate) use wanted::{Wanted, WantedTopic, wanted};
