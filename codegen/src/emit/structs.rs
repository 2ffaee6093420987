use topika_contract::text::json::quoted;

use super::checks::checks;
use super::defaults::constants;
use super::doc::doc_from;
use super::enums::{begin, end};
use super::lines::Lines;
use super::list::List;
use super::look::{self, of_type};
use super::path::{from_root, ty, way, written_as};
use super::unset::unset;
use super::wrap::INDENT;
use crate::ir::{Default, Extra, Field, FileRef, Ir, Role, Struct, Ty, TypeDef, Wire};
use crate::names::Ident;

pub(super) fn record(lines: &mut Lines, ir: &Ir, def: &TypeDef, body: &Struct) {
    of_type(lines, def);
    let mut derive = vec!["Clone", "Debug", "PartialEq"];
    if def.wire == Wire::Json {
        match look::says_serde(def) {
            true => derive.extend(["::topika::serde::Serialize", "::topika::serde::Deserialize"]),
            false => derive.push("::topika::Object"),
        }
    }
    match (def.wire, &def.role) {
        (_, Role::Event { .. }) => derive.push("::topika::Event"),
        (Wire::Avro, _) => derive.push("::topika::Record"),
        (Wire::Json, _) => {}
    }
    if def.wire == Wire::Json {
        derive.push("::topika::Validate");
    }
    look::look(lines, def, &derive);
    match (def.wire, &body.extra) {
        (Wire::Avro, _) => {}
        (Wire::Json, Extra::Refused) => lines.line(0, "#[serde(crate = \"::topika::serde\", deny_unknown_fields)]"),
        (Wire::Json, _) => lines.line(0, "#[serde(crate = \"::topika::serde\")]"),
    }
    role(lines, ir, def);
    lines.attribute(0, "validate", &checks(&def.checks));
    let is_empty = body.fields.is_empty() && !matches!(body.extra, Extra::Kept(..));
    begin(lines, def, "struct", is_empty);
    for field in &body.fields {
        self::field(lines, ir, def, field);
    }
    if let Extra::Kept(name, values, checks) = &body.extra {
        extra(lines, ir, def, name, values, &self::checks(checks));
    }
    end(lines, is_empty);
    constants(lines, ir, def, body);
}

/// The properties that the schema does not name.
fn extra(lines: &mut Lines, ir: &Ir, def: &TypeDef, name: &Ident, values: &Ty, checks: &List) {
    lines.line(INDENT, "/// Properties that the schema does not name.");
    let mut serde = List::default();
    serde.word("flatten");
    // serde holds the values back, and what they are read by with them; any values need nothing.
    if *values != Ty::Json {
        serde.text("deserialize_with", "::topika::json::additional");
    }
    lines.attribute(INDENT, "serde", &serde);
    lines.attribute(INDENT, "validate", checks);
    let of = format!("::std::collections::BTreeMap<String, {}>", ty(ir, &def.module, values));
    lines.typed(INDENT, &["pub ", &name.to_string(), ": "], &of, ",");
}

/// The derive of an event, after others.
pub(super) fn event_derive(def: &TypeDef) -> Option<&'static str> {
    matches!(def.role, Role::Event { .. }).then_some("::topika::Event")
}

/// The attribute that binds a type to its schema file.
pub(super) fn role(lines: &mut Lines, ir: &Ir, def: &TypeDef) {
    let mut said = List::default();
    match &def.role {
        Role::Unnamed => return,
        Role::Named { file, name } => {
            schema(&mut said, file);
            said.text("name", name);
        }
        Role::Event { file, on } => {
            schema(&mut said, file);
            if let Some(on) = on {
                let mut topic = String::new();
                way(&mut topic, ir, &def.module, &[Ident::new("topics")]);
                on.topic.write(&mut topic);
                said.code("topic", &topic);
                if !on.key.is_empty() {
                    said.text("key", &super::topic::paths(&on.key));
                }
                if on.keyed {
                    said.word("keyed");
                }
            }
        }
    }
    // Where the tables are, if not at `crate::events`.
    if let Some(module) = &ir.module {
        said.code("tables", &from_root(module));
    }
    lines.attribute(0, "event", &said);
    also(lines, def);
}

fn schema(said: &mut List, file: &FileRef) {
    // The derive takes both for a slip of a person's, unless the path says that it is meant.
    let is_unusual = file.path.starts_with("schemas/") || file.path.contains('\\');
    said.text("schema", &if is_unusual { format!("./{}", file.path) } else { file.path.clone() });
    if let Some(version) = file.version {
        said.code("version", &version.to_string());
    }
}

