use std::num::NonZero;
use std::thread;

use topika_build::{Part, part};
use topika_contract::project::{Alone, Contract, Format, SchemaFile, alone};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::Severity;

use super::package::Module;
use super::row::{Row, Said};

/// A schema file, and what the generator made of it.
pub(super) struct Made {
    pub(super) file: SchemaFile,
    pub(super) contract: Option<Contract>,
    pub(super) part: Option<Part>,
    pub(super) row: Row,
}

/// Generates the modules of the files, each of its own contract.
pub(super) fn make(files: Vec<SchemaFile>) -> Vec<Made> {
    let alone = alone(&files);
    let jobs: Vec<(usize, SchemaFile, Alone)> =
        files.into_iter().zip(alone).enumerate().map(|(number, (file, alone))| (number, file, alone)).collect();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let each = jobs.len().div_ceil(cores).max(1);
    let mut jobs = jobs.into_iter();
    let shares: Vec<Vec<_>> = (0..cores).map(|_| jobs.by_ref().take(each).collect()).collect();
    thread::scope(|scope| {
        let work = |share: Vec<_>| {
            share.into_iter().map(|(number, file, alone)| made(number, file, alone)).collect::<Vec<_>>()
        };
        let threads: Vec<_> = shares.into_iter().map(|share| scope.spawn(move || work(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

fn made(number: usize, file: SchemaFile, alone: Alone) -> Made {
    let Alone { contract, report } = alone;
    let mut row = Row { file: file.path.clone(), format: file.format.as_str(), ..Row::default() };
    row.said.extend(report.findings().iter().map(said));
    let part = contract.as_ref().map(|contract| part(contract, &format!("crate::{}", Module::name(number))));
    match &part {
        Some(part) => {
            row.types = part.own;
            row.said.extend(part.said.iter().map(|said| Said {
                rule: said.rule.to_owned(),
                at: said.at.clone(),
                message: said.message.clone(),
            }));
            row.faults.extend(part.problems.iter().map(|problem| place_first(problem)));
        }
        None => row.first_difference = Some(why(&report)),
    }
    row.findings = row.said.len();
    row.fallbacks = row.said.iter().filter(|said| said.rule == "types/fallback").count();
    Made { file, contract, part, row }
}

fn said(finding: &Finding) -> Said {
    Said {
        rule: finding.rule.id.to_owned(),
        at: finding.at.as_ref().map(ToString::to_string).unwrap_or_default(),
        message: finding.message.clone(),
    }
}

/// A problem of several lines with its place before it, as findings have it: a row of the table shows the first line alone.
fn place_first(problem: &str) -> String {
    let (title, rest) = problem.split_once('\n').unwrap_or((problem, ""));
    let (place, below) = rest.split_once('\n').unwrap_or((rest, ""));
    match place.trim_start().strip_prefix("--> ") {
        Some(place) if below.is_empty() => format!("{place}: {title}"),
        Some(place) => format!("{place}: {title}\n{below}"),
        None => problem.to_owned(),
    }
}

/// The first finding that is worst.
fn why(report: &Report) -> String {
    let denied = report.findings().iter().find(|finding| finding.severity == Severity::Deny);
    match denied.or_else(|| report.findings().first()).map(said) {
        Some(Said { rule, at, message }) if at.is_empty() => format!("{rule}: {message}"),
        Some(Said { rule, at, message }) => format!("{at}: {rule}: {message}"),
        None => "no schema comes of this file".to_owned(),
    }
}

impl Made {
    /// The module, where there is one.
    pub(super) fn module(&self, number: usize) -> Option<Module> {
        let part = self.part.as_ref().filter(|part| part.problems.is_empty())?;
        let types = part.types.iter().map(|ty| (ty.rust.clone(), ty.format)).collect();
        Some(Module { file: number, source: part.source.clone(), types })
    }

    /// Whether it is a JSON Schema with a type that documents can be sent through.
    pub(super) fn has_json_root(&self) -> bool {
        self.part
            .as_ref()
            .is_some_and(|part| part.types.first().is_some_and(|ty| ty.format == Format::Json && ty.name.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::place_first;

    #[test]
    fn the_place_of_a_problem_stands_in_its_first_line() {
        assert_eq!(
            place_first("avro/enum: none\n  --> a.avsc:1:2\n   = help: x"),
            "a.avsc:1:2: avro/enum: none\n   = help: x"
        );
        assert_eq!(place_first("avro/enum: none\n  --> a.avsc:1:2"), "a.avsc:1:2: avro/enum: none");
        assert_eq!(place_first("two files"), "two files");
    }
}
