use std::collections::HashMap;

use crate::report::Finding;

/// Each change once, in the order in which it was found first, with the versions that it breaks where they are several: the first of
/// them is the first that is met on the way from the newest to the oldest.
pub(super) fn once(findings: impl IntoIterator<Item = (u32, Finding)>) -> Vec<Finding> {
    let mut told: HashMap<(&str, Option<String>, String), usize> = HashMap::new();
    let mut kept: Vec<(Vec<u32>, Finding)> = Vec::new();
    for (number, finding) in findings {
        let message = finding.message.replace(&format!("version {number}"), "version #");
        let index = *told.entry((finding.rule.id, finding.pointer.clone(), message)).or_insert(kept.len());
        match kept.get_mut(index) {
            Some((numbers, _)) if numbers.contains(&number) => {}
            Some((numbers, _)) => numbers.push(number),
            None => kept.push((vec![number], finding)),
        }
    }
    kept.into_iter()
        .map(|(numbers, finding)| match numbers.as_slice() {
            [first, others @ ..] if !others.is_empty() => {
                let others: Vec<String> = others.iter().map(|number| format!("version {number}")).collect();
                finding.note(format!("first broken: version {first}; also broken: {}", others.join(", ")))
            }
            _ => finding,
        })
        .collect()
}
