//! `topika.lock`, `schemas/.history` and `schemas/.imports`: the frozen versions.

mod carried;
mod conflict;
mod folder;
mod hash;
mod history;
mod ids;
mod imported;
mod load;
mod model;
mod parts;
mod print;
mod read;
mod row;

pub use carried::{CarriedSubject, CarriedVersion, Language};
pub(crate) use hash::hash_of_compact;
pub use hash::{compare_hash, compare_text, sha256_hex};
pub use history::{carried_path, contract_path, history_path};
pub use ids::{Ids, RegisteredId, ids_path};
pub use imported::{ImportedSubject, ImportedVersion, import_contract_path, import_file, import_path};
pub use model::{Lock, LockedContract, LockedReference, LockedSubject, LockedTopic, LockedVersion};
