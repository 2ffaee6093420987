//! What a check is compared with beside the lock: commits, folders, registries.

mod choose;
mod commit;
mod folder;
mod git;
mod merge_base;
mod registry;

pub(crate) use choose::baselines;
