use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::json;
use topika_contract::compat::{Terms, Verdict};

use super::answer::answer;
use super::line::judge;
use super::lines::{Line, next};
use crate::args::{CompatArgs, Form};
use crate::exit::Exit;
use crate::printer::Printer;

/// What some programs write before the first character of a file in UTF-8.
const MARK: &str = "\u{feff}";

/// Answers every line of a file with a line of JSON, in order, each as soon as it is known. Blank lines are passed over.
pub(super) fn run(path: &Path, args: &CompatArgs, printer: &mut Printer) -> Exit {
    if args.output.given().iter().any(|output| output.form != Form::Json || output.file.is_some()) {
        let help = "leave --format out, or judge two files: compat OLD NEW --format FORM";
        printer.error("--pairs answers in lines of JSON on stdout, and in no other form", help);
        return Exit::Usage;
    }
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        match File::open(path) {
            Ok(file) => Box::new(BufReader::with_capacity(1 << 16, file)),
            Err(error) => {
                printer.error(format_args!("{} cannot be read: {error}", path.display()), "name a file of pairs, or -");
                return Exit::Failed;
            }
        }
    };
    let terms = args.terms();
    let (mut held, mut unread) = (true, false);
    let mut mark = MARK;
    loop {
        let answered = match next(&mut *input) {
            Ok(Line::End) => break,
            Ok(Line::Text(line)) => {
                let line = line.strip_prefix(std::mem::take(&mut mark)).unwrap_or(&line);
                if line.trim().is_empty() {
                    continue;
                }
                one(line, &terms)
            }
            Ok(Line::Broken(why)) => Err(why.to_owned()),
            Err(error) => {
                printer.error(format_args!("{} cannot be read: {error}", path.display()), "see that it can be read");
                return Exit::Failed;
            }
        };
        match answered {
            Ok((line, verdict)) => {
                // As in `check`: what nobody could decide does not hold.
                held &= verdict == Verdict::Compatible;
                printer.out(line);
            }
            Err(error) => {
                unread = true;
                printer.out(json!({ "error": error }));
            }
        }
    }
    match (unread, held) {
        (true, _) => Exit::Failed,
        (false, false) => Exit::Findings,
        (false, true) => Exit::Clean,
    }
}

fn one(line: &str, terms: &Terms) -> Result<(String, Verdict), String> {
    let (judgement, mode) = judge(line, terms)?;
    let line = serde_json::to_string(&answer(&judgement, mode)).map_err(|error| error.to_string())?;
    Ok((line, judgement.verdict))
}
