//! The judge: which changes of a schema keep old data readable.
//!
//! [`compare`] judges schemas by the rules of a registry and by our own, without a project; [`judge()`] gives a project's findings.

mod advice;
pub mod avro;
mod compare;
mod direction;
mod json;
mod judge;
mod judgement;
mod level;
mod once;
mod prepared;
mod refusal;
mod side;
mod terms;

pub use advice::{Advice, First, advice};
pub use compare::compare;
pub use direction::Direction;
pub use json::breaking_kinds;
pub(crate) use judge::judge_one_way;
pub use judge::{judge, judge_by};
pub use judgement::{Difference, Judgement, Verdict};
pub use level::Level;
pub(crate) use prepared::Prepared;
pub use refusal::refusal;
pub use terms::{Mode, Policy, Terms};
