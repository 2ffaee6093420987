//! Real histories of event schemas, whose authors said with each version what kind of change it is: the verdicts of the judge against
//! SchemaVer. MODEL breaks existing data, REVISION may, ADDITION does not. `TOPIKA_TELL=1` with `--nocapture` prints every pair where a
//! verdict and the kind of change say different things, with what the registry and we see in it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail at any line, and prints a table"
)]

mod outside;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use topika_contract::compat::{Level, Policy, Terms, compare};
use topika_contract::schema::{EventSchema, Format};
use topika_contract::text::Source;

type Version = (u32, u32, u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bump {
    Addition,
    Revision,
    Model,
}

fn version(path: &Path) -> Option<Version> {
    let mut parts = path.file_name()?.to_str()?.split('-').map(|part| part.parse().ok());
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}

fn bump(old: Version, new: Version) -> Bump {
    match (old, new) {
        _ if old.0 != new.0 => Bump::Model,
        _ if old.1 != new.1 => Bump::Revision,
        _ => Bump::Addition,
    }
}

/// The histories: versions from the oldest to the newest, by folder.
fn histories(root: &Path) -> BTreeMap<PathBuf, Vec<(Version, EventSchema)>> {
    let mut all: BTreeMap<PathBuf, Vec<(Version, EventSchema)>> = BTreeMap::new();
    for path in outside::files(root, "") {
        let Some(version) =
            version(&path).filter(|_| path.parent().is_some_and(|folder| folder.ends_with("jsonschema")))
        else {
            continue;
        };
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let source = Source::new(name, std::fs::read_to_string(&path).unwrap());
        let schema = EventSchema::from_text(Format::Json, &source).unwrap_or_else(|report| {
            panic!("{}: {:?}", path.display(), report.findings().iter().map(|one| &one.message).collect::<Vec<_>>())
        });
        let folder = path.parent().unwrap().strip_prefix(root).unwrap().to_path_buf();
        all.entry(folder).or_default().push((version, schema));
    }
    all.values_mut().for_each(|versions| versions.sort_by_key(|(version, _)| *version));
    all.retain(|_, versions| versions.len() > 1);
    all
}

/// For consecutive versions and for every pair of an older and a newer one. Confluent's own code gave the same counts.
const TABLE: [&str; 24] = [
    "consecutive BACKWARD Strict Addition: 38 compatible, 3 not",
    "consecutive BACKWARD Strict Revision: 2 compatible, 0 not",
    "consecutive BACKWARD Strict Model: 1 compatible, 5 not",
    "consecutive FORWARD Strict Addition: 1 compatible, 40 not",
    "consecutive FORWARD Strict Revision: 0 compatible, 2 not",
    "consecutive FORWARD Strict Model: 0 compatible, 6 not",
    "consecutive BACKWARD Lenient Addition: 39 compatible, 2 not",
    "consecutive BACKWARD Lenient Revision: 2 compatible, 0 not",
    "consecutive BACKWARD Lenient Model: 1 compatible, 5 not",
    "consecutive FORWARD Lenient Addition: 28 compatible, 13 not",
    "consecutive FORWARD Lenient Revision: 0 compatible, 2 not",
    "consecutive FORWARD Lenient Model: 2 compatible, 4 not",
    "every older BACKWARD Strict Addition: 70 compatible, 3 not",
    "every older BACKWARD Strict Revision: 3 compatible, 0 not",
    "every older BACKWARD Strict Model: 1 compatible, 17 not",
    "every older FORWARD Strict Addition: 1 compatible, 72 not",
    "every older FORWARD Strict Revision: 0 compatible, 3 not",
    "every older FORWARD Strict Model: 0 compatible, 18 not",
    "every older BACKWARD Lenient Addition: 71 compatible, 2 not",
    "every older BACKWARD Lenient Revision: 3 compatible, 0 not",
    "every older BACKWARD Lenient Model: 1 compatible, 17 not",
    "every older FORWARD Lenient Addition: 49 compatible, 24 not",
    "every older FORWARD Lenient Revision: 0 compatible, 3 not",
    "every older FORWARD Lenient Model: 2 compatible, 16 not",
];

/// For a kind of change: how many are compatible, how many not.
type Table = BTreeMap<Bump, (usize, usize)>;

/// The folder of a history, and two of its versions, the older one first.
type Step<'h> = (&'h Path, (Version, &'h EventSchema), (Version, &'h EventSchema));

fn judged(pairs: &[Step<'_>], level: Level, policy: Policy, tell: bool) -> Table {
    let mut table = Table::new();
    for (folder, (old_version, old), (new_version, new)) in pairs {
        let terms = Terms { level, policy, ..Terms::default() };
        let judgement = compare(new, &[(1, (*old).clone())], &terms);
        let bump = bump(*old_version, *new_version);
        let compatible = judgement.verdict.compatible().unwrap_or_else(|| panic!("{}: undecided", folder.display()));
        let (fine, broken) = table.entry(bump).or_default();
        *(if compatible { fine } else { broken }) += 1;
        if tell && compatible == (bump == Bump::Model) {
            println!(
                "{policy:?} {bump:?} compatible={compatible} {} {old_version:?} {new_version:?}",
                folder.display()
            );
            for difference in judgement.differences.iter().filter(|difference| compatible || !difference.compatible) {
                println!("    {} {}", difference.kind, difference.location);
            }
            for finding in judgement.findings.iter().filter(|finding| finding.reference.is_none()) {
                println!("    own: {} {}", finding.rule.id, finding.message);
            }
        }
    }
    table
}

#[test]
fn verdicts_follow_what_the_authors_of_iglu_schemas_say_of_their_changes() {
    let Some(root) = outside::corpus("iglu") else { return };
    let tell = std::env::var_os("TOPIKA_TELL").is_some();
    let histories = histories(&root);
    let mut consecutive = Vec::new();
    let mut all = Vec::new();
    for (folder, versions) in &histories {
        for (at, (new_version, new)) in versions.iter().enumerate() {
            for (old_version, old) in versions.iter().take(at) {
                all.push((folder.as_path(), (*old_version, old), (*new_version, new)));
            }
            if let Some((old_version, old)) = at.checked_sub(1).and_then(|before| versions.get(before)) {
                consecutive.push((folder.as_path(), (*old_version, old), (*new_version, new)));
            }
        }
    }
    let mut lines = Vec::new();
    for (name, pairs) in [("consecutive", &consecutive), ("every older", &all)] {
        for policy in [Policy::Strict, Policy::Lenient] {
            for level in [Level::Backward, Level::Forward] {
                let tell = tell && level == Level::Backward;
                for (bump, (fine, broken)) in judged(pairs, level, policy, tell) {
                    lines.push(format!("{name} {level} {policy:?} {bump:?}: {fine} compatible, {broken} not"));
                }
            }
        }
    }
    assert_eq!((histories.len(), consecutive.len(), all.len()), (22, 49, 94));
    assert_eq!(lines, TABLE, "\n{}\n", lines.join("\n"));
}
