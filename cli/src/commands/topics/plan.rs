use std::time::Duration;

use super::compared::{Compared, compared};
use super::document;
use crate::args::{PlanFormat, TopicsOfArgs};
use crate::exit::Exit;
use crate::printer::Printer;

/// `cargo topika topics plan` and `verify`, which differ in what they say to people.
pub(super) fn run(args: &TopicsOfArgs, text: fn(&Compared) -> String, printer: &mut Printer) -> Exit {
    let deadline = Duration::from_secs(args.timeout);
    let Some(compared) = compared(&args.project, &args.env, deadline, false, printer) else { return Exit::Failed };
    match args.format {
        PlanFormat::Text => printer.out(text(&compared)),
        PlanFormat::Json => printer.out(document::document(&compared)),
    }
    if compared.plan.is_in_line() { Exit::Clean } else { Exit::Findings }
}
