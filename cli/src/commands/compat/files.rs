use std::path::Path;
use std::time::Instant;

use topika_contract::compat::{Judgement, Mode, Terms, Verdict, compare, refusal};
use topika_contract::report::Report;
use topika_contract::schema::{self, EventSchema};
use topika_contract::text::Source;

use super::answer::answer;
use super::problem::first;
use crate::args::{CompatArgs, Form};
use crate::exit::Exit;
use crate::findings::{by_weight, short};
use crate::named_file;
use crate::output::{Told, write};
use crate::printer::Printer;
use crate::summary::count;

/// Judges the last of the files against the ones before it.
pub(super) fn run(args: &CompatArgs, printer: &mut Printer) -> Exit {
    let start = Instant::now();
    let outputs = match args.output.outputs() {
        Ok(outputs) => outputs,
        Err(problem) => {
            printer.error(problem, "give all but one a file of its own: --format sarif=out.sarif");
            return Exit::Usage;
        }
    };
    let mut schemas = match schemas(args, printer) {
        Ok(schemas) => schemas,
        Err(Unjudged { exit, error }) => {
            // Whoever reads JSON finds the reason there too.
            if outputs.iter().any(|output| output.file.is_none() && output.form == Form::Json) {
                printer.out(serde_json::json!({ "error": error }));
            }
            return exit;
        }
    };
    let Some(new) = schemas.pop() else { return Exit::Usage };
    // Versions count from the oldest, and are judged from the newest.
    let mut olds: Vec<(u32, EventSchema)> = (1..).zip(schemas).collect();
    olds.reverse();
    let mut terms = args.terms();
    if olds.len() > 1 {
        terms.level = terms.level.over_all_versions();
    }
    let judgement = compare(&new, &olds, &terms);
    let summary = format!(
        "Compared with {} under {}, mode {}, in {} ms: {}",
        count(olds.len(), "older version"),
        terms.level,
        terms.mode,
        start.elapsed().as_millis(),
        verdict(&judgement, &terms)
    );
    let json = match serde_json::to_string(&answer(&judgement, terms.mode)) {
        Ok(json) => json,
        Err(error) => {
            printer.error(error, "take another format");
            return Exit::Failed;
        }
    };
    let mut report = Report::default();
    report.extend(judgement.findings);
    let subjects = args.files.last().map(|path| path.display().to_string()).into_iter().collect();
    let told = Told { report: &report, root: Path::new("."), subjects, summary, json: Some(json) };
    match (write(&told, &outputs, printer), judgement.verdict) {
        (false, _) => Exit::Failed,
        (true, Verdict::Compatible) => Exit::Clean,
        // As in `check`: what nobody could decide does not hold.
        (true, Verdict::Incompatible | Verdict::Undecided) => Exit::Findings,
    }
}

fn verdict(judgement: &Judgement, terms: &Terms) -> String {
    let own = judgement.findings.iter().filter(|finding| finding.reference.is_none()).count();
    match judgement.verdict {
        Verdict::Incompatible => "not compatible".to_owned(),
        Verdict::Undecided => {
            format!("undecided: {}", judgement.reason.as_deref().unwrap_or("the schemas are beyond the judge"))
        }
        Verdict::Compatible if own > 0 && terms.mode == Mode::Confluent => {
            format!("compatible; {} that the registry does not see (--mode both counts them)", count(own, "finding"))
        }
        Verdict::Compatible => "compatible".to_owned(),
    }
}

/// Why a file could not be judged; people were told.
struct Unjudged {
    exit: Exit,
    error: String,
}

/// The schemas of the files, in their order.
fn schemas(args: &CompatArgs, printer: &mut Printer) -> Result<Vec<EventSchema>, Unjudged> {
    let references: Vec<Source> = args.reference.iter().map(|path| text(path, printer)).collect::<Result<_, _>>()?;
    args.files.iter().map(|path| read(path, &references, args, printer)).collect()
}

fn text(path: &Path, printer: &mut Printer) -> Result<Source, Unjudged> {
    let name = path.display().to_string();
    named_file::text(path).map(|text| Source::new(name.as_str(), text)).map_err(|error| {
        let error = format!("{name} cannot be read: {error}");
        printer.error(&error, "name two schema files, the older one first");
        Unjudged { exit: Exit::Failed, error }
    })
}

fn read(path: &Path, references: &[Source], args: &CompatArgs, printer: &mut Printer) -> Result<EventSchema, Unjudged> {
    let name = path.display().to_string();
    let format_of = |name: &str| args.r#type.map(|said| said.format()).or_else(|| schema::Format::of_path(name));
    let Some(format) = format_of(&name) else {
        let error = format!("{name} ends neither in .avsc nor in .json");
        printer.error(&error, "say what it is with --type AVRO or --type JSON");
        return Err(Unjudged { exit: Exit::Usage, error });
    };
    let text = text(path, printer)?;
    let others: Vec<Source> = references
        .iter()
        .filter(|file| file.path() != name && format_of(file.path()) == Some(format))
        .cloned()
        .collect();
    let schema = EventSchema::from_texts(format, &text, &others).map_err(|report| {
        for finding in by_weight(&report) {
            printer.err(short(finding));
        }
        let help = "mend what stands above; files that it refers to are named with --reference";
        printer.error(format_args!("{name} cannot be judged"), help);
        Unjudged { exit: Exit::Failed, error: first(&name, &report) }
    })?;
    match refusal(&schema) {
        Some(why) => {
            let error = format!("{name}: registries do not load it: {why}");
            printer.error(&error, "mend what it names");
            Err(Unjudged { exit: Exit::Failed, error })
        }
        None => Ok(schema),
    }
}
