use super::walk::Parts;
use crate::avro::{Definition, Field, Kind, Type};
use crate::fix;
use crate::lint::text::Lint;
use crate::report::{Finding, Fix};
use crate::rules::{AVRO_ENUM_DEFAULT_MISSING, AVRO_NULL_ONLY, AVRO_OPTIONAL_WITHOUT_DEFAULT};

pub(super) fn check(parts: &Parts<'_>, lint: &mut Lint<'_>) {
    for (part, index, field) in parts.fields() {
        if is_null_only(&field.ty) {
            let message = format!("`{}` can only be null", field.name);
            let finding =
                AVRO_NULL_ONLY.at(field.ty.at.clone(), message).pointer(format!("{}/type", part.field(index)));
            lint.push(finding.help("say what else it may be, or take the field out"));
        } else if field.default.is_none() && is_nullable(&field.ty) {
            lint.push(without_default(field).pointer(part.field(index)));
        }
    }
    for part in &parts.types {
        if let Definition::Enum { symbols, default: None } = &part.named.definition {
            let message = format!("the enum `{}` has no default", part.named.name);
            let catch_all = symbols.iter().find(|symbol| is_catch_all(&symbol.name));
            let help = match catch_all {
                Some(symbol) => format!("add `\"default\": \"{}\"`", symbol.name),
                None => "add a symbol that stands for all others, and say it: `\"default\": \"UNKNOWN\"`".to_owned(),
            };
            let finding = AVRO_ENUM_DEFAULT_MISSING.at(part.named.at.clone(), message).pointer(&*part.pointer);
            lint.push(finding.label("a reader fails at a symbol that it does not know").help(help));
        }
    }
}

fn without_default(field: &Field) -> Finding {
    let message = format!("`{}` may be null and has no default", field.name);
    let finding = AVRO_OPTIONAL_WITHOUT_DEFAULT
        .at(field.name_at.clone(), message)
        .label("every writer must give it, if only null");
    if is_null_first(&field.ty) {
        let title = "add `\"default\": null`".to_owned();
        match fix::insert_member(&field.at, "default", "null") {
            Some(edits) => finding.help(&*title).fix(Fix { title, edits }),
            None => finding.help(title),
        }
    } else {
        finding.help(
            "put `\"null\"` first in the union, and add `\"default\": null`: a default belongs to the first branch",
        )
    }
}

fn is_null(ty: &Type) -> bool {
    matches!(ty.kind, Kind::Null)
}

fn is_null_only(ty: &Type) -> bool {
    match &ty.kind {
        Kind::Union(branches) => branches.iter().all(is_null) && !branches.is_empty(),
        _ => is_null(ty),
    }
}

fn is_nullable(ty: &Type) -> bool {
    matches!(&ty.kind, Kind::Union(branches) if branches.iter().any(is_null))
}

fn is_null_first(ty: &Type) -> bool {
    matches!(&ty.kind, Kind::Union(branches) if branches.first().is_some_and(is_null))
}

fn is_catch_all(symbol: &str) -> bool {
    ["UNKNOWN", "UNSPECIFIED", "OTHER", "NONE", "UNDEFINED"].iter().any(|known| known.eq_ignore_ascii_case(symbol))
}
