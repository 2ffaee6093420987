//! The judgement over a whole project: every text against its frozen history, every topic against the lock.

mod baseline;
mod by_hand;
mod carried;
mod copies;
mod doubled;
mod hashes;
mod imports;
mod items;
mod job;
mod judged;
mod kept;
mod known;
mod lint;
mod owners;
mod pairs;
mod place;
mod plain;
mod removed;
mod rule_sets;
mod severities;
mod subjects;
mod told;
mod topics;
mod waive;
mod whole;

pub use baseline::Baseline;
pub use hashes::verify;
pub use known::Known;
pub use place::{covers, place_of};
pub use whole::{Checked, check, check_against};
