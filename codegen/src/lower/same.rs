use std::collections::BTreeSet;

use topika_contract::avro::{Definition, FullName, Kind, Named, Schema, Type};

/// Whether two named types of the same name say the same, docs and places aside: then one Rust type stands for both.
pub(super) fn same(a: &Schema, a_named: &Named, b: &Schema, b_named: &Named) -> bool {
    let mut seen = BTreeSet::from([a_named.name.clone()]);
    let mut waiting = vec![(a_named, b_named)];
    while let Some((one, other)) = waiting.pop() {
        let mut names = Vec::new();
        if !same_definition(one, other, &mut names) {
            return false;
        }
        for name in names {
            if seen.insert(name.clone()) {
                match (a.named(&name), b.named(&name)) {
                    (Some(one), Some(other)) => waiting.push((one, other)),
                    _ => return false,
                }
            }
        }
    }
    true
}

fn same_definition(a: &Named, b: &Named, names: &mut Vec<FullName>) -> bool {
    if a.name != b.name || a.logical != b.logical {
        return false;
    }
    match (&a.definition, &b.definition) {
        (Definition::Record(a), Definition::Record(b)) => {
            let pairs = a.iter().zip(b);
            a.len() == b.len() && pairs.into_iter().all(|(a, b)| a.name == b.name && same_type(&a.ty, &b.ty, names))
        }
        (Definition::Enum { symbols: a, .. }, Definition::Enum { symbols: b, .. }) => {
            a.iter().map(|symbol| &symbol.name).eq(b.iter().map(|symbol| &symbol.name))
        }
        (Definition::Fixed(a), Definition::Fixed(b)) => a == b,
        _ => false,
    }
}

fn same_type(a: &Type, b: &Type, names: &mut Vec<FullName>) -> bool {
    if a.logical != b.logical {
        return false;
    }
    match (&a.kind, &b.kind) {
        (Kind::Array(a), Kind::Array(b)) | (Kind::Map(a), Kind::Map(b)) => same_type(a, b, names),
        (Kind::Union(a), Kind::Union(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_type(a, b, names)),
        (Kind::Named(a), Kind::Named(b)) => {
            names.push(a.clone());
            a == b
        }
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
