//! A plan for people.

use std::fmt::Write as _;

use super::compared::Compared;
use crate::deploy::{Drift, Plan, Step, Wanted};
use crate::environment::Registry;
use crate::problem::Problem;
use crate::settings::{Change, FILE, LEVEL, There, level};
use crate::summary::count;

/// Steps, what differs besides, and what to do.
pub(super) fn plan(compared: &Compared) -> String {
    let Compared { registry, wanted, observed, plan, unlocked, news, notes, .. } = compared;
    let mut out = format!(
        "{} ({}) against topika.lock: {} of {}\n",
        registry.id(),
        registry.url,
        count(wanted.versions.len(), "version"),
        count(observed.subjects.len(), "subject"),
    );
    // Writing into a string cannot fail.
    for one in &plan.steps {
        let _ = writeln!(out, "{}{}", step(one), without(wanted, one));
    }
    for one in &plan.drift {
        let _ = writeln!(out, "{}", drift(one));
    }
    for one in news {
        let _ = writeln!(out, "import    {}\n  help: {}", one.message(), one.help());
    }
    for note in notes {
        let _ = writeln!(out, "note: {note}");
    }
    if let Some(line) = self::unlocked(unlocked) {
        let _ = writeln!(out, "{line}");
    }
    if let Some(Problem { message, help }) = refused(compared) {
        let _ = write!(out, "Nothing to push: {message}\n  help: {help}");
        return out;
    }
    match (plan.steps.len(), plan.drift.len()) {
        (0, 0) => out.push_str("In line: nothing to push"),
        (0, drift) => {
            let _ = write!(out, "Nothing to push; {} told above", count(drift, "difference"));
        }
        (steps, _) => {
            let _ = write!(out, "{} to do: `cargo topika push --env {}`", count(steps, "step"), registry.env);
        }
    }
    out
}

/// Why a push does nothing, where it does not: messages name ids, and new ones would be written over those that are known.
pub(super) fn refused(compared: &Compared) -> Option<Problem> {
    let Compared { registry, plan, ids, .. } = compared;
    let (broken, env, path) = (plan.broken_ids(), &registry.env, ids.path());
    let message = format!(
        "{} ({}) has other ids than {path}, or none, for {}",
        registry.id(),
        registry.url,
        count(broken, "version")
    );
    let help = format!(
        "restore the registry's backup; or give an empty one these ids: `cargo topika push --env {env} --import-ids {env}`; or, where it is \
         meant and no message of before is read any more (a development registry made anew), remove {path} and push again"
    );
    (broken > 0).then(|| Problem::new(message, help))
}

/// What a registry is behind all steps.
pub(super) fn outcome(registry: &Registry, left: usize) -> String {
    let (id, url, env) = (registry.id(), &registry.url, &registry.env);
    let but = match left {
        0 => String::new(),
        left => format!(
            ", but for {} that no push mends: `cargo topika plan --env {env}` names them",
            count(left, "difference")
        ),
    };
    format!("{id} of {url} is as topika.lock says{but}")
}

/// A step in a line.
pub(super) fn step(step: &Step) -> String {
    match step {
        Step::SetLevel { subject, from, to } => format!("level     {subject}  {from} -> {to}"),
        Step::SetSettings(change) => format!("settings  {}  {}", whose(change), names(change)),
        Step::Register { subject, number, .. } => format!("register  {subject}  version {number}"),
    }
}

/// What a version has no more, behind its step.
pub(super) fn without(wanted: &Wanted, step: &Step) -> String {
    let Step::Register { at, .. } = step else { return String::new() };
    let told = wanted.versions.get(*at).and_then(|version| wanted.emptied(version).told());
    told.map(|told| format!("  {told}")).unwrap_or_default()
}

/// What was being done when a step was refused.
pub(super) fn doing(step: &Step) -> String {
    match step {
        Step::SetLevel { subject, to, .. } => format!("the level of {subject} was not set to {to}"),
        Step::SetSettings(change) => format!("settings of {} were not set ({})", whose(change), names(change)),
        Step::Register { subject, number, .. } => format!("version {number} of {subject} was not registered"),
    }
}

fn whose(change: &Change) -> &str {
    change.subject.as_deref().unwrap_or("the registry itself")
}

/// The names of the settings; a null takes one back.
fn names(change: &Change) -> String {
    let name = |(name, value): (&&str, &serde_json::Value)| match level(&change.to) {
        Some(level) if *name == LEVEL => format!("{name} {level}"),
        _ if value.is_null() => format!("{name} (taken back)"),
        _ => (*name).to_owned(),
    };
    change.to.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A difference that no push mends.
pub(super) fn drift(drift: &Drift) -> String {
    format!("drift     {}\n  help: {}", drift.message(), drift.help())
}

/// That an environment of one context is asked for nothing of others.
pub(super) fn elsewhere(wanted: &Wanted, env: &str) -> Option<String> {
    let names = wanted.elsewhere.join(", ");
    let verb = if wanted.elsewhere.len() == 1 { "is" } else { "are" };
    (!wanted.elsewhere.is_empty()).then(|| {
        format!("{names} {verb} carried from other contexts, and [env.{env}] is one context: an environment without `context` has all of them")
    })
}

/// That the registry itself has settings of which nothing is compared.
pub(super) fn unsaid(registry: &Registry, said: &There) -> Option<String> {
    let names: Vec<String> = said.unsaid.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "{} itself has {}, by which versions are taken there; {FILE} has no `global`, so nothing is compared with it (`pull` writes it)",
            registry.id(),
            names.join(", ")
        )
    })
}

/// That subjects get levels which the registry itself could have; nothing sets that one unless somebody says so.
pub(super) fn level_of_all(registry: &Registry, plan: &Plan, said: &There) -> Option<String> {
    let is_set = |step: &&Step| matches!(step, Step::SetLevel { subject, .. } if said.has_level_of_all(subject));
    let all = plan.steps.iter().filter(is_set).count();
    (all > 0 && !said.global.contains_key(LEVEL)).then(|| {
        format!(
            "{} itself has the level {}, which stays: {} without one of their own get theirs; `\"global\": {{ \"{LEVEL}\": ... }}` in {FILE} \
             would set it",
            registry.id(),
            said.level,
            count(all, "subject"),
        )
    })
}

/// What is not locked yet.
pub(super) fn unlocked(names: &[String]) -> Option<String> {
    let (verb, names) = (if names.len() == 1 { "is" } else { "are" }, names.join(", "));
    (!names.is_empty()).then(|| {
        format!("note: {names} {verb} newer than topika.lock, which is what counts here: run `cargo topika lock`")
    })
}
