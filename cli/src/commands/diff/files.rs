use std::path::Path;

use topika_contract::report::Report;
use topika_contract::schema::{EventSchema, Format as SchemaFormat};
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

use super::side::{Comparison, Side};
use crate::args::{DiffArgs, Format};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::named_file;
use crate::printer::Printer;

/// Two files, without a project.
pub(super) fn comparisons(
    old: &str,
    new: &str,
    args: &DiffArgs,
    printer: &mut Printer,
) -> Result<Vec<Comparison>, Exit> {
    let mut references = Vec::with_capacity(args.reference.len());
    for path in &args.reference {
        references.push(text(&path.display().to_string(), printer)?);
    }
    let old = side(old, &references, printer)?;
    let new = side(new, &references, printer)?;
    Ok(vec![Comparison { subject: None, old, new }])
}

fn side(path: &str, references: &[Source], printer: &mut Printer) -> Result<Side, Exit> {
    let Some(format) = SchemaFormat::of_path(path) else {
        printer.error(format_args!("{path} is no schema file"), "schema files end in .avsc or .json");
        return Err(Exit::Usage);
    };
    let source = text(path, printer)?;
    let own: Vec<Source> = references
        .iter()
        .filter(|file| file.path() != path && SchemaFormat::of_path(file.path()) == Some(format))
        .cloned()
        .collect();
    let read: Result<EventSchema, Report> = match format {
        SchemaFormat::Avro => avro::Schema::from_texts(&source, &own).map(EventSchema::Avro),
        SchemaFormat::Json => json_schema::Schema::from_texts(&source, &own).map(EventSchema::Json),
    };
    match read {
        Ok(schema) => Ok(Side { label: path.to_owned(), schema, contract: None }),
        Err(report) => {
            print_findings(&report, Format::Text, printer);
            printer.error(
                format_args!("{path} cannot be read as a schema"),
                "mend what stands above; files that it refers to are named with --reference",
            );
            Err(Exit::Failed)
        }
    }
}

fn text(path: &str, printer: &mut Printer) -> Result<Source, Exit> {
    named_file::text(Path::new(path)).map(|text| Source::new(path, text)).map_err(|error| {
        printer
            .error(format_args!("cannot read {path}: {error}"), "see that it is a file of UTF-8 text that can be read");
        Exit::Failed
    })
}
