use super::compared::compared;
use super::{document, text};
use crate::args::{PlanArgs, PlanFormat};
use crate::exit::Exit;
use crate::printer::Printer;

/// `cargo topika plan`
pub(in super::super) fn run(args: &PlanArgs, printer: &mut Printer) -> Exit {
    let Some(compared) = compared(&args.project, &args.env, printer) else { return Exit::Failed };
    match args.format {
        PlanFormat::Text => printer.out(text::plan(&compared)),
        PlanFormat::Json => printer.out(document::document(&compared)),
    }
    if compared.plan.is_in_line() { Exit::Clean } else { Exit::Findings }
}
