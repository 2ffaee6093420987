use std::collections::{BTreeMap, BTreeSet};

use topika_contract::avro::{self, Definition, Kind, Logical, Named, Schema};
use topika_contract::project::EventSchema;
use topika_contract::threads::in_parallel;

use super::files::{File, FileKind};
use super::json_table::{json_tables, place};
use super::types::{Lowering, wire_of};
use crate::ir::{FieldTable, RefText, SchemaTable, Shape, Table, TableTy, TypeId};
use crate::names::Ident;

/// The table of each file that is wanted or owns a type that is written.
pub(super) fn tables(lowering: &mut Lowering<'_>) -> Vec<SchemaTable> {
    let owners: BTreeSet<usize> = (0..lowering.types.len()).map(|id| lowering.owner(TypeId(id))).collect();
    let mut constants: BTreeMap<String, String> = BTreeMap::new();
    let mut wanted = Vec::new();
    let mut problems = Vec::new();
    for (index, file) in lowering.files.iter().enumerate() {
        if !file.wanted && !owners.contains(&index) {
            continue;
        }
        let constant = constant(file);
        if let Some(other) = constants.insert(constant.clone(), file.path.to_owned()) {
            problems.push(format!(
                "`{other}` and `{}` both become the table `{constant}`\n   = help: rename one of the files",
                file.path
            ));
            continue;
        }
        wanted.push((file, constant));
    }
    let sources: BTreeSet<&str> = lowering.files.iter().map(|file| file.source.path()).collect();
    let tables = in_parallel(&wanted, |(file, constant)| table(file, constant, &sources));
    lowering.problems.extend(problems);
    tables
}

