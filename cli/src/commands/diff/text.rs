use topika_contract::changes::{Change, Sign};
use topika_contract::compat::{Level, Verdict};
use topika_contract::data_contract::ContractChange;
use topika_contract::report::plain;

use super::carried::{Carried, ReferenceChange};
use super::judged::{Judged, JudgedChange, LEVELS};
use super::side::Comparison;
use crate::printer::Printer;
use crate::summary::count;

/// Prints comparisons for people; of many, those that differ.
pub(super) fn print(all: &[(Comparison, Judged)], only_different: bool, printer: &mut Printer) {
    let mut equal = 0;
    for (comparison, judged) in all {
        if judged.changes.is_empty() && comparison.contracts().is_empty() && only_different {
            equal += 1;
        } else {
            one(comparison, judged, printer);
        }
    }
    if only_different {
        let different = all.len() - equal;
        printer.out(match (different, equal) {
            (0, 0) => "Nothing is locked yet: there is nothing to compare with".to_owned(),
            (0, equal) => format!("No differences in {}", count(equal, "subject")),
            (different, equal) => format!("{} changed, {equal} not", count(different, "subject")),
        });
    }
}

fn one(comparison: &Comparison, judged: &Judged, printer: &mut Printer) {
    let Comparison { subject, old, new } = comparison;
    let contracts = comparison.contracts();
    let name = subject.as_ref().map_or_else(String::new, |name| format!("{}: ", plain(name)));
    printer.out(format_args!("{name}{} -> {}", plain(&old.label), plain(&new.label)));
    let mut group = "";
    for judged in &judged.changes {
        if judged.change.group != group {
            group = &judged.change.group;
            printer.out(format_args!("\n{}", plain(group)));
        }
        change(judged, printer);
    }
    if !contracts.is_empty() {
        printer.out("\ndata contract");
        contracts.iter().for_each(|change| printer.out(contract(change)));
    }
    printer.out(format_args!("\n{}\n", verdict(judged, contracts.len())));
}

/// Prints what differs between two texts that are carried.
pub(super) fn carried(carried: &Carried, printer: &mut Printer) {
    printer.out(format_args!("{}: {} -> {}", plain(&carried.subject), carried.old, carried.new));
    if !carried.text.is_empty() {
        printer.out(format_args!("\ntext ({})", carried.language()));
        carried.text.lines().for_each(|line| printer.out(format_args!("  {}", plain(line))));
    }
    if !carried.references.is_empty() {
        printer.out("\nreferences");
        carried.references.iter().for_each(|change| printer.out(reference(change)));
    }
    if !carried.contract.is_empty() {
        printer.out("\ndata contract");
        carried.contract.iter().for_each(|change| printer.out(contract(change)));
    }
    printer.out(format_args!("\n{}\n", carried.verdict()));
}

fn reference(change: &ReferenceChange) -> String {
    let name = plain(&change.name);
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("  ~ {name}: {} -> {}", plain(old), plain(new)),
        (Some(old), None) => format!("  - {name}: {}", plain(old)),
        (None, new) => format!("  + {name}: {}", plain(new.as_deref().unwrap_or_default())),
    }
}

/// What a registry keeps beside the schema; no reader of messages depends on it.
fn contract(change: &ContractChange) -> String {
    let path = plain(&change.path);
    match (&change.old, &change.new) {
        (None, Some(new)) => format!("  + {path}: {}", plain(new)),
        (Some(old), None) => format!("  - {path}: {}", plain(old)),
        (old, new) => {
            let side = |side: &Option<String>| plain(side.as_deref().unwrap_or("null")).into_owned();
            format!("  ~ {path}: {} -> {}", side(old), side(new))
        }
    }
}

fn change(judged: &JudgedChange, printer: &mut Printer) {
    let Change { kind, message, old, new, .. } = &judged.change;
    let sign = match kind.sign() {
        Sign::Added => '+',
        Sign::Removed => '-',
        Sign::Changed => '~',
    };
    printer.out(format_args!("  {sign} {}", plain(message)));
    // What is gone is looked for where it was.
    let spot = if kind.sign() == Sign::Removed { old.as_ref().or(new.as_ref()) } else { new.as_ref().or(old.as_ref()) };
    let place = spot.map_or_else(String::new, |spot| {
        let pointer = if spot.pointer.is_empty() { "" } else { "  " };
        format!("{}{pointer}{}", plain(&spot.at.to_string()), plain(&spot.pointer))
    });
    printer.out(format_args!("      {place}"));
    printer.out(format_args!("      {}", harm(judged)));
    for said in judged.said.iter().filter(|said| !said.is_registrys) {
        printer.out(format_args!("      not judged by the registry: {} ({})", plain(&said.message), said.rule));
    }
}

/// What a change breaks, or under which level it is harmless.
fn harm(judged: &JudgedChange) -> String {
    let unclear = judged.unclear.iter().map(|level| level.as_str()).collect::<Vec<_>>().join(" and ");
    let around = || format!("within what breaks {unclear}, where the registry looks no further");
    match judged.breaks().as_slice() {
        [] if !judged.unclear.is_empty() => around(),
        [] if !judged.said.is_empty() => "the registry lets it pass under FULL".to_owned(),
        [] => "harmless under FULL".to_owned(),
        [Level::Backward] => one_way("BACKWARD: the new schema cannot read old data", "FORWARD", judged, around),
        [Level::Forward] => one_way("FORWARD: the old schema cannot read new data", "BACKWARD", judged, around),
        _ => "breaks BACKWARD and FORWARD".to_owned(),
    }
}

/// What breaks one direction, and what is known of the other.
fn one_way(breaks: &str, other: &str, judged: &JudgedChange, around: impl Fn() -> String) -> String {
    let rest = if judged.unclear.is_empty() { format!("harmless under {other}") } else { around() };
    format!("breaks {breaks}; {rest}")
}

fn verdict(judged: &Judged, contracts: usize) -> String {
    if judged.changes.is_empty() && contracts > 0 {
        return "The schemas say the same".to_owned();
    }
    if judged.changes.is_empty() {
        return "No differences".to_owned();
    }
    let by = |wanted: Verdict| {
        let levels = LEVELS.iter().zip(judged.holds).filter(|(_, verdict)| *verdict == wanted);
        levels.map(|(level, _)| level.as_str()).collect::<Vec<_>>().join(", ")
    };
    let mut parts = vec![count(judged.changes.len(), "difference")];
    for (verdict, said) in
        [(Verdict::Compatible, "holds"), (Verdict::Incompatible, "broken"), (Verdict::Undecided, "undecided")]
    {
        let levels = by(verdict);
        if !levels.is_empty() {
            parts.push(format!("{said}: {levels}"));
        }
    }
    let mut line = parts.join("; ");
    for said in judged.others.iter().filter(|said| said.is_registrys) {
        line += &format!("\n  {}: {} ({})", said.level, plain(&said.message), said.rule);
    }
    line
}
