//! The check that a Rust type says what its schema file says, made while compiling: the derive calls it in a constant, with the
//! table of the type on one side and the table that the generator made of the file on the other.

#![allow(clippy::panic, clippy::indexing_slicing)] // In a constant a panic is the compile error, and indexing the only way in.

use super::lines::Lines;
use super::message::{Message, equal};
use super::{FieldTable, SchemaFile, Shape, Table, Ty, Types};

/// The fields of a record, in the order of the wire, one by one: their names, a line each, and their types.
#[track_caller] // The error stands at the type, not in here.
pub(crate) const fn assert_fields(
    rust: &str,
    name: &str,
    fields: &str,
    count: usize,
    types: &Types,
    file: &SchemaFile,
    table: &Table,
) {
    let fields = &Lines::of(fields, count);
    let (Shape::Record(wanted) | Shape::Marked(_, wanted)) = &table.shape else {
        let message = Message::new().code(rust).text(" is a record, but ").code(name).text(" is none");
        panic!("{}", message.at(file.path, table.line, table.column).as_str());
    };
    let mut at = 0;
    while at < wanted.len() {
        let field = &wanted[at];
        let (true, Some(ty)) = (fields.is(at, field.name), types.at(at)) else {
            let message = misplaced(rust, fields, field, at);
            panic!("{}", message.at(file.path, field.line, field.column).as_str());
        };
        if !conforms(ty, &field.ty) {
            differs(ty, field, file);
        }
        at += 1;
    }
    if fields.count > wanted.len() {
        let message = Message::new().text("field ").code(fields.get(at)).text(" of ").code(rust);
        panic!("{}", message.text(" is not").at(file.path, table.line, table.column).as_str());
    }
}

const fn misplaced(rust: &str, fields: &Lines<'_>, field: &FieldTable, at: usize) -> Message {
    let mut other = 0;
    while other < fields.count {
        if fields.is(other, field.name) {
            let message =
                Message::new().text("field ").code(field.name).text(" of ").code(rust).text(" stands at place ");
            return message.number(other + 1).text(" but is at place ").number(at + 1);
        }
        other += 1;
    }
    Message::new().code(rust).text(" has no field ").code(field.name).text(", which is")
}

/// The symbols of an enum, in order, and its default.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_enum(rust: &str, symbols: &[&str], default: Option<&str>, file: &SchemaFile, name: &str) {
    let table = find(rust, file, name);
    let Shape::Enum(wanted, wanted_default) = &table.shape else {
        let message = Message::new().code(rust).text(" is an enum, but ").code(name).text(" is none");
        panic!("{}", message.at(file.path, table.line, table.column).as_str());
    };
    let mut at = 0;
    while at < wanted.len() || at < symbols.len() {
        let missing = at >= symbols.len();
        let more = at >= wanted.len();
        if missing || more || !equal(symbols[at], wanted[at]) {
            let message = Message::new().text("symbol ").number(at + 1).text(" of ").code(rust).text(" is ");
            let message = if missing { message.text("missing") } else { message.code(symbols[at]) };
            let message = message.text(" but ");
            let message = if more { message.text("nothing") } else { message.code(wanted[at]) };
            panic!("{}", message.at(file.path, table.line, table.column).as_str());
        }
        at += 1;
    }
    let same = match (default, wanted_default) {
        (Some(a), Some(b)) => equal(a, b),
        (None, None) => true,
        _ => false,
    };
    if !same {
        let message = Message::new().text("the default of ").code(rust).text(" is ").option(default).text(" but ");
        panic!("{}", message.option(*wanted_default).at(file.path, table.line, table.column).as_str());
    }
}

/// The size of a fixed.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_fixed(rust: &str, size: usize, file: &SchemaFile, name: &str) {
    let table = find(rust, file, name);
    match table.shape {
        Shape::Fixed(wanted) if wanted == size => (),
        Shape::Fixed(wanted) => {
            let message = Message::new().code(rust).text(" has ").number(size).text(" bytes but ").number(wanted);
            panic!("{}", message.at(file.path, table.line, table.column).as_str());
        }
        _ => {
            let message = Message::new().code(rust).text(" is a fixed, but ").code(name).text(" is none");
            panic!("{}", message.at(file.path, table.line, table.column).as_str());
        }
    }
}

