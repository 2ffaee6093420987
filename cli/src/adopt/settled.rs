use std::collections::BTreeMap;

use topika_contract::report::Finding;

use super::apart::Unplaced;
use super::built::Built;
use super::levels::OtherLevel;
use super::place::Places;

/// A project as it will be.
pub(crate) struct Settled {
    pub(crate) built: Built,
    pub(crate) places: Places,
    /// The text of `topika.toml`.
    pub(crate) manifest: String,
    /// The working files to write: path below the root, text.
    pub(crate) working: Vec<(String, String)>,
    /// Data contracts that are frozen, and that the newest version does not have: paths below the root of files that go.
    pub(crate) removed: Vec<String>,
    /// Working files that hold changes of their own, and stay: paths below the root.
    pub(crate) kept: Vec<String>,
    /// Files of subjects that stay carried, as findings.
    pub(crate) claims: Vec<Finding>,
    /// The levels that are other ones there.
    pub(crate) levels: Vec<OtherLevel>,
    /// Events of topics that the project knows, which stay without a file, by the names there.
    pub(crate) unplaced: BTreeMap<String, Unplaced>,
    /// Why other subjects that are carried from now on have no file, by the names there.
    pub(crate) without_file: BTreeMap<String, String>,
}
