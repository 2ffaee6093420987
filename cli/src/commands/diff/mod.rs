//! `cargo topika diff`: what differs between two versions, in words.

mod carried;
mod document;
mod files;
mod judged;
mod owner;
mod project;
mod side;
mod text;

use std::path::Path;

use crate::args::{DiffArgs, DiffFormat};
use crate::exit::Exit;
use crate::printer::Printer;
use judged::Judged;
use project::Found;
use side::Comparison;

/// The JSON Schema of what `--format json` writes.
pub(super) const JSON_SCHEMA: &str = include_str!("diff.schema.json");

pub(super) fn run(args: &DiffArgs, printer: &mut Printer) -> Exit {
    let pair = args.subject.as_deref().zip(args.old.as_deref()).filter(|_| args.new.is_none());
    let two_files = pair.filter(|(old, new)| Path::new(old).is_file() && Path::new(new).is_file());
    let found = match two_files {
        Some((old, new)) => files::comparisons(old, new, args, printer).map(Found::Judged),
        None => project::comparisons(args, printer),
    };
    match found {
        Ok(Found::Carried(carried)) => {
            match args.format {
                DiffFormat::Text => text::carried(&carried, printer),
                DiffFormat::Json => printer.out(format_args!("{:#}", document::carried(&carried))),
            }
            Exit::Clean
        }
        Ok(Found::Judged(comparisons)) => {
            let judged: Vec<(Comparison, Judged)> = comparisons
                .into_iter()
                .map(|comparison| {
                    let judged = Judged::of(&comparison);
                    (comparison, judged)
                })
                .collect();
            match args.format {
                DiffFormat::Text => text::print(&judged, args.subject.is_none(), printer),
                DiffFormat::Json => printer.out(format_args!("{:#}", document::document(&judged))),
            }
            Exit::Clean
        }
        Err(exit) => exit,
    }
}
