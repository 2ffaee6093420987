use similar::TextDiff;
use topika_contract::layout::layout;
use topika_contract::report::Report;
use topika_contract::schema::Format as SchemaFormat;
use topika_contract::syntax::Comments;
use topika_contract::text::Source;

use crate::args::{FmtArgs, Format};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::schema_files::{self, SchemaFile};
use crate::summary::count;

/// `cargo topika fmt`
pub(super) fn run(args: &FmtArgs, printer: &mut Printer) -> Exit {
    let Some(files) = schema_files::find(&args.project, &args.paths, printer) else { return Exit::Failed };
    let mut tally = Tally { failed: files.unreadable, ..Tally::default() };
    for file in &files.found {
        let mut report = Report::default();
        match layout(&Source::new(file.shown.as_str(), file.text.as_str()), comments(file.format), &mut report) {
            None => {
                tally.failed += 1;
                print_findings(&report, Format::Text, printer);
            }
            Some(text) if text == file.text => tally.same += 1,
            Some(text) => change(file, &text, args, &mut tally, printer),
        }
    }
    printer.err(tally.line(args));
    match (tally.failed, tally.changed) {
        (1.., _) => Exit::Failed,
        (0, 1..) if args.check => Exit::Findings,
        _ => Exit::Clean,
    }
}

/// What came of the files.
#[derive(Default)]
struct Tally {
    same: usize,
    changed: usize,
    failed: usize,
}

impl Tally {
    fn line(&self, args: &FmtArgs) -> String {
        let Self { same, changed, failed } = *self;
        let all = count(same + changed + failed, "file");
        let mut line = match (args.check || args.diff, changed) {
            (_, 0) => format!("{all}: nothing to format"),
            (true, changed) => format!("{all}: {changed} to format; next: `cargo topika fmt`"),
            (false, changed) => format!("{all}: {changed} formatted"),
        };
        if failed > 0 {
            line += &format!("; {} could not be formatted", count(failed, "file"));
        }
        line
    }
}

/// Writes a file anew, or says what would be written.
fn change(file: &SchemaFile, text: &str, args: &FmtArgs, tally: &mut Tally, printer: &mut Printer) {
    if args.diff {
        printer.out(unified(&file.shown, &file.text, text).trim_end_matches('\n'));
    } else if args.check {
        printer.out(&file.shown);
    } else if let Err(error) = std::fs::write(&file.path, text) {
        tally.failed += 1;
        return printer.error(format_args!("cannot write {}: {error}", file.shown), "see that you may write there");
    } else {
        printer.out(format_args!("formatted {}", file.shown));
    }
    tally.changed += 1;
}

/// What git would show.
fn unified(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}

/// Java's Avro takes comments; a JSON Schema is JSON and has none.
fn comments(format: SchemaFormat) -> Comments {
    match format {
        SchemaFormat::Avro => Comments::Allowed,
        SchemaFormat::Json => Comments::Refused,
    }
}
