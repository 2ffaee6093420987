use std::time::{Duration, Instant};

use serde_json::{Value, json};
use std::future::IntoFuture as _;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use topika::dead_letters::{DeadLetter, DeadLetters, Edit, Progress, Redrive, Verdict};

use super::edit::edit;
use super::place::{Place, place};
use super::text::{at, shown, why};
use crate::args::{DlqFormat, RedriveArgs};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::problem::Problem;

/// How often is told how far it has come.
const EVERY: Duration = Duration::from_secs(1);

/// What is told on the way.
enum Told {
    Out(String),
    Err(String),
}

/// `cargo topika dlq redrive`
pub(super) fn run(args: &RedriveArgs, printer: &mut Printer) -> Exit {
    let Some(place) = place(&args.place, printer) else { return Exit::Failed };
    let letters = match place.letters(&args.topic) {
        Ok(letters) => letters,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            return Exit::Failed;
        }
    };
    match redrive(&place, &letters, args, printer) {
        Ok(progress) => {
            match args.format {
                DlqFormat::Json => printer.out(summary(&letters, args, &progress)),
                DlqFormat::Text => printer.out(end(&letters, args, &progress)),
            }
            if progress.looping > 0 {
                printer.error(
                    format_args!("{} held back: sent again {} times or more before", progress.looping, args.max_redrives),
                    "mend what kills them, then say a higher `--max-redrives`; `cargo topika dlq show` has their history",
                );
            }
            if progress.homeless > 0 {
                printer.error(
                    format_args!("{} held back: where they came from is not known, or not there", progress.homeless),
                    "name a topic with `--to`",
                );
            }
            if progress.too_large > 0 {
                printer.error(
                    format_args!(
                        "{} held back: larger than their topic takes, also without their history",
                        progress.too_large
                    ),
                    "raise `max.message.bytes` of the topic, or name another with `--to`",
                );
            }
            if progress.looping + progress.homeless + progress.too_large == 0 { Exit::Clean } else { Exit::Findings }
        }
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

fn redrive(
    place: &Place,
    letters: &DeadLetters,
    args: &RedriveArgs,
    printer: &mut Printer,
) -> Result<Progress, Problem> {
    let edit = edit(place, letters, args)?;
    let (tell, mut told) = unbounded_channel();
    let work = configured(letters, args, edit, tell);
    place.runtime.block_on(async {
        let work = work.into_future();
        tokio::pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                Some(line) = told.recv() => say(line, printer),
                done = &mut work => break done,
            }
        };
        // What was told last.
        while let Ok(line) = told.try_recv() {
            say(line, printer);
        }
        done.map_err(|error| place.problem(&error))
    })
}

fn configured(letters: &DeadLetters, args: &RedriveArgs, edit: Option<Edit>, tell: UnboundedSender<Told>) -> Redrive {
    let (dry_run, format) = (args.dry_run, args.format);
    let on_letter = {
        let (tell, edit) = (tell.clone(), edit.clone());
        move |letter: &DeadLetter, verdict: &Verdict| {
            let mut told = Vec::new();
            match format {
                DlqFormat::Json => told.push(Told::Out(document(letter, verdict, edit.as_ref()).to_string())),
                DlqFormat::Text => {
                    told.extend(line(letter, verdict, dry_run));
                    let lines = edit.iter().filter(|_| dry_run).flat_map(super::edit::lines);
                    told.extend(lines.map(Told::Out));
                }
            }
            for line in told {
                // Whoever listened ends with the run.
                let _ = tell.send(line);
            }
        }
    };
    let mut last = Instant::now();
    let on_progress = move |progress: &Progress| {
        if last.elapsed() >= EVERY && !dry_run {
            last = Instant::now();
            let _ = tell.send(Told::Err(format!("{} sent again", progress.sent)));
        }
    };
    let mut work = letters
        .redrive(args.which.filter())
        .most_redrives(args.max_redrives)
        .on_letter(on_letter)
        .on_progress(on_progress);
    if let Some(edit) = edit {
        work = work.edited(edit);
    }
    if let Some(rate) = args.rate {
        work = work.per_second(rate.0);
    }
    if let Some(limit) = args.limit {
        work = work.limit(limit);
    }
    if let Some(topic) = &args.to {
        work = work.to(topic);
    }
    if dry_run { work.dry_run() } else { work }
}

fn line(letter: &DeadLetter, verdict: &Verdict, dry_run: bool) -> Option<Told> {
    let (at, why) = (at(letter), why(letter));
    let held = |because: String| Some(Told::Err(format!("held back   {at}  {why}  {because}")));
    match verdict {
        Verdict::Send { topic, partition } if dry_run => {
            let partition = partition.map(|partition| format!("[{partition}]")).unwrap_or_default();
            Some(Told::Out(format!("would send  {at}  {why}  to {}{partition}", shown(topic))))
        }
        Verdict::Send { .. } => None,
        Verdict::Looping => held(format!("sent again {} times before", letter.redrives)),
        Verdict::NoTopic => held("it does not say where it came from".to_owned()),
        Verdict::TooLarge => held("larger than its topic takes".to_owned()),
        Verdict::TopicGone(topic) => held(format!("there is no topic {}", shown(topic))),
        other => held(format!("{other:?}")),
    }
}

/// What becomes of a letter, as an object.
fn document(letter: &DeadLetter, verdict: &Verdict, edit: Option<&Edit>) -> Value {
    let (word, to) = match verdict {
        Verdict::Send { topic, partition } => ("send", json!({ "topic": topic, "partition": partition })),
        Verdict::Looping => ("looping", Value::Null),
        Verdict::NoTopic => ("no-topic", Value::Null),
        Verdict::TopicGone(topic) => ("topic-gone", json!({ "topic": topic, "partition": null })),
        Verdict::TooLarge => ("too-large", Value::Null),
        _ => ("other", Value::Null),
    };
    json!({
        "version": 1,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "reason": letter.reason,
        "exception": letter.exception,
        "redrives": letter.redrives,
        "verdict": word,
        "to": to,
        "edit": edit.map(super::edit::document),
    })
}

/// How it ended, as an object.
fn summary(letters: &DeadLetters, args: &RedriveArgs, progress: &Progress) -> Value {
    json!({
        "version": 1,
        "topic": letters.topic(),
        "dry_run": args.dry_run,
        "sent": progress.sent,
        "before": progress.before,
        "looping": progress.looping,
        "homeless": progress.homeless,
        "too_large": progress.too_large,
    })
}

fn say(line: Told, printer: &mut Printer) {
    match line {
        Told::Out(line) => printer.out(line),
        Told::Err(line) => printer.err(line),
    }
}

fn end(letters: &DeadLetters, args: &RedriveArgs, progress: &Progress) -> String {
    let before = match progress.before {
        0 => String::new(),
        before => format!("; {before} sent before, and not again"),
    };
    if args.dry_run {
        return format!("{} of {} would be sent again{before}", progress.sent, letters.topic());
    }
    format!("{} of {} sent again{before}", progress.sent, letters.topic())
}
