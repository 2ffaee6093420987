use super::{Fields as _, OfFields};
use crate::schema::conform::{assert_fields, find};
use crate::schema::{SchemaFile, Shape, Table, mark};

/// That a record has the fields which its file says, while compiling.
#[track_caller] // The error stands at the type, not in here.
pub const fn assert_record<T: OfFields>(rust: &str, file: &SchemaFile) {
    let table = find(rust, file, T::RECORD.name);
    if !is_marked::<T>(table) {
        look_closer::<T>(rust, file, table);
    }
}

/// Whether the generator gave the record the number that its type has too: then their fields have the same names and types.
pub const fn is_marked<T: OfFields>(table: &Table) -> bool {
    match &table.shape {
        Shape::Marked(mark, _) => *mark == mark::then(T::Fields::MARK, T::RECORD.mark),
        _ => false,
    }
}

/// A function of its own: the constants in it are evaluated only where it is called.
#[track_caller]
const fn look_closer<T: OfFields>(rust: &str, file: &SchemaFile, table: &Table) {
    assert_fields(rust, T::RECORD.name, T::RECORD.fields, T::Fields::COUNT, &T::Fields::TYPES, file, table);
}
