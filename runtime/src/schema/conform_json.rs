//! The check that a struct of JSON says what its schema file says, as far as names and attributes tell: the types are serde's.

#![allow(clippy::panic, clippy::indexing_slicing)] // As in `conform`.

use super::conform::{conforms, differs, named};
use super::message::{Message, equal};
use super::{FieldTable, SchemaFile, Shape, Ty};

/// A field of a JSON struct: its name, its kind as far as its type tells, and whether serde refuses a message without it.
pub type JsonField<'a> = (&'a str, Ty, bool);

/// That each property which a JSON Schema file requires is a field, that no field must be there which may be absent, and that each is one of the
/// file's and of the kind that the file says, as far as its type tells; the types are serde's.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_json(rust: &str, fields: &[JsonField<'_>], file: &SchemaFile) {
    if file.types.is_empty() {
        return;
    }
    let table = &file.types[0];
    let Shape::Record(wanted) = &table.shape else { return };
    // A root of another shape has no properties that the table could list.
    if wanted.is_empty() {
        return;
    }
    let (mut at, mut found) = (0, 0);
    while at < wanted.len() {
        let field = &wanted[at];
        // A generated struct has them in the order of the file; each step is interpreted.
        let mut own = at;
        if own >= fields.len() || !equal(fields[own].0, field.name) {
            own = 0;
            while own < fields.len() && !equal(fields[own].0, field.name) {
                own += 1;
            }
        }
        if own == fields.len() {
            if !field.optional {
                let message = Message::new().code(rust).text(" has no field ").code(field.name);
                let message = message.text(", which is required").at(file.path, field.line, field.column);
                panic!("{}", message.as_str());
            }
        } else {
            is_as_said(rust, &fields[own], field, file);
            found += 1;
        }
        at += 1;
    }
    // A name that the file does not know is a slip: the property would never be read, or never be understood.
    let mut own = 0;
    while found < fields.len() && own < fields.len() {
        named(rust, fields[own].0, wanted, file, table);
        own += 1;
    }
}

/// That each property is one of those that the file names, of its kind as far as its type tells, and absent where it may be.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_partial_json(rust: &str, fields: &[JsonField<'_>], file: &SchemaFile) {
    if file.types.is_empty() {
        return;
    }
    let table = &file.types[0];
    let Shape::Record(wanted) = &table.shape else { return };
    let mut at = 0;
    while at < fields.len() {
        let field = named(rust, fields[at].0, wanted, file, table);
        is_as_said(rust, &fields[at], field, file);
        at += 1;
    }
}

/// That a field is of the kind that the file says, and may be absent where the file says so.
#[track_caller]
const fn is_as_said(rust: &str, own: &JsonField<'_>, field: &FieldTable, file: &SchemaFile) {
    if !is_kind(&own.1, &field.ty) {
        differs(&own.1, field, file);
    }
    if own.2 && field.optional {
        let message = Message::new().text("field ").code(field.name).text(" of ").code(rust);
        let message = message.text(" is no option but may be absent");
        panic!("{}", message.at(file.path, field.line, field.column).as_str());
    }
}

