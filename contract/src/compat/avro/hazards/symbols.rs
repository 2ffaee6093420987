use std::collections::HashSet;

use super::hazard::HazardKind;
use super::said::Said;
use crate::avro::Symbol;
use crate::text::shortened;

/// How many symbols are said.
const SAID: usize = 10;

/// What an enum's default does to symbols, beside what Java says.
pub(super) fn judge(
    (symbols, default): (&[Symbol], Option<&str>),
    (written, written_default): (&[Symbol], Option<&str>),
) -> Vec<Said> {
    let mut found = Vec::new();
    let Some(default) = default else { return found };
    let known: HashSet<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    let lost: Vec<&str> =
        written.iter().map(|symbol| symbol.name.as_str()).filter(|name| !known.contains(name)).collect();
    if let Some(first) = lost.first() {
        let mut said: Vec<String> = lost.iter().take(SAID).map(|name| shortened(name)).collect();
        if lost.len() > SAID {
            said.push(format!("and {} more", lost.len() - SAID));
        }
        found.push(Said {
            kind: HazardKind::SymbolAbsorbed,
            reader: default.to_owned(),
            writer: said.join(", "),
            witness: Some(format!("{} is read as {default}", shortened(first))),
        });
    }
    if let Some(before) = written_default.filter(|before| *before != default) {
        found.push(Said {
            kind: HazardKind::EnumDefaultChanged,
            reader: default.to_owned(),
            writer: before.to_owned(),
            witness: Some(format!("an unknown symbol is read as {default}, and was read as {before}")),
        });
    }
    found
}
