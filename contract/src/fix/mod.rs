//! Changes of the working tree that end a finding: edits of texts that keep their layout, and fixes made on disk.
//!
//! Whoever makes a finding makes its fix from [`insert_member`] and the like. [`propose`] makes those that the finding's places alone
//! give, and [`plan`] puts the fixes of a report together.

mod edited;
mod edits;
mod list;
mod plan;
mod propose;
mod trivia;
mod write;

pub use edited::edited;
pub use edits::{
    insert_items, insert_member, insert_member_behind, member_value, remove_item, remove_member, replace, strings,
};
pub use plan::{Changed, Made, Plan, Refused, plan};
pub use propose::{FIXABLE, propose};
