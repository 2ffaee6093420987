use std::collections::HashMap;

use crate::avro::schema::{FullName, Named};

/// The definitions of all files by their names.
pub(super) type Table<'n> = HashMap<&'n FullName, &'n Named>;
