use std::collections::HashMap;

use super::walk::Parts;
use crate::avro::Kind;
use crate::lint::text::Lint;
use crate::rules::AVRO_UNION_SHORT_NAME;

/// Branches that only their namespaces tell apart: Java looks at short names, and takes the first that fits.
pub(super) fn check(parts: &Parts<'_>, lint: &mut Lint<'_>) {
    if !lint.wants(&AVRO_UNION_SHORT_NAME) {
        return;
    }
    for union in &parts.unions {
        let mut seen = HashMap::new();
        for (index, branch) in union.branches.iter().enumerate() {
            let Kind::Named(name) = &branch.kind else { continue };
            let Some(first) = seen.get(name.short()) else {
                seen.insert(name.short(), (name, branch));
                continue;
            };
            let message = format!("a reader may take `{name}` for `{}`: only their namespaces differ", first.0);
            let pointer = format!("{}/{index}", union.pointer);
            let finding = AVRO_UNION_SHORT_NAME.at(branch.at.clone(), message).pointer(pointer);
            lint.push(
                finding
                    .related(first.1.at.clone(), "the first one")
                    .help("give one of the two another name; the namespace is not enough"),
            );
        }
    }
}
