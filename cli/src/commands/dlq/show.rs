use topika::Error;

use super::place::{Place, place};
use super::text;
use crate::args::{DlqFormat, ShowArgs};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::summary::count;

/// `cargo topika dlq show`
pub(super) fn run(args: &ShowArgs, printer: &mut Printer) -> Exit {
    let Some(place) = place(&args.place, printer) else { return Exit::Failed };
    match show(&place, args, printer) {
        Ok(()) => Exit::Clean,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

fn show(place: &Place, args: &ShowArgs, printer: &mut Printer) -> Result<(), Problem> {
    let letters = place.letters(&args.topic)?;
    let problem = |error: Error| place.problem(&error);
    let mut reading = place.runtime.block_on(letters.read(args.which.filter())).map_err(problem)?;
    let mut found: u64 = 0;
    while let Some(letter) = place.runtime.block_on(reading.next()) {
        let letter = letter.map_err(problem)?;
        if found == args.limit {
            printer.err(format_args!(
                "note: there are more; `--limit` shows them, `--where`, `--group` and `--partition` choose"
            ));
            return Ok(());
        }
        found += 1;
        let value = match place.registry() {
            Some(registry) => {
                place.runtime.block_on(letter.decoded(registry)).map_err(|error| error.message().to_owned())
            }
            None if letter.schema.is_none() => {
                Ok(letter.payload.as_deref().and_then(|payload| serde_json::from_slice(payload).ok()))
            }
            None => Err("no registry is named".to_owned()),
        };
        match args.format {
            DlqFormat::Text => printer.out(text::whole(&letter, &value)),
            DlqFormat::Json => printer.out(text::document(&letter, &value)),
        }
    }
    if args.format == DlqFormat::Text {
        let before = match reading.redriven_before() {
            0 => String::new(),
            before => format!("; {before} were sent again before"),
        };
        printer.err(format_args!(
            "{} on {}{before}",
            count(usize::try_from(found).unwrap_or(usize::MAX), "letter"),
            letters.topic()
        ));
    }
    Ok(())
}