fn field(lines: &mut Lines, ir: &Ir, def: &TypeDef, field: &Field) {
    doc_from(lines, INDENT, field.doc.as_deref(), &field.origin);
    match def.wire {
        Wire::Avro => avro_attribute(lines, ir, def, field),
        Wire::Json => json_attribute(lines, field),
    }
    look::field(lines, INDENT, def, field);
    match def.wire {
        Wire::Json if is_foreign(&field.ty) => lines.line(INDENT, "#[validate(skip)]"),
        _ => lines.attribute(INDENT, "validate", &checks(&field.checks)),
    }
    let raw = if field.name.is_raw() { "r#" } else { "" };
    lines.typed(INDENT, &["pub ", raw, field.name.text(), ": "], &ty(ir, &def.module, &field.ty), ",");
}

/// Whether a value is of a type that the user has written: it says itself what is wrong with it.
fn is_foreign(ty: &Ty) -> bool {
    match ty {
        Ty::Option(inner) => is_foreign(inner),
        Ty::Foreign(_) => true,
        _ => false,
    }
}

fn avro_attribute(lines: &mut Lines, ir: &Ir, def: &TypeDef, field: &Field) {
    let mut said = List::default();
    if field.name.text() != field.schema_name {
        said.text("rename", &field.schema_name);
    }
    for alias in &field.aliases {
        said.text("alias", alias);
    }
    match &field.default {
        Default::None | Default::Absent => {}
        Default::Null => said.word("default"),
        Default::Json(text) => match (plain_number(text), plain_text(text)) {
            (true, _) => said.code("default", text),
            (false, Some(text)) => said.text("default", text),
            (false, None) => said.json("default", text),
        },
    }
    if let Some(value) = unset(ir, def, field) {
        said.code("unset", &value);
    }
    if let Some(way) = written_as(ir, &def.module, &field.ty) {
        said.code("as", &way);
    }
    if field.null_last {
        said.word("null_last");
    }
    if let Some(order) = field.order {
        said.text("order", order);
    }
    // What is redacted says by that that it is personal.
    let redacted = def.look.field(&field.schema_name).is_some_and(|look| look.redacted);
    let tags = |(name, json): &&(String, String)| !(redacted && name == "confluent:tags" && json == r#"["PII"]"#);
    properties(&mut said, field.properties.iter().filter(tags));
    for (place, properties) in &field.type_properties {
        let mut inner = List::default();
        if !place.is_empty() {
            inner.literal(place);
        }
        inner.json("", &object(properties.iter()));
        said.within("type_properties", &inner);
    }
    lines.attribute(INDENT, "event", &said);
}

/// What Avro does not know, as the derive takes it; nothing where there is none.
fn properties<'p>(said: &mut List, properties: impl Iterator<Item = &'p (String, String)>) {
    let text = object(properties);
    if text != "{}" {
        said.json("properties", &text);
    }
}

fn object<'p>(members: impl Iterator<Item = &'p (String, String)>) -> String {
    let members: Vec<String> = members.map(|(name, json)| format!("{}:{json}", quoted(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// What the schema says of a type besides what it is, so that a type which is copied says it too.
fn also(lines: &mut Lines, def: &TypeDef) {
    let mut said = List::default();
    for alias in &def.aliases {
        said.text("alias", alias);
    }
    properties(&mut said, def.properties.iter());
    lines.attribute(0, "event", &said);
}

fn json_attribute(lines: &mut Lines, field: &Field) {
    let mut said = List::default();
    if field.name.text() != field.schema_name {
        said.text("rename", &field.schema_name);
    }
    match (&field.default, &field.ty) {
        (Default::Absent, _) => {
            said.word("default");
            said.text("skip_serializing_if", "Option::is_none");
            // What is there is a value, also where it is null.
            said.text("deserialize_with", "::topika::json::present");
        }
        // To serde a missing option is none of it.
        (_, Ty::Option(_)) => said.text("deserialize_with", "::topika::json::required"),
        _ => {}
    }
    lines.attribute(INDENT, "serde", &said);
}

/// Whether JSON's true, false or whole number is a literal of Rust that says the same.
fn plain_number(json: &str) -> bool {
    matches!(json, "true" | "false") || json.parse::<i64>().is_ok_and(|number| number.to_string() == json)
}

/// The text of a JSON string without escapes.
fn plain_text(json: &str) -> Option<&str> {
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then_some(text)
}
