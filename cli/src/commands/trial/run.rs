use std::time::Instant;

use super::build::{Built, build};
use super::document::Document;
use super::files::{Found, PassedOver, find};
use super::made::{Made, make};
use super::package::{Module, Package, default_cache};
use super::payloads::payloads;
use super::row::{Row, Totals};
use super::talk::Talk;
use super::text::text;
use super::trips::{Draws, trips};
use crate::args::{TryArgs, TryFormat};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::summary::count;

/// `cargo topika try`
pub(in super::super) fn run(args: &TryArgs, printer: &mut Printer) -> Exit {
    let start = Instant::now();
    let tried = match tried(args) {
        Ok(tried) => tried,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            return Exit::Failed;
        }
    };
    let Tried { rows, unclaimed, passed_over, others } = tried;
    let totals = Totals::of(&rows);
    let well = rows.iter().all(Row::is_well);
    let summary = format!(
        "Tried {} with seed {} in {} s: {} of {} compiled, {} passed, {} failed{}",
        count(rows.len(), "schema file"),
        args.seed,
        start.elapsed().as_secs(),
        totals.compiled,
        totals.files,
        count(totals.passed, "round trip"),
        totals.failed,
        if others > 0 {
            format!("; {} no schemas", count(others, "other file") + if others == 1 { " is" } else { " are" })
        } else {
            String::new()
        }
    );
    match args.format {
        TryFormat::Text => {
            printer.out(text(&rows, &totals, args.verbose));
            if !passed_over.is_empty() {
                printer.out(format_args!(
                    "{} passed over, since no schema could be read there:",
                    count(passed_over.len(), "file")
                ));
                passed_over.iter().for_each(|none| printer.out(format_args!("    {none}")));
            }
            if !unclaimed.is_empty() {
                printer
                    .out(format_args!("{} that no schema of their folder accepts:", count(unclaimed.len(), "payload")));
                unclaimed.iter().for_each(|path| printer.out(format_args!("    {path}")));
            }
            printer.out(&summary);
        }
        TryFormat::Json => {
            let document = Document {
                version: 1,
                seed: args.seed,
                files: &rows,
                unclaimed: &unclaimed,
                passed_over: &passed_over,
                totals,
            };
            match serde_json::to_string(&document) {
                Ok(json) => printer.out(json),
                Err(error) => {
                    printer.error(error, "take --format text");
                    return Exit::Failed;
                }
            }
            printer.err(&summary);
        }
    }
    if well { Exit::Clean } else { Exit::Findings }
}

/// What came of all files.
struct Tried {
    rows: Vec<Row>,
    unclaimed: Vec<String>,
    passed_over: Vec<PassedOver>,
    others: usize,
}

/// Why it could not be tried.
struct Problem {
    message: String,
    help: &'static str,
}

fn tried(args: &TryArgs) -> Result<Tried, Problem> {
    if !args.dir.is_dir() {
        let message = format!("{} is no folder", args.dir.display());
        return Err(Problem { message, help: "name a folder of schema files" });
    }
    let Found { schemas, unreadable, passed_over, others } = find(&args.dir);
    if schemas.is_empty() && unreadable.is_empty() {
        let why = passed_over.first().map(|none| format!(": {none}")).unwrap_or_default();
        let message = format!("there is no schema in {}{why}", args.dir.display());
        return Err(Problem { message, help: "name a folder with .avsc files, or with JSON Schemas" });
    }
    let progress = Progress::start("Generating");
    let mut all = make(schemas);
    drop(progress);
    let unclaimed = compiled_and_sent(args, &mut all)?;
    let mut rows: Vec<Row> = all.into_iter().map(|made| made.row).collect();
    rows.extend(unreadable.into_iter().map(|(file, problem)| Row {
        file,
        first_difference: Some(format!("it cannot be read: {problem}")),
        ..Row::default()
    }));
    rows.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(Tried { rows, unclaimed, passed_over, others })
}

fn compiled_and_sent(args: &TryArgs, all: &mut [Made]) -> Result<Vec<String>, Problem> {
    let modules: Vec<Module> = all.iter().enumerate().filter_map(|(number, made)| made.module(number)).collect();
    let cache = args.cache.clone().or_else(default_cache).ok_or_else(|| Problem {
        message: "no folder is known to keep the generated package in".to_owned(),
        help: "name one with --cache",
    })?;
    let package = Package::of(&args.dir, &cache).map_err(|error| Problem {
        message: format!("cannot write to {}: {error}", cache.display()),
        help: "name another folder with --cache",
    })?;
    let progress = Progress::start("Compiling what was generated");
    let built = build(&package, &modules, args.offline);
    drop(progress);
    let Built { program, mut faults, first_type } = built.map_err(|message| Problem {
        message: format!("the generated package cannot be built: {message}"),
        help: "see that cargo can get the crates that topika needs, then run it again",
    })?;
    for (number, made) in all.iter_mut().enumerate() {
        let of_file = faults.remove(&number).unwrap_or_default();
        made.row.compiled = first_type.contains_key(&number) && of_file.is_empty();
        made.row.faults.extend(of_file);
        if made.row.first_difference.is_none() {
            made.row.first_difference =
                made.row.faults.first().and_then(|fault| fault.lines().next()).map(str::to_owned);
        }
    }
    let Some(program) = program else { return Ok(Vec::new()) };
    let progress = Progress::start("Sending values through the types");
    let not_run = |message: String| Problem { message, help: "run it again; if that does not help, please report it" };
    let mut talk = Talk::with(&program);
    let draws = Draws { seed: args.seed, values: args.values };
    for (number, made) in all.iter_mut().enumerate() {
        if let Some(first) = first_type.get(&number) {
            trips(made, *first, &draws, &mut talk).map_err(not_run)?;
        }
    }
    let unclaimed = match &args.payloads {
        Some(folder) => payloads(folder, all, &first_type, &mut talk).map_err(not_run)?,
        None => Vec::new(),
    };
    drop(progress);
    Ok(unclaimed)
}
