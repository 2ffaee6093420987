use topika_contract::check::{Known, covers, place_of};
use topika_contract::lock::{ImportedSubject, LockedSubject};
use topika_contract::manifest::Waiver;
use topika_contract::report::{Finding, plain};
use topika_contract::rules::{self, Rule};
use topika_contract::text::closest;

use super::explain::meant;
use super::judge::{Judged, judge};
use crate::args::WaiveArgs;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::root::root;
use crate::summary::count;

/// `cargo topika waive RULE SUBJECT --reason "..."`
pub(super) fn run(args: &WaiveArgs, printer: &mut Printer) -> Exit {
    let Some(rule) = rules::by_id(&args.rule) else {
        printer.error(format_args!("there is no rule {:?}", args.rule), meant(&args.rule));
        return Exit::Usage;
    };
    if let Some(why) = rule.why_never_waived() {
        printer.error(
            format_args!("{} cannot be waived: {why}", rule.id),
            format_args!("mend what it tells; `cargo topika explain {}` says how", rule.id),
        );
        return Exit::Usage;
    }
    if args.reason.trim().is_empty() {
        printer.error("a waiver has a reason", "say why the finding does not count: --reason \"never written\"");
        return Exit::Usage;
    }
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let judged = judge(&root);
    let found = matching(rule, args, &judged);
    let known = Known::of(&judged.contract, &judged.project);
    if found.is_empty() && !known.contains(&args.subject, rule) {
        let kind = if rule.is_of_topics() { "topic" } else { "subject" };
        printer.error(format_args!("there is no {kind} `{}`", plain(&args.subject)), known.help(&args.subject, rule));
        return Exit::Usage;
    }
    if found.is_empty() {
        printer.error(
            format_args!("`{}` has no finding {} to waive{}", args.subject, rule.id, said(args.at.as_deref())),
            instead(rule, args, &judged),
        );
        return Exit::Usage;
    }
    let only = match found.as_slice() {
        [one] => place_of(one),
        _ => None,
    };
    let last = judged.project.lock.subject(&args.subject).and_then(LockedSubject::last).map(|last| last.number);
    let imported = || judged.project.lock.import(&args.subject).and_then(ImportedSubject::last).map(|last| last.number);
    let last = last.or_else(imported).unwrap_or_default();
    let waiver = Waiver {
        rule,
        subject: &args.subject,
        pointer: args.at.as_deref().or(only.as_deref()),
        from: (!rule.is_of_topics()).then_some(last),
        was: judged.project.lock.topic(&args.subject).and_then(|topic| topic.value_of(rule)),
        reason: args.reason.trim(),
    };
    let manifest = judged.project.manifest.source.as_ref().map_or("", |source| source.text());
    let Some(text) = waiver.added_to(manifest) else {
        printer.error(
            "the row cannot be added to topika.toml",
            "mend its findings first, and write waivers as rows that begin with [[waive]]",
        );
        return Exit::Failed;
    };
    if let Err(error) = std::fs::write(root.join("topika.toml"), text) {
        printer.error(format_args!("cannot write topika.toml: {error}"), "see that you may write there");
        return Exit::Failed;
    }
    for finding in &found {
        printer.out(format_args!("waived  {}", plain(&finding.message)));
    }
    printer.out(format_args!(
        "Waived {} of {} until the next lock; commit topika.toml",
        count(found.len(), "finding"),
        args.subject
    ));
    Exit::Clean
}

/// The findings that the row will cover.
fn matching<'j>(rule: &'static Rule, args: &WaiveArgs, judged: &'j Judged) -> Vec<&'j Finding> {
    let at = args.at.as_deref().map(|at| at.strip_prefix('#').unwrap_or(at));
    of_rule(rule, judged)
        .filter(|finding| finding.subject.as_ref() == Some(&args.subject) && finding.waived.is_none())
        .filter(|finding| at.is_none_or(|at| covers(at, finding)))
        .collect()
}

fn of_rule<'j>(rule: &'static Rule, judged: &'j Judged) -> impl Iterator<Item = &'j Finding> {
    judged.report.findings().iter().filter(|finding| finding.rule.id == rule.id)
}

fn said(at: Option<&str>) -> String {
    at.map_or_else(String::new, |at| format!(" at {at}"))
}

/// What might have been meant.
fn instead(rule: &'static Rule, args: &WaiveArgs, judged: &Judged) -> String {
    let own = || of_rule(rule, judged).filter(|finding| finding.subject.as_ref() == Some(&args.subject));
    if let Some(reason) = own().find_map(|finding| finding.waived.as_ref()) {
        return format!("it is waived already: {reason}");
    }
    let places: Vec<String> = own().filter_map(place_of).collect();
    if !places.is_empty() {
        return format!("it has them at {}", places.join(", "));
    }
    let subjects: Vec<&str> = of_rule(rule, judged).filter_map(|finding| finding.subject.as_deref()).collect();
    match closest(&args.subject, subjects.iter().copied()).or_else(|| subjects.first().copied()) {
        Some(subject) => format!("`{subject}` has one"),
        None => "`cargo topika check` prints the findings with their rules and subjects".to_owned(),
    }
}
