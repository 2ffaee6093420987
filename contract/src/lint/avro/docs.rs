use super::walk::Parts;
use crate::avro::Definition;
use crate::lint::text::Lint;
use crate::rules::{DOC_FIELD_MISSING, DOC_TYPE_MISSING};

pub(super) fn check(parts: &Parts<'_>, lint: &mut Lint<'_>) {
    let is_empty = |doc: &Option<String>| doc.as_ref().is_none_or(|doc| doc.trim().is_empty());
    if lint.wants(&DOC_TYPE_MISSING) {
        for part in parts.types.iter().filter(|part| is_empty(&part.named.doc)) {
            let what = match part.named.definition {
                Definition::Record(_) => "record",
                Definition::Enum { .. } => "enum",
                Definition::Fixed(_) => "fixed",
            };
            let message = format!("the {what} `{}` has no doc", part.named.name);
            let finding = DOC_TYPE_MISSING.at(part.named.at.clone(), message).pointer(&*part.pointer);
            lint.push(finding.help("say in a sentence what it is: `\"doc\": \"...\"`"));
        }
    }
    if lint.wants(&DOC_FIELD_MISSING) {
        for (part, index, field) in parts.fields().filter(|(_, _, field)| is_empty(&field.doc)) {
            let message = format!("the field `{}` has no doc", field.name);
            let finding = DOC_FIELD_MISSING.at(field.name_at.clone(), message).pointer(part.field(index));
            lint.push(finding.help("say in a sentence what it holds: `\"doc\": \"...\"`"));
        }
    }
}
