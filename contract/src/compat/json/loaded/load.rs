use super::model::Loaded;
use crate::json_schema::Schema;
use crate::text::Location;

/// Why the registry does not load a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compat::json) struct Refusal {
    /// What is wrong, in a sentence without its end.
    pub(in crate::compat::json) message: String,
    /// Where it stands.
    pub(in crate::compat::json) at: Option<Location>,
}

/// Loads a schema as the registry does.
///
/// # Errors
/// What the registry refuses to load.
pub(in crate::compat::json) fn load(schema: &Schema) -> Result<Loaded, Refusal> {
    let at = schema.documents().first().map(|document| document.source.at(document.json.span));
    Err(Refusal { message: "this version loads no schema yet".to_owned(), at })
}
