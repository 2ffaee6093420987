use serde_json::{Value, json};

use super::compared::Compared;
use crate::deploy::{Drift, Step};
use crate::import::News;
use crate::settings::Change;

/// The JSON Schema of the document.
pub(in super::super) const JSON_SCHEMA: &str = include_str!("plan.schema.json");

/// The version of the document's form: it grows when a member changes its meaning or goes; new members do not count.
const VERSION: u32 = 1;

/// The document that `cargo topika schema plan` describes.
pub(super) fn document(compared: &Compared) -> Value {
    let Compared { registry, plan, unlocked, wanted, news, notes, .. } = compared;
    json!({
        "version": VERSION,
        "env": registry.env,
        "registry": registry.url,
        "versions": wanted.versions.len(),
        "refused": plan.broken_ids() > 0,
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
        "drift": plan.drift.iter().map(drift).collect::<Vec<_>>(),
        "unlocked": unlocked,
        "notes": notes,
        "imports": news.iter().map(import).collect::<Vec<_>>(),
    })
}

fn import(news: &News) -> Value {
    json!({
        "kind": news.kind(),
        "import": news.import,
        "subject": news.subject,
        "version": news.version,
        "frozen": news.frozen,
        "message": news.message(),
        "help": news.help(),
    })
}

fn step(step: &Step) -> Value {
    match step {
        Step::SetLevel { subject, from, to } => {
            json!({ "kind": "set-level", "subject": subject, "from": from.as_str(), "to": to.as_str() })
        }
        Step::SetSettings(Change { subject, to }) => {
            json!({ "kind": "set-settings", "subject": subject.as_deref().unwrap_or_default(), "settings": to })
        }
        Step::Register { subject, number, .. } => json!({ "kind": "register", "subject": subject, "number": number }),
    }
}

fn drift(drift: &Drift) -> Value {
    json!({
        "kind": drift.kind(),
        "subject": drift.subject(),
        "number": drift.number(),
        "version": drift.version(),
        "message": drift.message(),
        "help": drift.help(),
    })
}
