use serde_json::{Value, json};

use super::compared::Compared;
use crate::topics::{Drift, Step};

/// The JSON Schema of the document.
pub(in super::super) const JSON_SCHEMA: &str = include_str!("topics.schema.json");

/// The version of the document's form: it grows when a member changes its meaning or goes; new members do not count.
const VERSION: u32 = 1;

/// The document that `cargo topika schema topics` describes.
pub(super) fn document(compared: &Compared) -> Value {
    let Compared { cluster, wanted, plan, .. } = compared;
    json!({
        "version": VERSION,
        "env": cluster.env,
        "bootstrap": cluster.bootstrap,
        "prefix": cluster.prefix,
        "topics": wanted.topics.len(),
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
        "drift": plan.drift.iter().map(|one| drift(one, compared)).collect::<Vec<_>>(),
    })
}

fn step(step: &Step) -> Value {
    match step {
        Step::Create(topic) => json!({
            "kind": "create",
            "topic": topic.name,
            "partitions": topic.partitions,
            "replication": topic.replication,
            "configs": topic.configs,
        }),
        Step::AddPartitions { topic, from, to, is_keyed } => {
            json!({ "kind": "add-partitions", "topic": topic, "from": from, "to": to, "keyed": is_keyed })
        }
        Step::SetConfig { topic, config, from, to } => {
            json!({ "kind": "set-config", "topic": topic, "config": config, "from": from, "to": to })
        }
        Step::TakeBack { topic, config, from } => {
            json!({ "kind": "take-back-config", "topic": topic, "config": config, "from": from })
        }
    }
}

fn drift(drift: &Drift, compared: &Compared) -> Value {
    let (declared, found) = drift.values();
    let config = match drift {
        Drift::Undeclared { config, .. } => Some(config),
        _ => None,
    };
    json!({
        "kind": drift.kind(),
        "topic": drift.topic(),
        "config": config,
        "declared": declared,
        "found": found,
        "message": drift.message(),
        "help": drift.help(&compared.cluster.env, &compared.cluster.prefix),
    })
}
