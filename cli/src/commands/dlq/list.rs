use serde_json::{Value, json};
use topika::dead_letters::{DeadLetters, Summary};

use super::place::{Place, place};
use super::text::{moment, or_unknown, shown};
use crate::args::{DlqFormat, ListArgs};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::progress::Progress;

/// `cargo topika dlq list`
pub(super) fn run(args: &ListArgs, printer: &mut Printer) -> Exit {
    let Some(place) = place(&args.place, printer) else { return Exit::Failed };
    let found = match counted(&place, &args.topics) {
        Ok(found) => found,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            return Exit::Failed;
        }
    };
    match args.format {
        DlqFormat::Json => printer.out(document(&found)),
        DlqFormat::Text if found.is_empty() => printer.out(format_args!("{} has no topics of dead letters", place.id)),
        DlqFormat::Text => {
            for (topic, summary) in &found {
                printer.out(of_topic(topic, summary));
            }
        }
    }
    Exit::Clean
}

fn counted(place: &Place, names: &[String]) -> Result<Vec<(String, Summary)>, Problem> {
    let topics: Vec<DeadLetters> = if names.is_empty() {
        place.runtime.block_on(DeadLetters::all(&place.client)).map_err(|error| place.problem(&error))?
    } else {
        names.iter().map(|name| place.letters(name)).collect::<Result<_, _>>()?
    };
    let _progress = Progress::start("Counting dead letters");
    let mut found = Vec::with_capacity(topics.len());
    for letters in topics {
        let summary = place.runtime.block_on(letters.summary()).map_err(|error| place.problem(&error))?;
        found.push((letters.topic().to_owned(), summary));
    }
    Ok(found)
}

fn of_topic(topic: &str, summary: &Summary) -> String {
    let mut out = format!("{}  {} waiting, {} sent again", shown(topic), summary.waiting, summary.redriven);
    if let (Some(oldest), Some(newest)) = (summary.oldest_ms, summary.newest_ms) {
        out.push_str(&format!(", from {} to {}", moment(oldest), moment(newest)));
    }
    for ((reason, group), count) in &summary.by_reason {
        out.push_str(&format!("\n  {count:>6}  {}  {}", or_unknown(reason.as_deref()), or_unknown(group.as_deref())));
    }
    out
}

fn document(found: &[(String, Summary)]) -> Value {
    let topics = found.iter().map(|(topic, summary)| {
        let reasons = summary
            .by_reason
            .iter()
            .map(|((reason, group), count)| json!({ "reason": reason, "group": group, "count": count }));
        json!({
            "topic": topic,
            "waiting": summary.waiting,
            "redriven": summary.redriven,
            "oldest_ms": summary.oldest_ms,
            "newest_ms": summary.newest_ms,
            "reasons": reasons.collect::<Vec<_>>(),
        })
    });
    json!({ "version": 1, "topics": topics.collect::<Vec<_>>() })
}
