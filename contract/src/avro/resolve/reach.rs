use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::avro::schema::{Definition, FullName, Kind, Named, Type};

/// All definitions that a type reaches; `None` where one is missing, which was told before.
pub(super) fn closure(root: &Type, defined: &HashMap<FullName, Arc<Named>>) -> Option<BTreeMap<FullName, Arc<Named>>> {
    let mut found = BTreeMap::new();
    let mut open = Vec::new();
    direct(root, &mut open);
    // A list instead of recursion: a chain of names may be as long as a file is large.
    while let Some(name) = open.pop() {
        if found.contains_key(name) {
            continue;
        }
        let (key, named) = defined.get_key_value(name)?;
        found.insert(key.clone(), Arc::clone(named));
        if let Definition::Record(fields) = &named.definition {
            fields.iter().for_each(|field| direct(&field.ty, &mut open));
        }
    }
    Some(found)
}

/// The names that stand in a type itself.
fn direct<'t>(ty: &'t Type, out: &mut Vec<&'t FullName>) {
    match &ty.kind {
        Kind::Named(name) => out.push(name),
        Kind::Array(inner) | Kind::Map(inner) => direct(inner, out),
        Kind::Union(branches) => branches.iter().for_each(|branch| direct(branch, out)),
        _ => {}
    }
}
