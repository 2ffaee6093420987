use std::collections::HashMap;
use std::fmt::Write as _;

use hmac_sha256::Hash;

use super::{Finding, place};

/// What tells findings apart from one run to the next, a fingerprint each: rule, path, subject and message, not the line, so that a
/// finding stays the same when something is written above it. Equal ones are numbered.
pub(super) fn fingerprints(findings: &[&Finding], base: &str) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let one = |finding: &&Finding| {
        let path = finding.at.as_ref().map(|at| place::path(base, at.shown().source.path())).unwrap_or_default();
        let parts = [finding.rule.id, &path, finding.subject.as_deref().unwrap_or_default(), &finding.message];
        let mut hash = Hash::new();
        for part in parts {
            // The length before each part: no two lists of parts have the same bytes.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hex = hash.finalize().iter().take(16).fold(String::new(), |mut hex, byte| {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let count = seen.entry(hex.clone()).or_default();
        *count += 1;
        if *count == 1 { hex } else { format!("{hex}-{count}") }
    };
    findings.iter().map(one).collect()
}