/// The name of a file's constant. The derive makes the same one from the path in its attribute.
fn constant(file: &File<'_>) -> String {
    let mut name = String::new();
    for c in file.path.chars() {
        match c {
            '/' | '.' => name.push_str("__"),
            c if c.is_ascii_alphanumeric() => name.push(c.to_ascii_uppercase()),
            _ => name.push('_'),
        }
    }
    if let Some(version) = file.frozen() {
        name.push_str(&format!("__V{version}"));
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

fn table(file: &File<'_>, constant: &str, sources: &BTreeSet<&str>) -> SchemaTable {
    let (event, record, version, topic, subject) = match file.kind {
        FileKind::Event(event) => (
            event.name.clone(),
            event.record.clone(),
            event.frozen.or(event.version),
            event.topic.clone(),
            event.subject.name.clone(),
        ),
        FileKind::Shared(shared) => {
            (shared.path.clone(), shared_record(file), shared.version, String::new(), shared.subject.name.clone())
        }
    };
    let types = match file.schema {
        EventSchema::Avro(schema) => avro_tables(schema, file, &record, sources),
        EventSchema::Json(schema) => json_tables(schema, &record),
    };
    let reference = |r: &topika_contract::project::Reference| RefText {
        name: r.name.clone(),
        subject: r.subject.clone(),
        text: r.source.text().to_owned(),
        uses: r.uses.clone(),
    };
    SchemaTable {
        constant: Ident::new(constant),
        path: file.source.path().to_owned(),
        wire: wire_of(file),
        event,
        record,
        text: file.source.text().to_owned(),
        references: file.references.iter().map(reference).collect(),
        version,
        topic,
        subject,
        types,
    }
}

/// The full name or the title of a shared file's root; the name of the file where it has none.
fn shared_record(file: &File<'_>) -> String {
    match file.schema {
        EventSchema::Avro(schema) => match &schema.root().kind {
            Kind::Named(name) => name.to_string(),
            _ => file.stem().to_owned(),
        },
        EventSchema::Json(schema) => schema
            .target(schema.root())
            .and_then(|(_, node)| node.title.clone())
            .unwrap_or_else(|| file.stem().to_owned()),
    }
}

/// The named types of an Avro file, the root first. A frozen file has those of its references too, since its types are its own; and so has
/// an import those of a text that is the file of none: an older version of what it refers to.
fn avro_tables(schema: &Schema, file: &File<'_>, record: &str, sources: &BTreeSet<&str>) -> Vec<Table> {
    let own = |named: &&Named| {
        let path = named.at.source.path();
        path == file.source.path() || file.frozen().is_some() || !sources.contains(path)
    };
    let root = match &schema.root().kind {
        Kind::Named(name) => schema.named(name).map(AsRef::as_ref),
        _ => None,
    };
    let rest = schema.definitions().map(AsRef::as_ref).filter(|named| root.is_none_or(|root| root.name != named.name));
    let unnamed = root.is_none().then(|| {
        let (line, column) = place(&schema.root().at);
        Table { name: record.to_owned(), shape: Shape::Of(avro_ty(schema, schema.root())), line, column }
    });
    let named = root.into_iter().chain(rest).filter(own).map(|named| avro_table(schema, named));
    unnamed.into_iter().chain(named).collect()
}

fn avro_table(schema: &Schema, named: &Named) -> Table {
    let shape = match &named.definition {
        Definition::Record(fields) => Shape::Record(fields.iter().map(|field| avro_field(schema, field)).collect()),
        Definition::Enum { symbols, default } => {
            Shape::Enum(symbols.iter().map(|symbol| symbol.name.clone()).collect(), default.clone())
        }
        Definition::Fixed(size) => Shape::Fixed(*size),
    };
    let (line, column) = place(&named.at);
    Table { name: named.name.to_string(), shape, line, column }
}

fn avro_field(schema: &Schema, field: &avro::Field) -> FieldTable {
    let (line, column) = place(&field.name_at);
    let ty = avro_ty(schema, &field.ty);
    FieldTable { name: field.name.clone(), ty, optional: field.default.is_some(), line, column }
}

fn avro_ty(schema: &Schema, ty: &avro::Type) -> TableTy {
    if let Some(ty) = ty.logical.as_ref().and_then(|logical| logical_ty(logical, &ty.kind)) {
        return ty;
    }
    match &ty.kind {
        Kind::Null => TableTy::Null,
        Kind::Boolean => TableTy::Boolean,
        Kind::Int => TableTy::Int,
        Kind::Long => TableTy::Long,
        Kind::Float => TableTy::Float,
        Kind::Double => TableTy::Double,
        Kind::Bytes => TableTy::Bytes,
        Kind::String => TableTy::String,
        Kind::Array(items) => TableTy::Array(Box::new(avro_ty(schema, items))),
        Kind::Map(values) => TableTy::Map(Box::new(avro_ty(schema, values))),
        Kind::Union(branches) => TableTy::Union(branches.iter().map(|branch| avro_ty(schema, branch)).collect()),
        Kind::Named(name) => named_ty(name.as_str(), schema.named(name).and_then(|named| named.logical.as_ref())),
    }
}

fn named_ty(name: &str, logical: Option<&Logical>) -> TableTy {
    let name = name.to_owned();
    match logical {
        Some(Logical::Decimal { precision, scale }) => {
            TableTy::DecimalFixed { precision: *precision, scale: *scale, name }
        }
        Some(Logical::Duration) => TableTy::Duration(name),
        _ => TableTy::Named(name),
    }
}

fn logical_ty(logical: &Logical, kind: &Kind) -> Option<TableTy> {
    Some(match logical {
        Logical::Decimal { precision, scale } if matches!(kind, Kind::Bytes) => {
            TableTy::Decimal { precision: *precision, scale: *scale }
        }
        Logical::Uuid if matches!(kind, Kind::String) => TableTy::Uuid,
        Logical::Date => TableTy::Date,
        Logical::TimeMillis => TableTy::TimeMillis,
        Logical::TimeMicros => TableTy::TimeMicros,
        Logical::TimestampMillis => TableTy::TimestampMillis,
        Logical::TimestampMicros => TableTy::TimestampMicros,
        Logical::TimestampNanos => TableTy::TimestampNanos,
        Logical::LocalTimestampMillis => TableTy::LocalTimestampMillis,
        Logical::LocalTimestampMicros => TableTy::LocalTimestampMicros,
        Logical::LocalTimestampNanos => TableTy::LocalTimestampNanos,
        Logical::Decimal { .. } | Logical::Uuid | Logical::Duration => return None,
    })
}
