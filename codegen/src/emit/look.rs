use super::doc::doc_from;
use super::lines::Lines;
use super::list::List;
use crate::ir::{Body, Code, Field, TypeDef, Wire};

/// What the schema says of a type, and the file that it comes from.
pub(super) fn of_type(lines: &mut Lines, def: &TypeDef) {
    doc_from(lines, 0, def.doc.as_deref(), &def.look.origin);
}

/// The derives and attributes of a type: ours, as paths, and the user's, each once.
pub(super) fn look(lines: &mut Lines, def: &TypeDef, ours: &[&str]) {
    let hidden = def.look.redacts();
    let structured = matches!(def.body, Body::Struct(_));
    let more = [
        ("::topika::Fields", structured && def.look.field_names),
        ("::topika::Builder", structured && def.look.builder),
        // What JSON says is not in the payload as it is: texts have escapes.
        ("::topika::Borrowed", def.look.borrowed && def.wire == Wire::Avro),
    ];
    let more = more.iter().filter(|(_, wanted)| *wanted).map(|(path, _)| *path);
    let mut derives = List::default();
    let mut taken = Vec::with_capacity(16);
    for path in ours.iter().copied().chain(more) {
        let path = if hidden && path == "Debug" { "::topika::RedactedDebug" } else { path };
        taken.push(path.rsplit("::").next().unwrap_or(path));
        derives.word(path);
    }
    // What stands for Debug keeps the user's from standing beside it.
    taken.push("Debug");
    // These are Serialize and Deserialize, too.
    if ["Object", "OneOf", "Literal", "Tuple"].iter().any(|one| taken.contains(one)) {
        taken.extend(["Serialize", "Deserialize"]);
    }
    for path in &def.look.derive {
        if !taken.contains(&path.last()) {
            taken.push(path.last());
            derives.word(path.as_str());
        }
    }
    lines.attribute(0, "derive", &derives);
    attributes(lines, 0, &def.look.attributes);
}

/// Whether the user's attributes speak to serde's own derives.
pub(super) fn says_serde(def: &TypeDef) -> bool {
    let on_fields = def.look.fields.values().flat_map(|field| &field.attributes);
    def.look.attributes.iter().chain(on_fields).any(|attribute| attribute.as_str().contains("serde"))
}

/// The attributes of a field that say how it looks: ours and the user's.
pub(super) fn field(lines: &mut Lines, indent: usize, def: &TypeDef, field: &Field) {
    let Some(look) = def.look.field(&field.schema_name) else { return };
    if look.redacted {
        lines.line(indent, "#[event(personal)]");
    }
    if let Some(part) = &look.carries {
        let mut said = List::default();
        said.text("envelope", part);
        lines.attribute(indent, "event", &said);
    }
    attributes(lines, indent, &look.attributes);
}

fn attributes(lines: &mut Lines, indent: usize, codes: &[Code]) {
    for code in codes {
        lines.code(indent, code.as_str());
    }
}
