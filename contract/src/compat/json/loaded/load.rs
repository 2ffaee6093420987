use super::everit;
use super::model::{Kind, Loaded, Node, NodeId};
use super::place::Place;
use super::skema;
use crate::json_schema::{Document, Schema};
use crate::text::json::Value;
use crate::text::{Location, Source};

/// How many nodes a loaded schema may have. `$ref`s can ask for the same subschema under many names.
pub(super) const MOST_NODES: usize = 500_000;

/// How deep `$ref`s may lead into each other. The judge loads on a large stack; Java's own ends sooner.
pub(super) const DEEPEST: usize = 2_000;

/// Why the registry does not load a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compat::json) struct Refusal {
    /// What is wrong, in a sentence without its end.
    pub(in crate::compat::json) message: String,
    /// Where it stands.
    pub(in crate::compat::json) at: Option<Box<Location>>,
    /// The same where only the loader's count of texts is known.
    pub(super) place: Option<Place>,
    /// Whether the bound is ours: a registry may load it.
    pub(in crate::compat::json) ours: bool,
}

impl Refusal {
    /// A refusal whose place is not known, or known as a count.
    pub(super) fn new(message: impl Into<String>, place: impl Into<Option<Place>>) -> Self {
        Self { message: message.into(), at: None, place: place.into(), ours: false }
    }

    /// There are more nodes than we keep.
    pub(super) fn too_large(place: Place) -> Self {
        let message = format!("it has more than {MOST_NODES} parts, which is this judge's own limit");
        Self { ours: true, ..Self::new(message, place) }
    }
}

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

pub(super) fn refusal(source: &Source, span: crate::text::Span, message: String) -> Refusal {
    Refusal { at: Some(Box::new(source.at(span))), ..Refusal::new(message, None) }
}
