//! `cargo topika compat`: two files, or many pairs, judged without a project.

mod answer;
mod files;
mod line;
mod lines;
mod pairs;
mod problem;

use crate::args::CompatArgs;
use crate::exit::Exit;
use crate::printer::Printer;

pub(super) fn run(args: &CompatArgs, printer: &mut Printer) -> Exit {
    match &args.pairs {
        Some(pairs) => pairs::run(pairs, args, printer),
        None => files::run(args, printer),
    }
}
