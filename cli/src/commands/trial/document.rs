use serde::Serialize;

use super::files::PassedOver;
use super::row::{Row, Totals};

/// The JSON Schema of what `try --format json` writes.
pub(in super::super) const JSON_SCHEMA: &str = include_str!("try.schema.json");

/// The answer for programs. A member may be added; none is removed or changed.
#[derive(Serialize)]
pub(super) struct Document<'r> {
    pub(super) version: u32,
    /// By which the same values are drawn again.
    pub(super) seed: u64,
    pub(super) files: &'r [Row],
    /// Payloads that no schema of their folder accepts.
    pub(super) unclaimed: &'r [String],
    /// Files that look like schemas and are no JSON.
    pub(super) passed_over: &'r [PassedOver],
    pub(super) totals: Totals,
}
