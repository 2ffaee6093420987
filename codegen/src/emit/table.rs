use std::fmt::{self, Write};

use topika_contract::threads::in_parallel;

use super::mark;
use crate::ir::{FieldTable, RefText, SchemaTable, Shape, Table, TableTy, Wire};

/// The module `__topika`: a static for each schema file (each use of a constant would be evaluated anew, with all the tables in it).
///
/// It is written as text, not as tokens: what it holds are literals, in an order that never changes, and to print them by way of a syntax
/// tree took most of the time of a build script (5 of 8 seconds for 1,000 schemas, without optimisation, as cargo builds it).
pub(super) fn tables(tables: &[SchemaTable]) -> String {
    let mut out = String::from(
        "#[doc(hidden)]\npub mod __topika {\n    #[allow(unused_imports)]\n    \
         use ::topika::schema::{FieldTable, Format, Reference, SchemaFile, Shape, Table, Ty};\n",
    );
    let written = in_parallel(tables, |table| {
        let mut out = String::with_capacity(table.text.len() * 3);
        schema_table(&mut out, table).expect("a String takes every text");
        out
    });
    written.iter().for_each(|table| out.push_str(table));
    out.push_str("}\n");
    out
}

fn schema_table(out: &mut String, table: &SchemaTable) -> fmt::Result {
    let SchemaTable { constant, path, wire, event, record, text, references, version, topic, subject, types } = table;
    let format = match wire {
        Wire::Avro => "Avro",
        Wire::Json => "Json",
    };
    writeln!(out, "\n    pub static {constant}: SchemaFile = SchemaFile {{")?;
    writeln!(out, "        path: {path:?},")?;
    writeln!(out, "        format: Format::{format},")?;
    writeln!(out, "        event: {event:?},")?;
    writeln!(out, "        record: {record:?},")?;
    writeln!(out, "        text: {text:?},")?;
    list(out, "        references", references, reference)?;
    writeln!(out, "        version: {version:?},")?;
    writeln!(out, "        topic: {topic:?},")?;
    writeln!(out, "        subject: {subject:?},")?;
    let table = if format == "Avro" { avro_table } else { json_table };
    list(out, "        types", types, table)?;
    writeln!(out, "    }};")
}

/// A field that is a slice, an item a line.
fn list<T>(out: &mut String, field: &str, items: &[T], item: fn(&mut String, &T) -> fmt::Result) -> fmt::Result {
    if items.is_empty() {
        return writeln!(out, "{field}: &[],");
    }
    writeln!(out, "{field}: &[")?;
    for one in items {
        item(out, one)?;
    }
    writeln!(out, "        ],")
}

fn reference(out: &mut String, reference: &RefText) -> fmt::Result {
    let RefText { name, subject, text, uses } = reference;
    writeln!(out, "            Reference {{ name: {name:?}, subject: {subject:?}, text: {text:?}, uses: &{uses:?} }},")
}

/// The fields of an Avro record have a mark; those of JSON are compared more loosely.
fn avro_table(out: &mut String, of: &Table) -> fmt::Result {
    match &of.shape {
        Shape::Record(fields) if !fields.is_empty() => {
            table(out, of, &format!("Marked({:#x}, &[", mark::record(fields)))
        }
        _ => json_table(out, of),
    }
}

fn json_table(out: &mut String, of: &Table) -> fmt::Result {
    table(out, of, "Record(&[")
}

fn table(out: &mut String, table: &Table, record: &str) -> fmt::Result {
    let Table { name, shape, line, column } = table;
    write!(out, "            Table {{ name: {name:?}, line: {line}, column: {column}, shape: Shape::")?;
    match shape {
        Shape::Record(fields) if fields.is_empty() => writeln!(out, "Record(&[]) }},"),
        Shape::Record(fields) => {
            writeln!(out, "{record}")?;
            for one in fields {
                field(out, one)?;
            }
            writeln!(out, "            ]) }},")
        }
        Shape::Enum(symbols, default) => writeln!(out, "Enum(&{symbols:?}, {default:?}) }},"),
        Shape::Fixed(size) => writeln!(out, "Fixed({size}) }},"),
        Shape::Of(of) => {
            out.push_str("Of(");
            ty(out, of)?;
            writeln!(out, ") }},")
        }
    }
}

fn field(out: &mut String, field: &FieldTable) -> fmt::Result {
    let FieldTable { name, ty, optional, line, column } = field;
    write!(out, "                FieldTable {{ name: {name:?}, ty: ")?;
    self::ty(out, ty)?;
    writeln!(out, ", optional: {optional}, line: {line}, column: {column} }},")
}

fn ty(out: &mut String, of: &TableTy) -> fmt::Result {
    match of {
        TableTy::Array(items) => of_one(out, "Array", items),
        TableTy::Map(values) => of_one(out, "Map", values),
        TableTy::Union(branches) => {
            out.push_str("Ty::Union(&[");
            for (place, branch) in branches.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { ", " });
                ty(out, branch)?;
            }
            out.push_str("])");
            Ok(())
        }
        // The variants have the names and fields of their twins, so what Debug writes is how Rust writes them.
        leaf => write!(out, "Ty::{leaf:?}"),
    }
}

fn of_one(out: &mut String, name: &str, of: &TableTy) -> fmt::Result {
    write!(out, "Ty::{name}(&")?;
    ty(out, of)?;
    out.push(')');
    Ok(())
}
