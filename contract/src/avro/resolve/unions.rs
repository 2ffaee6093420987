use std::collections::HashMap;

use crate::avro::parsed::Parsed;
use crate::avro::schema::{Definition, Kind, Type};
use crate::rules::AVRO_UNION;
use crate::syntax::Sink;
use crate::text::shortened;

/// Avro 1.12, Unions: no type twice, named types by full name. Names must be looked up before.
pub(super) fn check(file: &mut Parsed, report: &mut Sink<'_>) {
    let mut clean = file.root.as_ref().is_none_or(|root| distinct(root, report));
    for named in &file.definitions {
        if let Definition::Record(fields) = &named.definition {
            for field in fields {
                clean &= distinct(&field.ty, report);
            }
        }
    }
    file.broken |= !clean;
}

fn distinct(ty: &Type, report: &mut Sink<'_>) -> bool {
    match &ty.kind {
        Kind::Array(inner) | Kind::Map(inner) => distinct(inner, report),
        Kind::Union(branches) => {
            let mut seen: HashMap<&str, &Type> = HashMap::with_capacity(branches.len());
            let mut clean = true;
            for branch in branches {
                let key = branch.kind.name();
                if let Some(first) = seen.insert(key, branch) {
                    let key = shortened(key);
                    let finding = AVRO_UNION
                        .at(branch.at.clone(), format!("`{key}` stands twice in this union"))
                        .related(first.at.clone(), "the first one");
                    report.push(finding.help("keep one; two meanings of one type need records of their own"));
                    clean = false;
                }
                clean &= distinct(branch, report);
            }
            clean
        }
        _ => true,
    }
}
