//! Plans and differences for people.

use std::fmt::Write as _;

use super::compared::Compared;
use crate::summary::count;
use crate::topics::{Drift, Step, WantedTopic};

/// Steps, what differs besides, and what to do.
pub(super) fn plan(compared: &Compared) -> String {
    let Compared { cluster, plan, .. } = compared;
    let mut out = head(compared);
    // Writing into a string cannot fail.
    for one in &plan.steps {
        let _ = writeln!(out, "{}", step(one));
    }
    for one in &plan.drift {
        let _ = writeln!(out, "{}", drift(one, compared));
    }
    let env = &cluster.env;
    let flag = if plan.steps.iter().any(adds) { " --add-partitions" } else { "" };
    match (plan.steps.len(), plan.drift.len()) {
        (0, 0) => out.push_str("In line: nothing to apply"),
        (0, drift) => {
            let _ = write!(out, "Nothing to apply; {} told above", count(drift, "difference"));
        }
        (steps, _) => {
            let _ = write!(out, "{} to do: `cargo topika topics apply --env {env}{flag}`", count(steps, "step"));
        }
    }
    out
}

/// What differs, whoever may mend it.
pub(super) fn verified(compared: &Compared) -> String {
    let Compared { cluster, plan, .. } = compared;
    let mut out = head(compared);
    for one in &plan.steps {
        let _ = writeln!(out, "differs     {}", missing(one));
    }
    for one in &plan.drift {
        let _ = writeln!(out, "differs     {}", one.message());
    }
    match plan.steps.len() + plan.drift.len() {
        0 => out.push_str("In line"),
        differ => {
            let _ = write!(out, "{}: `cargo topika topics plan --env {}`", count(differ, "difference"), cluster.env);
        }
    }
    out
}

fn head(compared: &Compared) -> String {
    let Compared { cluster, wanted, .. } = compared;
    let (id, bootstrap, topics) = (cluster.id(), &cluster.bootstrap, count(wanted.topics.len(), "topic"));
    format!("{id} ({bootstrap}) against topika.toml: {topics}\n")
}

pub(super) fn adds(step: &Step) -> bool {
    matches!(step, Step::AddPartitions { .. })
}

/// A step in a line.
pub(super) fn step(step: &Step) -> String {
    match step {
        Step::Create(topic) => format!("create      {}  {}", topic.name, facts(topic)),
        Step::AddPartitions { topic, from, to, is_keyed } => {
            let moved = if *is_keyed { "  keys move: what has one key no longer stands in one order" } else { "" };
            format!("partitions  {topic}  {from} -> {to}{moved}")
        }
        Step::SetConfig { topic, config, from, to } => {
            let from = from.as_deref().unwrap_or("(not told)");
            format!("config      {topic}  {config} {from} -> {to}")
        }
        Step::TakeBack { topic, config, from } => format!("take back   {topic}  {config} {from}"),
    }
}

/// What was being done when a step was refused.
pub(super) fn doing(step: &Step) -> String {
    match step {
        Step::Create(topic) => format!("{} was not made", topic.name),
        Step::AddPartitions { topic, to, .. } => format!("{topic} was not given {to} partitions"),
        Step::SetConfig { topic, config, to, .. } => format!("{config} of {topic} was not set to {to}"),
        Step::TakeBack { topic, config, .. } => format!("{config} of {topic} was not taken back"),
    }
}

/// A step as what is not so yet.
fn missing(step: &Step) -> String {
    match step {
        Step::Create(topic) => format!("{} is not there", topic.name),
        Step::AddPartitions { topic, from, to, .. } => {
            format!(
                "{topic} has {}, and topika.toml says {to}",
                count(usize::try_from(*from).unwrap_or(usize::MAX), "partition")
            )
        }
        Step::SetConfig { topic, config, from, to } => {
            let from = from.as_deref().map_or_else(|| format!("no {config}"), |from| format!("{config}={from}"));
            format!("{topic} has {from}, and topika.toml says {to}")
        }
        Step::TakeBack { topic, config, from } => {
            format!("{topic} has {config}={from}, of which topika.toml says nothing")
        }
    }
}

fn facts(topic: &WantedTopic) -> String {
    let said = [
        topic.partitions.map(|count| format!("partitions {count}")),
        topic.replication.map(|copies| format!("replication {copies}")),
    ];
    let configs = topic.configs.iter().map(|(name, value)| format!("{name}={value}"));
    said.into_iter().flatten().chain(configs).collect::<Vec<_>>().join(", ")
}

/// A difference that no apply mends.
pub(super) fn drift(drift: &Drift, compared: &Compared) -> String {
    let help = drift.help(&compared.cluster.env, &compared.cluster.prefix);
    format!("drift       {}\n  help: {help}", drift.message())
}
