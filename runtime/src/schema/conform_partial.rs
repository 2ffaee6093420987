//! The check that a type with some of the fields of its schema file says of these what the file says.

#![allow(clippy::panic, clippy::indexing_slicing)] // As in `conform`.

use super::conform::{conforms, differs, find, named};
use super::message::Message;
use super::{SchemaFile, Shape, Types};

/// That each field is one of the record and has its type; in which order they stand means nothing.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_partial(rust: &str, fields: &[&str], types: &Types, file: &SchemaFile, name: &str) {
    let table = find(rust, file, name);
    let (Shape::Record(wanted) | Shape::Marked(_, wanted)) = &table.shape else {
        let message = Message::new().code(rust).text(" is a record, but ").code(name).text(" is none");
        panic!("{}", message.at(file.path, table.line, table.column).as_str());
    };
    let mut at = 0;
    while at < fields.len() {
        let field = named(rust, fields[at], wanted, file, table);
        if let Some(ty) = types.at(at)
            && !conforms(ty, &field.ty)
        {
            differs(ty, field, file);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FieldTable, Format, Table, Ty};

    const fn field(name: &'static str, ty: Ty) -> FieldTable {
        FieldTable { name, ty, optional: false, line: 7, column: 5 }
    }

    const FILE: SchemaFile = SchemaFile {
        path: "schemas/a/r.avsc",
        format: Format::Avro,
        event: "a.r",
        record: "a.R",
        text: "",
        references: &[],
        version: None,
        topic: "a.r",
        subject: "a.r-value",
        types: &[
            Table {
                name: "a.R",
                shape: Shape::Record(&[field("id", Ty::String), field("sum", Ty::Long)]),
                line: 2,
                column: 3,
            },
            Table { name: "a.E", shape: Shape::Enum(&["X"], None), line: 4, column: 1 },
        ],
    };

    fn said(check: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let panic = std::panic::catch_unwind(check).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    }

    #[test]
    fn some_of_the_fields_in_any_order_pass() {
        assert_partial("R", &[], &Types::Tuple(&[]), &FILE, "a.R");
        assert_partial("R", &["sum", "id"], &Types::Tuple(&[Ty::Long, Ty::String]), &FILE, "a.R");
    }

    #[test]
    fn a_field_that_is_not_or_is_another_names_itself_and_the_place() {
        let text = said(|| assert_partial("R", &["total"], &Types::Tuple(&[Ty::Long]), &FILE, "a.R"));
        assert_eq!(text, "field `total` of `R` is not in schemas/a/r.avsc:2:3");
        let text = said(|| assert_partial("R", &["sum"], &Types::Tuple(&[Ty::Int]), &FILE, "a.R"));
        assert_eq!(text, "field `sum` is int in the struct but long in schemas/a/r.avsc:7:5");
        let text = said(|| assert_partial("R", &["sum"], &Types::Tuple(&[Ty::Int]), &FILE, "a.E"));
        assert_eq!(text, "`R` is a record, but `a.E` is none in schemas/a/r.avsc:4:1");
    }
}