/// Whether a field of JSON is of a kind that the file says. Null aside: whether it may be null, its attributes say.
const fn is_kind(rust: &Ty, file: &Ty) -> bool {
    match (rust, file) {
        (Ty::Any, _) | (_, Ty::Any) => true,
        (rust, Ty::Union([Ty::Null, one])) => is_kind(rust, one),
        // A whole number is a number.
        (Ty::Double, Ty::Long) => true,
        (Ty::Array(a), Ty::Array(b)) | (Ty::Map(a), Ty::Map(b)) => is_kind(a, b),
        (rust, file) => conforms(rust, file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Format, Table};

    const fn field(name: &'static str, ty: Ty) -> FieldTable {
        FieldTable { name, ty, optional: false, line: 7, column: 5 }
    }

    const FILE: SchemaFile = SchemaFile {
        path: "schemas/a/r.schema.json",
        format: Format::Json,
        event: "a.r",
        record: "R",
        text: "",
        references: &[],
        version: None,
        topic: "a.r",
        subject: "a.r-value",
        types: &[Table {
            name: "R",
            shape: Shape::Record(&[
                field("id", Ty::String),
                field("sum", Ty::Double),
                FieldTable { optional: true, ..field("tags", Ty::Array(&Ty::String)) },
            ]),
            line: 2,
            column: 3,
        }],
    };

    fn said(check: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let panic = std::panic::catch_unwind(check).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    }

    #[test]
    fn a_struct_that_says_the_same_passes() {
        assert_json("R", &[("id", Ty::String, true), ("sum", Ty::Any, false), ("tags", Ty::Any, false)], &FILE);
        assert_json("R", &[("sum", Ty::Double, true), ("id", Ty::String, false)], &FILE);
        assert_partial_json("R", &[("sum", Ty::Double, true)], &FILE);
        const ROOT: SchemaFile =
            SchemaFile { types: &[Table { name: "R", shape: Shape::Record(&[]), line: 2, column: 3 }], ..FILE };
        assert_json("R", &[("any", Ty::String, true)], &ROOT);
    }

    #[test]
    fn a_field_that_must_be_there_is_none_that_may_be_absent() {
        let tags = ("tags", Ty::Array(&Ty::String), true);
        let text = said(move || assert_json("R", &[("id", Ty::String, true), ("sum", Ty::Any, false), tags], &FILE));
        assert_eq!(text, "field `tags` of `R` is no option but may be absent in schemas/a/r.schema.json:7:5");
        let tags = ("tags", Ty::Array(&Ty::String), true);
        assert!(said(move || assert_partial_json("R", &[tags], &FILE)).contains("is no option"));
    }

    #[test]
    fn a_json_field_is_of_the_kind_that_the_file_says() {
        const JSON: SchemaFile = SchemaFile {
            types: &[Table {
                name: "R",
                shape: Shape::Record(&[
                    field("count", Ty::Union(&[Ty::Null, Ty::Long])),
                    field("tags", Ty::Array(&Ty::Double)),
                    field("more", Ty::Any),
                    field("who", Ty::Map(&Ty::Any)),
                ]),
                line: 2,
                column: 3,
            }],
            ..FILE
        };
        let (tags, who) = (("tags", Ty::Array(&Ty::Any), true), ("who", Ty::Any, true));
        assert_json("R", &[("count", Ty::Double, true), tags, ("more", Ty::String, true), who], &JSON);
        let tags = ("tags", Ty::Array(&Ty::Double), true);
        let text = said(move || assert_json("R", &[("count", Ty::String, true), tags, ("more", Ty::Any, true)], &JSON));
        assert_eq!(text, "field `count` is string in the struct but [null, long] in schemas/a/r.schema.json:7:5");
        let tags = ("tags", Ty::Array(&Ty::Long), true);
        let text = said(move || assert_json("R", &[("count", Ty::Long, true), tags, ("more", Ty::Any, true)], &JSON));
        assert_eq!(
            text,
            "field `tags` is array of long in the struct but array of double in schemas/a/r.schema.json:7:5"
        );
        let rest = [
            ("count", Ty::Long, true),
            ("tags", Ty::Any, true),
            ("more", Ty::Any, true),
            ("who", Ty::Map(&Ty::String), true),
        ];
        assert_json("R", &rest, &JSON);
        let text = said(|| {
            assert_json(
                "R",
                &[
                    ("count", Ty::Long, true),
                    ("tags", Ty::Any, true),
                    ("more", Ty::Any, true),
                    ("who", Ty::String, true),
                ],
                &JSON,
            );
        });
        assert_eq!(text, "field `who` is string in the struct but object in schemas/a/r.schema.json:7:5");
    }

    #[test]
    fn a_required_json_property_must_be_a_field() {
        let text = said(|| assert_json("R", &[("id", Ty::String, true)], &FILE));
        assert_eq!(text, "`R` has no field `sum`, which is required in schemas/a/r.schema.json:7:5");
    }

    #[test]
    fn a_json_field_that_the_file_does_not_know_is_told() {
        let fields =
            [("id", Ty::String, true), ("summ", Ty::Any, true), ("sum", Ty::Any, true), ("tags", Ty::Any, false)];
        let text = said(move || assert_json("R", &fields, &FILE));
        assert_eq!(text, "field `summ` of `R` is not in schemas/a/r.schema.json:2:3");
    }

    #[test]
    fn some_of_the_properties_in_any_order_pass_and_others_do_not() {
        assert_partial_json("R", &[("sum", Ty::Any, false), ("id", Ty::String, true)], &FILE);
        let text = said(|| assert_partial_json("R", &[("sum", Ty::String, true)], &FILE));
        assert_eq!(text, "field `sum` is string in the struct but double in schemas/a/r.schema.json:7:5");
        let text = said(|| assert_partial_json("R", &[("total", Ty::Any, false)], &FILE));
        assert_eq!(text, "field `total` of `R` is not in schemas/a/r.schema.json:2:3");
    }
}
