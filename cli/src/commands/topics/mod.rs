//! `cargo topika topics plan`, `apply` and `verify`: the topics of a Kafka and topika.toml.

mod apply;
mod compared;
mod delete;
mod document;
mod plan;
mod text;

use crate::args::{TopicsArgs, TopicsCommand};
use crate::exit::Exit;
use crate::printer::Printer;

pub(super) use document::JSON_SCHEMA;

/// `cargo topika topics`
pub(super) fn run(args: &TopicsArgs, printer: &mut Printer) -> Exit {
    match &args.command {
        TopicsCommand::Plan(args) => plan::run(args, text::plan, printer),
        TopicsCommand::Verify(args) => plan::run(args, text::verified, printer),
        TopicsCommand::Apply(args) => apply::run(args, printer),
    }
}