/// A root without a name: its type.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_root(rust: &str, ty: &Ty, file: &SchemaFile, name: &str) {
    let table = find(rust, file, name);
    let message = match &table.shape {
        Shape::Of(wanted) if conforms(ty, wanted) => return,
        Shape::Of(wanted) => Message::new().code(rust).text(" is ").ty(ty).text(" but ").ty(wanted),
        _ => Message::new().code(rust).text(" is ").ty(ty).text(", but ").code(name).text(" is a type with a name"),
    };
    panic!("{}", message.at(file.path, table.line, table.column).as_str());
}

/// Tells a field of another type than the file's.
#[track_caller]
pub(super) const fn differs(rust: &Ty, field: &FieldTable, file: &SchemaFile) -> ! {
    let message = Message::new().text("field ").code(field.name).text(" is ").ty(rust);
    let message = message.text(" in the struct but ").ty(&field.ty);
    panic!("{}", message.at(file.path, field.line, field.column).as_str());
}

/// The field of the file that is called so.
#[track_caller]
pub(super) const fn named<'a>(
    rust: &str,
    name: &str,
    wanted: &'a [FieldTable],
    file: &SchemaFile,
    table: &Table,
) -> &'a FieldTable {
    let mut at = 0;
    while at < wanted.len() {
        if equal(wanted[at].name, name) {
            return &wanted[at];
        }
        at += 1;
    }
    let message = Message::new().text("field ").code(name).text(" of ").code(rust).text(" is not");
    panic!("{}", message.at(file.path, table.line, table.column).as_str());
}

/// The table of the type of that name.
#[track_caller]
pub(crate) const fn find<'a>(rust: &str, file: &'a SchemaFile, name: &str) -> &'a Table {
    let mut at = 0;
    while at < file.types.len() {
        if equal(file.types[at].name, name) {
            return &file.types[at];
        }
        at += 1;
    }
    let message = Message::new().code(rust).text(" is bound to ").code(name).text(", which is not defined");
    panic!("{}", message.at(file.path, 1, 1).as_str());
}

