//! What a registry holds of our subjects, as a lock.

mod fetch;
mod versions;

use topika_contract::check::Baseline;
use topika_contract::compat::Level;
use topika_contract::lock::{Lock, LockedSubject, compare_hash};
use topika_contract::project::{Contract, Project};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::{BASELINE_UNREADABLE, HISTORY_FORMAT_CHANGED};
use versions::Other;

use crate::environment::registry;
use crate::problem::Problem;

/// All versions of the project's subjects in the registry of an environment. The only baseline that uses a network.
pub(super) fn baseline(
    env: &str,
    project: &Project,
    contract: &Contract,
    report: &mut Report,
) -> Result<Baseline, Problem> {
    let registry = registry(env, project)?;
    let otherwise = format!("leave out `--baseline {}`", registry.id());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))?;
    let subjects = runtime
        .block_on(fetch::subjects(&registry, contract))
        .map_err(|error| registry.problem(&error, Some(&otherwise)))?;
    let (lock, others) = versions::lock(subjects);
    report.extend(others.iter().map(|other| other_format(other, &registry.id(), &lock, contract)));
    Ok(Baseline::other(registry.id(), lock).what(registry.url))
}

/// A version in another format than the newest one. The registry compares with it where the level says so, and refuses whatever is not in its
/// format: that is a break like any other. Where it compares with other versions only, or nothing is new, it is left out and said.
fn other_format(other: &Other, id: &str, lock: &Lock, contract: &Contract) -> Finding {
    let Other { subject, number, kind, .. } = other;
    let events = contract.events.iter().filter(|event| event.frozen.is_none());
    let events = events.map(|event| (&event.subject, event.format, &event.source, &event.contract, &event.references));
    let shared = contract
        .shared
        .iter()
        .map(|shared| (&shared.subject, shared.format, &shared.source, &shared.contract, &shared.references));
    let Some((ours, format, source, contract, references)) =
        events.chain(shared).find(|(ours, ..)| ours.name == *subject)
    else {
        return left_out(other, id);
    };
    let level = ours.level;
    let is_new = || {
        let texts = references.iter().map(|reference| (reference.name.as_str(), reference.source.text()));
        let ours = compare_hash(format, source.text(), contract.as_ref(), texts);
        lock.subject(subject).and_then(LockedSubject::last).is_none_or(|last| last.compare != ours)
    };
    let is_compared = level != Level::None && (other.is_newest || (level.transitive() && is_new()));
    if !is_compared || other.format == Some(format) {
        return left_out(other, id);
    }
    HISTORY_FORMAT_CHANGED
        .finding(format!("{id}: version {number} of `{subject}` is {kind}, and under {level} the registry takes no other format beside it"))
        .subject(subject)
        .promise(level, &ours.level_set_at)
        .help("write a new event; or delete that version there, if nobody reads it any more")
}

fn left_out(other: &Other, id: &str) -> Finding {
    let Other { subject, number, kind, .. } = other;
    BASELINE_UNREADABLE
        .finding(format!("{id}: version {number} of `{subject}` is {kind}, and was not compared"))
        .help("delete it there, if nobody reads it any more")
}
