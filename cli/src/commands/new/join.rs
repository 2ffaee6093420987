//! A new event on a topic that was asked for.

use std::path::Path;

use serde_json::Value;
use topika_contract::manifest::{Manifest, topic_name_problem};
use topika_contract::project::{Project, resolve};
use topika_contract::report::{Report, plain};
use topika_contract::text::Source;

use super::key;
use super::topic::{Refused, with_topic};
use crate::args::NewArgs;
use crate::exit::Exit;
use crate::printer::Printer;

/// The manifest with the event on its topic, and what to say of it.
pub(super) struct Joined {
    manifest: String,
    said: Vec<String>,
}

/// What puts the event onto the topic that was asked for; `None` where none was. Nothing is written yet, so what cannot be is told with
/// nothing half done.
pub(super) fn joined(
    root: &Path,
    manifest: &str,
    args: &NewArgs,
    schema: &Value,
    printer: &mut Printer,
) -> Result<Option<Joined>, Exit> {
    let Some(topic) = &args.topic else { return Ok(None) };
    let shown = plain(topic);
    if let Some(problem) = topic_name_problem(topic) {
        printer.error(format_args!("the topic name {topic:?} {problem}"), "take letters, digits, `.`, `_` and `-`");
        return Err(Exit::Usage);
    }
    let candidates = key::candidates(schema);
    if let Some(wrong) = args.key.iter().find(|field| !candidates.contains(&field.as_str())) {
        let fit = match candidates.as_slice() {
            [] => "no field of the event can be a key: it wants one that is never null and no number with a fraction"
                .to_owned(),
            fields => format!("fields that can: {}", fields.join(", ")),
        };
        printer.error(format_args!("`{}` cannot be the key of {shown}", plain(wrong)), fit);
        return Err(Exit::Usage);
    }
    let has_row =
        Manifest::parse(&Source::new("topika.toml", manifest), &mut Report::default()).topic_row(topic).is_some();
    let others = if has_row { Vec::new() } else { events_of(root, topic) };
    let is_there = has_row || !others.is_empty();
    let obvious = key::obvious(&candidates).filter(|_| args.key.is_empty() && !is_there);
    let key: Vec<String> = args.key.iter().cloned().chain(obvious.clone()).collect();
    let manifest = with_topic(manifest, topic, &args.event, &others, &key)
        .map_err(|refused| refuse(&refused, topic, &args.event, printer))?;
    let mut said = vec![format!("topic {shown}: a row of topika.toml")];
    match (obvious, is_there || !key.is_empty()) {
        (Some(field), _) => said.push(format!(
            "note: the key of {shown} is `{field}`, so messages of one `{field}` stay in order; another is said with --key, or in topika.toml before the first lock"
        )),
        (None, true) => {}
        (None, false) => {
            let fields = match candidates.as_slice() {
                [] => String::new(),
                fields => format!(" (here: {})", fields.join(", ")),
            };
            said.push(format!(
                "note: {shown} has no key yet, so its messages have no order; write `key = \"FIELD\"` into its row before the first lock, a field of every event{fields}"
            ));
        }
    }
    Ok(Some(Joined { manifest, said }))
}

/// The events that a topic has without a row: by convention, the one of its name.
fn events_of(root: &Path, topic: &str) -> Vec<String> {
    let mut report = Report::default();
    let contract = resolve(&Project::load(root, &mut report), &mut report);
    let topic = contract.topics.into_iter().find(|known| known.name == topic);
    topic.map(|topic| topic.events).unwrap_or_default()
}

fn refuse(refused: &Refused, topic: &str, event: &str, printer: &mut Printer) -> Exit {
    let help = match refused {
        Refused::Unreadable => "mend topika.toml; `cargo topika check` says what is wrong with it".to_owned(),
        Refused::NoEvents => format!(
            "its row stands for the event of its name; say which events it carries: [topic.\"{topic}\"] events = [..., \"{event}\"]"
        ),
        Refused::OtherKey(own) if own.is_empty() => {
            "its row has no key: write `key` into it by hand, and leave out --key".to_owned()
        }
        Refused::OtherKey(own) => format!("its row says key = {}; leave out --key", own.join(", ")),
    };
    printer.error(format_args!("the event cannot be put onto the topic {topic:?}"), help);
    Exit::Failed
}

/// Writes the manifest, and says so; whether that went well.
pub(super) fn join(root: &Path, joined: Joined, printer: &mut Printer) -> bool {
    if let Err(error) = std::fs::write(root.join("topika.toml"), joined.manifest) {
        printer.error(
            format_args!("cannot write topika.toml: {error}"),
            "see that you may write there, and put the event onto its topic by hand",
        );
        return false;
    }
    for line in joined.said {
        printer.out(line);
    }
    true
}
