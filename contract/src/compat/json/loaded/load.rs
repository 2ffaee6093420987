use super::everit;
use super::model::{Kind, Loaded, Node, NodeId};
use super::place::Place;
use super::refusal::{Refusal, refusal};
use super::skema;
use crate::json_schema::{Document, Schema};
use crate::text::json::Value;

/// Loads a schema as the registry does. Subschemas that lead deep into each other take many megabytes of stack: callers give it one.
///
/// # Errors
/// What the registry refuses to load.
pub(in crate::compat::json) fn load(schema: &Schema) -> Result<Loaded, Refusal> {
    load_documents(schema.documents()).map_err(|mut refusal| {
        let place = refusal.place.take();
        let document = place.and_then(|place| schema.documents().get(place.document));
        refusal.at = refusal
            .at
            .or_else(|| document.zip(place).map(|(document, place)| Box::new(document.source.at(place.span))));
        refusal
    })
}

/// As [`load`], for texts that were only read: the schema's own first.
pub(super) fn load_documents(documents: &[Document]) -> Result<Loaded, Refusal> {
    let Some(main) = documents.first() else {
        return Err(Refusal::new("there is no text to load", None));
    };
    let place = Place { document: 0, span: main.json.span };
    let single =
        |kind: Kind| Loaded { nodes: vec![Node::new(kind, place)], root: NodeId(0), documents: documents.to_vec() };
    match &main.json.value {
        Value::Bool(true) => Ok(single(Kind::True)),
        Value::Bool(false) => Ok(single(Kind::False)),
        Value::Object(_) if is_modern(main) => skema::load(documents),
        Value::Object(_) => everit::load(documents),
        _ => Err(refusal(
            &main.source,
            main.json.span,
            format!("a schema is an object, true or false, not {}", main.json.kind()),
        )),
    }
}

/// Whether `$schema` says 2019-09 or 2020-12.
fn is_modern(main: &Document) -> bool {
    let uri = main.json.get("$schema").and_then(|value| value.as_str()).unwrap_or_default();
    let uri = uri.strip_suffix('#').unwrap_or(uri);
    let plain = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://")).unwrap_or_default();
    matches!(plain, "json-schema.org/draft/2019-09/schema" | "json-schema.org/draft/2020-12/schema")
}