/// Whether a Rust type is what the file says. A logical type may stand as the newtype of its fixed, and a decimal that has more
/// digits than an `i128` as bytes.
pub(super) const fn conforms(rust: &Ty, file: &Ty) -> bool {
    match (rust, file) {
        // The former stands for a type whose derive has said what is wrong with it.
        (Ty::Any, _)
        | (_, Ty::Any)
        | (Ty::Null, Ty::Null)
        | (Ty::Boolean, Ty::Boolean)
        | (Ty::Int, Ty::Int)
        | (Ty::Long, Ty::Long)
        | (Ty::Float, Ty::Float)
        | (Ty::Double, Ty::Double)
        | (Ty::Bytes, Ty::Bytes)
        | (Ty::String, Ty::String)
        | (Ty::Uuid, Ty::Uuid)
        | (Ty::Date, Ty::Date)
        | (Ty::TimeMillis, Ty::TimeMillis)
        | (Ty::TimeMicros, Ty::TimeMicros)
        | (Ty::TimestampMillis, Ty::TimestampMillis)
        | (Ty::TimestampMicros, Ty::TimestampMicros)
        | (Ty::TimestampNanos, Ty::TimestampNanos)
        | (Ty::LocalTimestampMillis, Ty::LocalTimestampMillis)
        | (Ty::LocalTimestampMicros, Ty::LocalTimestampMicros)
        | (Ty::LocalTimestampNanos, Ty::LocalTimestampNanos) => true,
        (Ty::Bytes, Ty::Decimal { precision, .. }) => *precision > 38,
        (Ty::Decimal { precision: a, scale: b }, Ty::Decimal { precision, scale }) => *a == *precision && *b == *scale,
        (Ty::Named(a), Ty::Named(b) | Ty::Duration(b) | Ty::DecimalFixed { name: b, .. })
        | (Ty::Duration(a), Ty::Duration(b)) => equal(a, b),
        (Ty::DecimalFixed { precision: a, scale: b, name }, Ty::DecimalFixed { precision, scale, name: other }) => {
            *a == *precision && *b == *scale && equal(name, other)
        }
        (Ty::Array(a), Ty::Array(b)) | (Ty::Map(a), Ty::Map(b)) => conforms(a, b),
        (Ty::Union(a), Ty::Union(b)) => {
            let mut at = 0;
            while at < a.len() && at < b.len() {
                if !conforms(&a[at], &b[at]) {
                    return false;
                }
                at += 1;
            }
            a.len() == b.len()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Format;

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
                shape: Shape::Record(&[
                    field("id", Ty::String),
                    field("sum", Ty::Decimal { precision: 10, scale: 2 }),
                    field("tags", Ty::Map(&Ty::Array(&Ty::Union(&[Ty::Null, Ty::Named("a.E")])))),
                ]),
                line: 2,
                column: 3,
            },
            Table { name: "a.E", shape: Shape::Enum(&["X", "Y"], Some("X")), line: 4, column: 1 },
            Table { name: "a.F", shape: Shape::Fixed(4), line: 5, column: 1 },
        ],
    };

    /// The check of the type `R` as the record of that name, with these fields.
    fn as_record(name: &str, fields: &str, types: &'static [Ty]) {
        assert_fields("R", name, fields, types.len(), &Types::Tuple(types), &FILE, find("R", &FILE, name));
    }

    fn record(fields: &str, types: &'static [Ty]) {
        as_record("a.R", fields, types);
    }

    fn said(check: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let panic = std::panic::catch_unwind(check).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    }

    const TAGS: Ty = Ty::Map(&Ty::Array(&Ty::Union(&[Ty::Null, Ty::Named("a.E")])));
    const SUM: Ty = Ty::Decimal { precision: 10, scale: 2 };

    #[test]
    fn a_type_that_says_the_same_passes() {
        record("id\nsum\ntags", &[Ty::String, SUM, TAGS]);
        assert_enum("E", &["X", "Y"], Some("X"), &FILE, "a.E");
        assert_fixed("F", 4, &FILE, "a.F");
    }

    #[test]
    fn a_field_of_another_type_names_both_types_and_the_place() {
        let text = said(|| record("id", &[Ty::Int]));
        assert_eq!(text, "field `id` is int in the struct but string in schemas/a/r.avsc:7:5");
        let text = said(|| record("id\nsum", &[Ty::String, Ty::Bytes]));
        assert_eq!(text, "field `sum` is bytes in the struct but decimal(10,2) in schemas/a/r.avsc:7:5");
    }

    #[test]
    fn a_missing_a_misplaced_and_a_needless_field_are_told_apart() {
        let text = said(|| record("", &[]));
        assert_eq!(text, "`R` has no field `id`, which is in schemas/a/r.avsc:7:5");
        let text = said(|| record("sum\nid", &[SUM, Ty::String]));
        assert_eq!(text, "field `id` of `R` stands at place 2 but is at place 1 in schemas/a/r.avsc:7:5");
        let text = said(|| record("id\nsum\ntags\nx", &[Ty::String, SUM, TAGS, Ty::Int]));
        assert_eq!(text, "field `x` of `R` is not in schemas/a/r.avsc:2:3");
    }

    #[test]
    fn enums_and_fixed_are_compared_too() {
        let text = said(|| assert_enum("E", &["X", "Z"], Some("X"), &FILE, "a.E"));
        assert_eq!(text, "symbol 2 of `E` is `Z` but `Y` in schemas/a/r.avsc:4:1");
        let text = said(|| assert_enum("E", &["X"], Some("X"), &FILE, "a.E"));
        assert_eq!(text, "symbol 2 of `E` is missing but `Y` in schemas/a/r.avsc:4:1");
        let text = said(|| assert_enum("E", &["X", "Y", "Z"], Some("X"), &FILE, "a.E"));
        assert_eq!(text, "symbol 3 of `E` is `Z` but nothing in schemas/a/r.avsc:4:1");
        let text = said(|| assert_enum("E", &["X", "Y"], None, &FILE, "a.E"));
        assert_eq!(text, "the default of `E` is nothing but `X` in schemas/a/r.avsc:4:1");
        let text = said(|| assert_fixed("F", 8, &FILE, "a.F"));
        assert_eq!(text, "`F` has 8 bytes but 4 in schemas/a/r.avsc:5:1");
        assert!(said(|| assert_fixed("E", 8, &FILE, "a.E")).contains("is a fixed, but `a.E` is none"));
        assert!(said(|| assert_enum("F", &[], None, &FILE, "a.F")).contains("is an enum, but `a.F` is none"));
        assert!(said(|| as_record("a.F", "", &[])).contains("is a record, but `a.F` is none"));
        assert!(said(|| as_record("a.G", "", &[])).contains("bound to `a.G`, which is not defined in"));
    }
}
