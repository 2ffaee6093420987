//! `cargo topika dlq list`, `show` and `redrive`: messages that were given up.

mod edit;
mod list;
mod place;
mod redrive;
mod show;
mod text;

use crate::args::{DlqArgs, DlqCommand};
use crate::exit::Exit;
use crate::printer::Printer;

/// `cargo topika dlq`
pub(super) fn run(args: &DlqArgs, printer: &mut Printer) -> Exit {
    match &args.command {
        DlqCommand::List(args) => list::run(args, printer),
        DlqCommand::Show(args) => show::run(args, printer),
        DlqCommand::Redrive(args) => redrive::run(args, printer),
    }
}
