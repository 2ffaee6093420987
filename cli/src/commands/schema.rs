use topika_contract::report;

use crate::args::{SchemaArgs, SchemaOf};
use crate::exit::Exit;
use crate::printer::Printer;

/// `cargo topika schema report`, `cargo topika schema diff`
pub(super) fn run(args: &SchemaArgs, printer: &mut Printer) -> Exit {
    match args.of {
        SchemaOf::Report => printer.out(report::JSON_SCHEMA.trim_end()),
        #[cfg(feature = "try")]
        SchemaOf::Try => printer.out(super::trial::JSON_SCHEMA.trim_end()),
        SchemaOf::Plan => printer.out(super::deploy::JSON_SCHEMA.trim_end()),
        #[cfg(feature = "kafka")]
        SchemaOf::Topics => printer.out(super::topics::JSON_SCHEMA.trim_end()),
        SchemaOf::Diff => printer.out(super::diff::JSON_SCHEMA.trim_end()),
    }
    Exit::Clean
}
